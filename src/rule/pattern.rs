//! Regular expressions in rules.

use regex::{Error, Regex, RegexBuilder};

use crate::limits::PATTERN_SIZE;

/// A regular expression that a value has to match. It may match a part of the value: `^` and `$` anchor it.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a text is no pattern.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// It is no regular expression.
    #[error("not a regular expression: {0}")]
    Syntax(String),
    /// It would take too much memory.
    #[error(
        "the regular expression needs more than {} MiB: use fewer repetitions",
        PATTERN_SIZE / 1024 / 1024
    )]
    TooLarge,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Returns an error if it is no regular expression, or too large.
    pub fn new(written: &str) -> Result<Self, PatternError> {
        let compiled = RegexBuilder::new(written).size_limit(PATTERN_SIZE).build();
        compiled.map(Self).map_err(|error| match error {
            Error::CompiledTooBig(_) => PatternError::TooLarge,
            other => PatternError::Syntax(reason(&other.to_string())),
        })
    }

    /// Returns whether the value, or a part of it, matches.
    #[must_use]
    pub fn is_match(&self, value: &str) -> bool {
        self.0.is_match(value)
    }
}

/// Returns the message after the drawing of the pattern, which takes several lines.
fn reason(error: &str) -> String {
    let (_, reason) = error.rsplit_once("error: ").unwrap_or(("", error));
    reason.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(written: &str) -> Result<Pattern, String> {
        Pattern::new(written).map_err(|error| error.to_string())
    }

    #[test]
    fn a_part_of_the_value_is_enough() {
        let holds = |written: &str, value: &str| pattern(written).unwrap().is_match(value);
        assert!(holds("http://", "https://a:2379,http://b:2379"));
        assert!(!holds("^http://", "https://a:2379,http://b:2379"));
        assert!(holds(r"^etcd-\d+$", "etcd-12"));
        assert!(!holds(r"^etcd-\d+$", "my-etcd-12"));
        assert!(!holds("simple", "Simple"));
        assert!(holds("(?i)simple", "Simple"));
        assert!(holds(r"^\w{1,63}$", "größer"));
    }

    #[test]
    fn an_invalid_pattern_is_reported_in_one_line() {
        for (written, expected) in [
            ("(", "not a regular expression: unclosed group"),
            ("(?x)\n(a\n", "not a regular expression: unclosed group"),
            (
                "(?=a)",
                "not a regular expression: look-around, including look-ahead and look-behind, is not supported",
            ),
            (
                r"\p{Nothing}",
                "not a regular expression: Unicode property not found",
            ),
            (
                "((a{100}){100}){100}",
                "the regular expression needs more than 10 MiB: use fewer repetitions",
            ),
        ] {
            assert_eq!(pattern(written).unwrap_err(), expected, "{written}");
        }
    }

    #[test]
    fn no_pattern_is_slow_for_a_value() {
        let value = "a".repeat(100_000);
        assert!(!pattern("(a*)*(a|aa)+$b").unwrap().is_match(&value));
        let nested = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
        let error = pattern(&nested).unwrap_err();
        assert!(error.contains("nest"), "{error}");
    }
}
