//! Explanations of the findings that need no rule, read from `rules/derived.toml`.

use serde::Deserialize;

use crate::rule::RuleError;
use crate::source::Source;
use crate::suppression::rules_without_advice;

const FILE: &str = "rules/derived.toml";
const BUILT_IN: &str = include_str!("../../rules/derived.toml");

/// A kind of finding that follows from the facts, or is about a comment.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The id, as reports show it.
    pub id: &'static str,
    /// The summary, in one line.
    pub title: &'static str,
    /// What it means.
    pub why: String,
    /// What to do.
    pub instead: String,
    /// Where etcd does that.
    pub sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DerivedFile {
    derived: Vec<Advice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advice {
    id: String,
    why: String,
    instead: String,
    #[serde(default)]
    sources: Vec<String>,
}

/// Returns all of them; one without a text in the file has its summary only, which a test rules out.
///
/// # Errors
/// Returns an error only if `rules/derived.toml` is damaged, which a test rules out.
pub fn all() -> Result<Vec<Derived>, RuleError> {
    let file: DerivedFile = toml::from_str(BUILT_IN).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        RuleError {
            file: FILE.to_owned(),
            place: Source::new(FILE, BUILT_IN).line_column(start),
            message: error.message().to_owned(),
        }
    })?;
    let advice = |id: &str| file.derived.iter().find(|advice| advice.id == id);
    let all = rules_without_advice().map(|(id, title)| Derived {
        id,
        title,
        why: advice(id).map_or_else(String::new, |advice| advice.why.clone()),
        instead: advice(id).map_or_else(String::new, |advice| advice.instead.clone()),
        sources: advice(id).map_or_else(Vec::new, |advice| advice.sources.clone()),
    });
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_text_and_no_text_is_left_over() {
        let all = all().unwrap();
        for derived in &all {
            assert!(derived.why.len() > 80, "{}", derived.id);
            assert!(derived.instead.len() > 40, "{}", derived.id);
        }
        let file: DerivedFile = toml::from_str(BUILT_IN).unwrap();
        assert_eq!(file.derived.len(), all.len());
    }
}
