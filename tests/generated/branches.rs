//! Branches of templates and scripts: how each language writes them, and what remains of a text if one is taken.

use super::dice::Dice;

/// A language that selects lines of a text.
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

/// The inputs of rendering a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rendering {
    /// Whether the condition is true.
    pub(crate) is_true: bool,
    /// Jinja's `trim_blocks`: the line feed after a statement is removed. Ansible sets it.
    pub(crate) trims: bool,
}

impl Language {
    /// Returns every way in which a text of that language may render.
    pub(crate) fn renderings(self) -> Vec<Rendering> {
        let trims: &[bool] = if self == Self::Jinja {
            &[true, false]
        } else {
            &[false]
        };
        let both = [true, false].into_iter();
        both.flat_map(|is_true| trims.iter().map(move |&trims| Rendering { is_true, trims }))
            .collect()
    }

    /// Writes lines of which only those before or those after the `else` are rendered.
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
                // Trimmed before the line and after it, both neighbours would be joined.
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
        // Terraform and Helm remove the white space after or before.
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

    /// Returns the text for a condition that is true or false, or `None` if the statements do not fit together.
    pub(crate) fn rendered(self, text: &str, rendering: Rendering) -> Option<String> {
        match self {
            Self::Plain => Some(text.to_owned()),
            Self::Batch | Self::PowerShell => by_lines(text, rendering.is_true),
            Self::Jinja => by_tags(text, "{%", "%}", rendering),
            Self::Helm => by_tags(text, "{{", "}}", rendering),
            Self::Erb => by_tags(text, "<%", "%>", rendering),
            Self::Terraform => by_tags(text, "%{", "}", rendering),
        }
    }
}

/// Scripts for Windows: `if`, `else` and the end are on lines of their own.
fn by_lines(text: &str, is_true: bool) -> Option<String> {
    let mut taken: Vec<bool> = Vec::new();
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        if word.starts_with("if ") && word.ends_with(['(', '{']) {
            let negated = word.starts_with("if not ") || word.starts_with("if (-not ");
            taken.push(is_true != negated);
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
        let (before, tag, mut after) = (&rest[..start], &rest[start..end], &rest[end..]);
        let inner = tag.strip_prefix(open)?.strip_suffix(close)?;
        let trims_before = inner.starts_with(['-', '~']);
        let trims_after = inner.ends_with(['-', '~']);
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
                taken.push(rendering.is_true != negated);
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
        if trims_after && open == "<%" {
            after = after.strip_prefix('\n').unwrap_or(after);
        } else if trims_after {
            after = after.trim_start();
        } else if rendering.trims && open == "{%" {
            after = after.strip_prefix('\n').unwrap_or(after);
        }
        rest = after;
    }
    if !taken.is_empty() {
        return None;
    }
    out.push_str(rest);
    Some(out)
}
