//! Services of compose: files that override others, and the variables that compose replaces itself.

use std::collections::BTreeMap;

use super::part::Part;
use super::values;
use crate::member::{Member, Service, Value};
use crate::source::Source;
use crate::surface::Reading;

/// Returns the name of the file that overrides a compose file of that name.
pub(super) fn override_name(file_name: &str) -> Option<String> {
    let (stem, end) = file_name.rsplit_once('.')?;
    let is_base = matches!(stem, "compose" | "docker-compose");
    is_base.then(|| format!("{stem}.override.{end}"))
}

/// Returns the name of the file that a compose file of that name overrides.
pub(super) fn overridden_name(file_name: &str) -> Option<String> {
    let (stem, end) = file_name.rsplit_once('.')?;
    let base = stem.strip_suffix(".override")?;
    let is_base = matches!(base, "compose" | "docker-compose");
    is_base.then(|| format!("{base}.{end}"))
}

/// Returns the member of the service of that name.
pub(super) fn of_name<'r>(reading: &'r Reading, service: Option<&Service>) -> Option<&'r Member> {
    let mut members = reading.members.iter();
    members.find(|member| {
        let names = member.service.as_ref().zip(service);
        names.is_some_and(|(own, other)| own.name == other.name)
    })
}

/// The variables of the file `.env`, which compose puts in place of `${NAME}`.
pub(super) struct Interpolation {
    variables: BTreeMap<String, Value>,
}

impl Interpolation {
    /// Reads the file beside a compose file, if a value of the member depends on it.
    pub(super) fn of(
        member: &Member,
        file: impl FnOnce() -> Option<Part>,
        own: &Source,
    ) -> Option<Self> {
        member.service.as_ref()?;
        let mut settings = member.settings.iter();
        settings.find(|setting| values::expanded(&setting.value).is_some())?;
        let text = match file()? {
            Part::Own | Part::Inside(_) => own.text.clone(),
            Part::Other(text) => text.source.text.clone(),
        };
        let lines = text.lines().filter_map(|line| {
            let (name, value) = line.trim().split_once('=')?;
            let name = name.strip_prefix("export ").unwrap_or(name).trim();
            Some((name.to_owned(), value_of(value.trim())))
        });
        Some(Self {
            variables: lines.collect(),
        })
    }

    /// Returns the value with its variables replaced, if all of them are known.
    pub(super) fn value(&self, value: &Value) -> Option<Value> {
        values::substituted(value, |name| self.variables.get(name))
    }
}

/// Returns the value of a line; quotes around it are no part of it, nor is a comment after a value without them.
fn value_of(text: &str) -> Value {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let (text, expands) = match (quoted('\''), quoted('"')) {
        (Some(inner), _) => (inner, false),
        (None, Some(inner)) => (inner, true),
        (None, None) => (text.split(" #").next().unwrap_or(text).trim_end(), true),
    };
    if expands && text.contains(['$', '\\']) || text.contains(['"', '\'']) {
        Value::Unknown(text.to_owned())
    } else {
        Value::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_override_others_are_known_by_their_names() {
        let over = |name| override_name(name).unwrap_or_default();
        assert_eq!(over("docker-compose.yml"), "docker-compose.override.yml");
        assert_eq!(over("compose.yaml"), "compose.override.yaml");
        assert_eq!(over("compose.override.yaml"), "");
        let base = |name| overridden_name(name).unwrap_or_default();
        assert_eq!(base("compose.override.yaml"), "compose.yaml");
        assert_eq!(base("docker-compose.prod.yml"), "");
    }

    #[test]
    fn quotes_and_comments_are_no_part_of_a_value() {
        let known = |text: &str| Value::Text(text.to_owned());
        assert_eq!(value_of("a # why"), known("a"));
        assert_eq!(value_of("'a $b'"), known("a $b"));
        assert_eq!(value_of("\"a b\""), known("a b"));
        assert!(value_of("$A").is_unknown());
    }
}
