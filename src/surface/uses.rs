//! Finds uses of variables in a text: each place that expands or names one without assigning it.
//!
//! It searches any kind of text: what is not clearly an assignment or a comment counts as a use.

use std::collections::{HashMap, HashSet};

use crate::facts::catalogue::{EtcdOption, Spelling};
use crate::facts::version::Release;
use crate::source::{Span, line_end};

/// How many assignments from variable to variable are followed: `A="$B"`, `B="$C"`.
const CHAIN: usize = 4;

/// How often a text uses certain variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Uses {
    counts: HashMap<String, Count>,
    /// Whether the text runs text as a command, or expands computed names.
    is_indirect: bool,
}

/// The uses of one variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Count {
    /// Places that expand its whole value.
    plain: usize,
    /// Places that expand a part of it, change it, or only name it.
    others: usize,
    /// Places that declare or export it by its name alone.
    declared: usize,
    /// Variables that get its value.
    passed_to: Vec<String>,
}

impl Uses {
    /// Finds the uses of those names in a text; the names at the offsets `defined` are assignments.
    pub(super) fn of(text: &str, names: HashSet<String>, defined: &HashSet<usize>) -> Self {
        let mut uses = Self::default();
        let mut names = names;
        for _ in 0..CHAIN {
            if names.is_empty() {
                break;
            }
            let mut counts: HashMap<String, Count> = HashMap::new();
            for word in words(text) {
                let name = word.of(text);
                if name == "eval" {
                    uses.is_indirect = true;
                } else if names.contains(name) && !defined.contains(&word.start) {
                    let count = counts.entry(name.to_owned()).or_default();
                    count.add(Place { text, word }.kind());
                }
            }
            let passed = counts.values().flat_map(|count| &count.passed_to);
            let next: HashSet<String> = passed
                .filter(|name| !names.contains(*name) && !uses.counts.contains_key(*name))
                .cloned()
                .collect();
            uses.counts.extend(counts);
            names = next;
        }
        uses.is_indirect |= text.contains("${!");
        uses
    }

    /// Whether anything uses the variable.
    pub(super) fn is_used(&self, name: &str) -> bool {
        let count = self.counts.get(name);
        count.is_some_and(|count| *count != Count::default())
    }

    /// Whether at most one place expands its value, as a whole, and nothing runs text as a command.
    pub(super) fn is_used_once(&self, name: &str) -> bool {
        !self.is_indirect && self.places(name, 0) <= 1
    }

    /// Returns how many places expand the value, also through other variables.
    fn places(&self, name: &str, depth: usize) -> usize {
        let Some(count) = self.counts.get(name) else {
            // A variable that was not searched for may be used anywhere.
            return if depth == 0 { 0 } else { 2 };
        };
        if count.others > 0 || depth > CHAIN {
            return 2;
        }
        let passed = count.passed_to.iter();
        let passed: usize = passed.map(|next| self.places(next, depth + 1)).sum();
        count.plain + passed
    }
}

impl Count {
    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::None => {}
            Kind::Plain => self.plain += 1,
            Kind::PassedTo(name) => self.passed_to.push(name),
            Kind::Other => self.others += 1,
            Kind::Declared => self.declared += 1,
        }
    }
}

/// How a place uses the variable that it names.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Not at all: a comment or an assignment.
    None,
    /// It expands the whole value.
    Plain,
    /// It assigns the value to another variable.
    PassedTo(String),
    /// It exports or declares the variable by its name.
    Declared,
    /// Anything else.
    Other,
}

/// A name in a text.
struct Place<'t> {
    text: &'t str,
    word: Span,
}

impl Place<'_> {
    fn kind(&self) -> Kind {
        let Span { start, end } = self.word;
        let name = self.word.of(self.text);
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.text[line..start];
        let after = &self.text[end..line_end(self.text, end)];
        if is_comment(before) || sets_power_shell(before, after) {
            return Kind::None;
        }
        if let Some(is_plain) = expansion(before, after) {
            return match assigned(before) {
                Some(own) if own == name && is_plain => Kind::None,
                Some(own) if own == name => Kind::Other,
                Some(other) => Kind::PassedTo(other.to_owned()),
                None if is_plain => Kind::Plain,
                None => Kind::Other,
            };
        }
        if is_given_value(before, after) {
            Kind::None
        } else if is_declared(before) {
            Kind::Declared
        } else {
            Kind::Other
        }
    }
}

/// Finds the variables of etcd that a text names at other offsets than `defined`; comments do not count.
pub(super) fn unread<'t>(
    text: &'t str,
    defined: &'t HashSet<usize>,
) -> impl Iterator<Item = String> + 't {
    let names = words(text).filter(|word| {
        let line = text[..word.start].rfind('\n').map_or(0, |at| at + 1);
        word.of(text).starts_with("ETCD_")
            && !defined.contains(&word.start)
            && !is_comment(&text[line..word.start])
    });
    names.map(|word| word.of(text).to_owned())
}

/// Whether a text names the option: `--name`, `ETCD_NAME`, `name:` or `name=`.
pub(super) fn names_option_in(text: &str, option: &EtcdOption) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let names = |name: &str, is_so: &dyn Fn(&str, &str) -> bool| {
        !name.is_empty()
            && text.match_indices(name).any(|(at, _)| {
                let (before, after) = (&text[..at], &text[at + name.len()..]);
                !after.starts_with(is_part) && is_so(before, after)
            })
    };
    let variable = option.spelled(Spelling::Variable, Release::ZERO);
    let keys = option.keys().filter_map(|key| key.rsplit('.').next());
    let is_key = |before: &str, after: &str| {
        let after = after.trim_start_matches(['"', '\'']).trim_start();
        !before.ends_with(is_part) && after.starts_with([':', '='])
    };
    names(&option.name, &|before, _| {
        before.ends_with('-') && !before.trim_end_matches('-').ends_with(is_part)
    }) || names(&variable.unwrap_or_default(), &|before, _| {
        !before.ends_with(is_part)
    }) || [option.name.as_str()]
        .into_iter()
        .chain(keys)
        .any(|key| names(key, &is_key))
}

/// Splits a text into names: letters, digits and underscores.
fn words(text: &str) -> impl Iterator<Item = Span> + '_ {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|&byte| is_part(byte))?;
        let length = bytes[start..].iter().position(|&byte| !is_part(byte));
        at = length.map_or(bytes.len(), |length| start + length);
        Some(Span::new(start, at))
    })
}

/// Whether the line is a comment as a whole.
fn is_comment(before: &str) -> bool {
    let line = before.trim_start();
    let is_remark = line
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("rem "));
    is_remark
        || ["#", "//", ";", "::"]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// Whether it is an assignment of PowerShell: `$env:NAME = "value"`.
fn sets_power_shell(before: &str, after: &str) -> bool {
    let before = before.trim_start();
    before.eq_ignore_ascii_case("$env:") && after.trim_start().starts_with('=')
}

/// Returns `None` if the place does not expand the variable, otherwise whether it expands the whole value.
fn expansion(before: &str, after: &str) -> Option<bool> {
    let lower = before.get(before.len().saturating_sub(6)..);
    let lower = lower.unwrap_or_default().to_ascii_lowercase();
    if lower.ends_with("$env:") {
        return Some(true);
    }
    if before.ends_with("${") || lower.ends_with("${env:") {
        let is_whole = ["}", "[@]}", "[*]}"];
        return Some(is_whole.iter().any(|end| after.starts_with(end)));
    }
    if before.ends_with("$(") {
        return after.starts_with(')').then_some(true);
    }
    if before.ends_with('$') {
        return Some(!after.starts_with('['));
    }
    ['%', '!']
        .iter()
        .any(|mark| before.ends_with(*mark) && after.starts_with(*mark))
        .then_some(true)
}

/// Returns the variable that this line assigns, if the place is in the assigned value.
fn assigned(before: &str) -> Option<&str> {
    let equals = before.rfind('=')?;
    let target = before[..equals].strip_suffix('+');
    let target = target.unwrap_or(&before[..equals]);
    let length = target.len() - target.trim_end_matches(is_name).len();
    let start = target.len() - length;
    let begins = target[..start]
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '"' | '\'' | '('));
    if length == 0 || !begins {
        return None;
    }
    let value = &before[equals + 1..];
    let in_quotes = |quote: char| {
        let inside = value.strip_prefix('(').unwrap_or(value);
        inside.starts_with(quote) && inside.matches(quote).count() % 2 == 1
    };
    let is_inside = in_quotes('"')
        || in_quotes('\'')
        || value.starts_with('(') && !value.contains(')')
        || !value.contains(char::is_whitespace)
        // `Environment="A=… $B"`
        || target[..start].ends_with(['"', '\'']) && !value.contains(['"', '\'']);
    is_inside.then(|| &target[start..])
}

/// Whether the place assigns the name.
fn is_given_value(before: &str, after: &str) -> bool {
    let assigns = |after: &str| after.starts_with('=') && !after.starts_with("==");
    if assigns(after) || after.starts_with("+=") {
        return true;
    }
    let lead = before.trim_end_matches(['"', '\'']).trim();
    let rest = after.trim_start_matches(['"', '\'']).trim_start();
    let begins_entry = lead.is_empty() || lead.ends_with(['{', ',', '-', '(']);
    if begins_entry && (rest.starts_with(':') || assigns(rest)) {
        return true;
    }
    // An entry of a list of variables, `name: ETCD_NAME`.
    let key = lead.strip_suffix([':', '=']).map(str::trim_end);
    let key = key.and_then(|key| key.trim_end_matches(['"', '\'']).strip_suffix("name"));
    if key.is_some_and(|before| !before.ends_with(is_name)) {
        return true;
    }
    // `ENV NAME value` of a Dockerfile.
    lead.split_whitespace().next() == Some("ENV")
}

/// Whether a command declares the variable, and does not undo that, as `export -n` does.
fn is_declared(before: &str) -> bool {
    let statement = before.rsplit([';', '&', '|']).next().unwrap_or_default();
    let mut words = statement.split_whitespace();
    let declares = ["export", "local", "readonly", "declare", "typeset"];
    words.next().is_some_and(|first| declares.contains(&first))
        && !words.any(|word| word.starts_with('-') && word.contains(['n', 'f']))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Uses {
        let names = ["OPTS", "ETCD_NAME"].map(str::to_owned);
        Uses::of(text, names.into_iter().collect(), &HashSet::new())
    }

    #[test]
    fn places_that_use_a_variable() {
        let once = |text| uses(text).is_used_once("OPTS");
        assert!(once("OPTS=\"-a\"\nOPTS=\"$OPTS -b\"\netcd ${OPTS}\n"));
        assert!(once(
            "# $OPTS of etcdctl\nexport OPTS=-a\nOPTS+=' -b'\netcd $OPTS\n"
        ));
        assert!(once(
            "OPTS=(-a)\nOPTS=(\"${OPTS[@]}\" -b)\netcd \"${OPTS[@]}\"\n"
        ));
        assert!(once("OPTS=-a\nALL=\"$OPTS -b\"\netcd $ALL\n"));
        assert!(!once(
            "OPTS=-a\nALL=\"$OPTS -b\"\netcd $ALL\netcdctl $ALL\n"
        ));
        assert!(!once("OPTS=-a\netcdctl $OPTS\netcd $OPTS\n"));
        assert!(!once("OPTS=-a\netcd ${OPTS/a/b}\n"));
        assert!(!once("OPTS=(-a)\nOPTS[1]=-b\netcd ${OPTS[@]}\n"));
        assert!(!once("OPTS=(-a)\nunset OPTS[0]\netcd ${OPTS[@]}\n"));
        assert!(!once("OPTS=-a\neval etcd $OPTS\n"));
        assert!(!once("set OPTS=-a\netcd %OPTS%\nb %OPTS%\n"));
        assert!(!once("OPTS=-a\nA=x b $OPTS\netcd $OPTS\n"));
    }

    #[test]
    fn places_that_assign_a_variable() {
        let used = |text| uses(text).is_used("ETCD_NAME");
        for text in [
            "ETCD_NAME=a\n",
            "ENV ETCD_NAME a\n",
            "docker run -e ETCD_NAME=a\n",
            "- name: ETCD_NAME\n  value: a\n",
            "{\"name\": \"ETCD_NAME\", \"value\": \"a\"}\n",
            "{\"ETCD_NAME\": \"a\"}\n",
            "ETCD_NAME: a\n",
            "  ETCD_NAME = \"a\"\n",
            "$env:ETCD_NAME = \"a\"\n",
            "Environment=\"ETCD_NAME=a\" ETCD_NAME_X=$ETCD_NAME_Y\n",
        ] {
            assert!(!used(text), "{text}");
        }
        for text in [
            "etcd --name=$ETCD_NAME\n",
            "args: [--name=$(ETCD_NAME)]\n",
            "etcd --name %ETCD_NAME%\n",
            "etcd --name $env:ETCD_NAME\n",
            "docker run -e ETCD_NAME image\n",
            "unset ETCD_NAME\n",
            "export ETCD_NAME\n",
            "env -u ETCD_NAME etcd\n",
        ] {
            assert!(used(text), "{text}");
        }
    }
}
