//! Branches of templates and scripts: how each language writes them, and what is left of a text where one is taken.

use super::dice::Dice;

/// A language that decides which lines of a text are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// No branches at all.
    Plain,
    Jinja,
    Helm,
    Erb,
    Terraform,
    Batch,
    PowerShell,
}

/// What decides how a text renders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rendering {
    /// Whether the condition holds.
    pub(crate) holds: bool,
    /// Jinja's `trim_blocks`: the line feed behind a statement goes. Ansible sets it.
    pub(crate) trims: bool,
}

impl Language {
    /// Every way in which a text of that language may render.
    pub(crate) fn renderings(self) -> Vec<Rendering> {
        let trims: &[bool] = if self == Self::Jinja {
            &[true, false]
        } else {
            &[false]
        };
        let both = [true, false].into_iter();
        both.flat_map(|holds| trims.iter().map(move |&trims| Rendering { holds, trims }))
            .collect()
    }

    /// Lines of which only those before or those behind the `else` are there.
    pub(crate) fn branch(
        self,
        margin: &str,
        [then, other]: [&[String]; 2],
        dice: &mut Dice,
    ) -> Vec<String> {
        let negated = dice.once_in(4);
        let (open, middle, close) = match self {
            Self::Plain => return [then, other].concat(),
            Self::Jinja => {
                let [left, right] = dice.pick(&[["", ""], ["", ""], ["-", ""], ["", "-"]]);
                let not = if negated { "not " } else { "" };
                // Trimmed before the line and behind it would join both neighbours.
                (
                    format!("{{%{left} if {not}cond %}}"),
                    format!("{{%{left} else %}}"),
                    format!(
                        "{{%{left} endif {}%}}",
                        if left.is_empty() { right } else { "" }
                    ),
                )
            }
            Self::Helm => (
                format!(
                    "{{{{- if {}.Values.cond }}}}",
                    if negated { "not " } else { "" }
                ),
                "{{- else }}".to_owned(),
                "{{- end }}".to_owned(),
            ),
            Self::Erb => {
                let end = dice.pick(&["-%>", "-%>", "%>"]);
                let not = if negated { "!" } else { "" };
                (
                    format!("<% if {not}@cond {end}"),
                    format!("<% else {end}"),
                    format!("<% end {end}"),
                )
            }
            Self::Terraform => {
                let not = if negated { "!" } else { "" };
                (
                    format!("%{{ if {not}cond ~}}"),
                    "%{ else ~}".to_owned(),
                    "%{ endif ~}".to_owned(),
                )
            }
            Self::Batch => {
                let not = if negated { "not " } else { "" };
                (
                    format!("if {not}\"%COND%\"==\"true\" ("),
                    ") else (".to_owned(),
                    ")".to_owned(),
                )
            }
            Self::PowerShell => {
                let not = if negated { "-not " } else { "" };
                (
                    format!("if ({not}$cond) {{"),
                    "} else {".to_owned(),
                    "}".to_owned(),
                )
            }
        };
        // Terraform and Helm cut the margin of what follows or stands before.
        let margin = if matches!(self, Self::Jinja | Self::Helm) && dice.once_in(2) {
            margin
        } else {
            ""
        };
        let mut lines = vec![format!("{margin}{open}")];
        lines.extend_from_slice(then);
        if !other.is_empty() {
            lines.push(format!("{margin}{middle}"));
            lines.extend_from_slice(other);
        }
        lines.push(format!("{margin}{close}"));
        lines
    }

    /// The text as it is where the condition holds or not; none where the statements do not fit together.
    pub(crate) fn rendered(self, text: &str, rendering: Rendering) -> Option<String> {
        match self {
            Self::Plain => Some(text.to_owned()),
            Self::Batch | Self::PowerShell => by_lines(text, rendering.holds),
            Self::Jinja => by_tags(text, "{%", "%}", rendering),
            Self::Helm => by_tags(text, "{{", "}}", rendering),
            Self::Erb => by_tags(text, "<%", "%>", rendering),
            Self::Terraform => by_tags(text, "%{", "}", rendering),
        }
    }
}

/// Of scripts for Windows: the lines of `if`, `else` and the end are lines of their own.
fn by_lines(text: &str, holds: bool) -> Option<String> {
    let mut taken: Vec<bool> = Vec::new();
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        if word.starts_with("if ") && word.ends_with(['(', '{']) {
            let negated = word.starts_with("if not ") || word.starts_with("if (-not ");
            taken.push(holds != negated);
        } else if matches!(word, ") else (" | "} else {") {
            let last = taken.last_mut()?;
            *last = !*last;
        } else if matches!(word, ")" | "}") {
            taken.pop()?;
        } else if taken.iter().all(|taken| *taken) {
            out.push_str(line);
        }
    }
    taken.is_empty().then_some(out)
}

fn by_tags(text: &str, open: &str, close: &str, rendering: Rendering) -> Option<String> {
    let mut taken: Vec<bool> = Vec::new();
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let end = start + rest[start..].find(close)? + close.len();
        let (before, tag, mut behind) = (&rest[..start], &rest[start..end], &rest[end..]);
        let inner = tag.strip_prefix(open)?.strip_suffix(close)?;
        let trims_before = inner.starts_with(['-', '~']);
        let trims_behind = inner.ends_with(['-', '~']);
        let words = inner.trim_matches(|c: char| "-~ ".contains(c));
        let is_there = taken.iter().all(|taken| *taken);
        if is_there {
            out.push_str(before);
            if trims_before {
                out.truncate(out.trim_end().len());
            }
        }
        let first = words.split_whitespace().next()?;
        match first {
            "if" => {
                let negated = words[2..].trim_start().starts_with("not ") || words.contains('!');
                taken.push(rendering.holds != negated);
            }
            "else" => {
                let last = taken.last_mut()?;
                *last = !*last;
            }
            "end" | "endif" => {
                taken.pop()?;
            }
            _ if is_there => out.push_str("rendered"),
            _ => {}
        }
        if trims_behind && open == "<%" {
            behind = behind.strip_prefix('\n').unwrap_or(behind);
        } else if trims_behind {
            behind = behind.trim_start();
        } else if rendering.trims && open == "{%" {
            behind = behind.strip_prefix('\n').unwrap_or(behind);
        }
        rest = behind;
    }
    if !taken.is_empty() {
        return None;
    }
    out.push_str(rest);
    Some(out)
}
