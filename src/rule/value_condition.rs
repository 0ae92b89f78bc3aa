//! The condition that a value has to meet for a rule to apply to its setting.

use serde::Deserialize;
use toml::Spanned;

use super::pattern::{Pattern, PatternError};
use crate::facts::go_value::{parse_bool, parse_duration};
use crate::member::Value;
use crate::server::effective::flag_text;

/// A condition on a value; a value that is set elsewhere meets none. `P` is a pattern, compiled or as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ValueCondition<P = Pattern> {
    /// It is one of these; true means all that Go reads as true.
    OneOf(Vec<String>),
    /// It is none of these.
    NoneOf(Vec<String>),
    /// It contains one of these.
    Contains(Vec<String>),
    /// It matches this regular expression, as a whole or in a part.
    Matches(P),
    /// It is a duration shorter than this one.
    ShorterThan(String),
}

/// A condition as it is written in a file of rules.
pub(super) type WireCondition = ValueCondition<Spanned<String>>;

impl WireCondition {
    /// Returns the condition with its pattern compiled, or where the pattern begins in the file and what is wrong with
    /// it.
    pub(super) fn compile(self) -> Result<ValueCondition, (usize, PatternError)> {
        Ok(match self {
            Self::OneOf(listed) => ValueCondition::OneOf(listed),
            Self::NoneOf(listed) => ValueCondition::NoneOf(listed),
            Self::Contains(parts) => ValueCondition::Contains(parts),
            Self::Matches(written) => {
                let start = written.span().start;
                let pattern = Pattern::new(written.get_ref()).map_err(|error| (start, error))?;
                ValueCondition::Matches(pattern)
            }
            Self::ShorterThan(limit) => ValueCondition::ShorterThan(limit),
        })
    }
}

impl ValueCondition {
    /// Returns whether the value meets it.
    #[must_use]
    pub fn holds(&self, value: &Value) -> bool {
        let Some(text) = flag_text(value) else {
            return false;
        };
        let is_listed = |listed: &[String]| {
            let as_bool = parse_bool(&text).map(|value| value.to_string());
            listed.contains(&text) || as_bool.is_some_and(|text| listed.contains(&text))
        };
        match self {
            Self::OneOf(listed) => is_listed(listed),
            Self::NoneOf(listed) => !is_listed(listed),
            Self::Contains(parts) => parts.iter().any(|part| text.contains(part)),
            Self::Matches(pattern) => pattern.is_match(&text),
            Self::ShorterThan(limit) => match (parse_duration(&text), parse_duration(limit)) {
                (Ok(duration), Ok(limit)) => duration < limit,
                _ => false,
            },
        }
    }
}
