//! Finds the fixes that keep a rewrite from being shown right, and makes the others.

use std::collections::HashSet;

use super::{Rewrite, RewriteError, Terms, attempt};
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::limits::REWRITE_ATTEMPTS;
use crate::source::{LineColumn, Source};

/// A fix that is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The rule of its finding.
    pub rule: String,
    /// What it would have done, in the imperative.
    pub title: String,
    /// Where its finding is.
    pub place: LineColumn,
    /// Why it is not made.
    pub why: String,
    /// What its finding is about.
    about: String,
}

impl Withheld {
    fn key(&self) -> FixKey {
        FixKey {
            rule: self.rule.clone(),
            about: self.about.clone(),
        }
    }
}

/// What tells a fix from others while the text changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FixKey {
    rule: String,
    about: String,
}

impl FixKey {
    pub(super) fn of(found: &Diagnostic) -> Self {
        Self {
            rule: found.rule.clone(),
            about: found.about.clone(),
        }
    }
}

/// Which fixes may be made.
pub(super) enum Allowed<'a> {
    All,
    /// Only these; of the others, why not where that is known.
    Only(&'a HashSet<FixKey>, &'a [(FixKey, String)]),
}

impl Allowed<'_> {
    /// Takes the fixes away that may not be made.
    pub(super) fn withhold(
        &self,
        source: &Source,
        diagnostics: &mut [Diagnostic],
        least: Applicability,
    ) -> Vec<Withheld> {
        let Self::Only(allowed, failed) = self else {
            return Vec::new();
        };
        let mut withheld = Vec::new();
        for found in diagnostics {
            let key = FixKey::of(found);
            let is_made = found.fix.as_ref().is_some_and(|fix| {
                fix.applicability >= least && fix.applicability > Applicability::Manual
            });
            if !is_made || allowed.contains(&key) {
                continue;
            }
            let why = failed.iter().find(|(failed, _)| *failed == key);
            let why = why.map_or(
                "it is made only with another fix that is withheld",
                |(_, why)| why,
            );
            let Some(fix) = found.fix.take() else {
                continue;
            };
            found.notes.push(format!("no fix: {why}"));
            withheld.push(Withheld {
                rule: found.rule.clone(),
                title: fix.title,
                place: source.line_column(found.span.start),
                why: why.to_owned(),
                about: found.about.clone(),
            });
        }
        withheld
    }
}

/// The text with all fixes but those with which no attempt passes. Where a second run would go on, none is made.
pub(super) fn without_failing(source: &Source, terms: &Terms<'_>) -> Result<Rewrite, RewriteError> {
    let rewrite = without_first_failing(source, terms)?;
    if rewrite.withheld.is_empty() || rewrite.fixes == 0 {
        return Ok(rewrite);
    }
    let again = without_first_failing(&source.with_text(rewrite.text.clone()), terms)?;
    if again.text == rewrite.text {
        return Ok(rewrite);
    }
    let why = |withheld: Withheld| (withheld.key(), withheld.why);
    let failed: Vec<(FixKey, String)> = rewrite.withheld.into_iter().map(why).collect();
    let none = HashSet::new();
    let none = Allowed::Only(&none, &failed);
    attempt(source, terms, &none, &mut Vec::new())
}

fn without_first_failing(source: &Source, terms: &Terms<'_>) -> Result<Rewrite, RewriteError> {
    let mut chosen = Vec::new();
    let error = match attempt(source, terms, &Allowed::All, &mut chosen) {
        Ok(rewrite) => return Ok(rewrite),
        Err(error) => error,
    };
    let is_of_one_fix = matches!(
        error,
        RewriteError::Unreadable(_)
            | RewriteError::DidNotConverge
            | RewriteError::Verify(_)
            | RewriteError::NewFinding(_)
    );
    if !is_of_one_fix || chosen.is_empty() {
        return Err(error);
    }
    let mut allowed: HashSet<FixKey> = HashSet::new();
    let mut failed: Vec<(FixKey, String)> = Vec::new();
    let mut left = REWRITE_ATTEMPTS;
    let mut seen: HashSet<FixKey> = HashSet::new();
    // What a fix leads to is chosen in a later pass, and so in a later attempt.
    let mut at = 0;
    while let Some(key) = chosen.get(at).cloned() {
        at += 1;
        if !seen.insert(key.clone()) {
            continue;
        }
        let why = match left.checked_sub(1) {
            None => Some(error.to_string()),
            Some(fewer) => {
                left = fewer;
                allowed.insert(key.clone());
                let only = Allowed::Only(&allowed, &failed);
                attempt(source, terms, &only, &mut chosen)
                    .err()
                    .map(|error| error.to_string())
            }
        };
        if let Some(why) = why {
            allowed.remove(&key);
            failed.push((key, why));
        }
    }
    attempt(
        source,
        terms,
        &Allowed::Only(&allowed, &failed),
        &mut Vec::new(),
    )
}
