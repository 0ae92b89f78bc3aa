//! Fixes that are allowed, and fixes that are withheld.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::source::{LineColumn, Source};

/// A fix that is not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The rule of its finding.
    pub rule: String,
    /// What it would have done, in the imperative.
    pub title: String,
    /// Where its finding is.
    pub place: LineColumn,
    /// Why it is not applied.
    pub why: String,
    /// What its finding is about.
    about: String,
}

impl Withheld {
    /// Creates a fix that is not applied, of no single finding.
    pub(super) fn new(rule: &str, title: String, place: LineColumn, why: String) -> Self {
        Self {
            rule: rule.to_owned(),
            title,
            place,
            why,
            about: String::new(),
        }
    }

    pub(super) fn key(&self) -> FixKey {
        FixKey {
            rule: self.rule.clone(),
            about: self.about.clone(),
        }
    }
}

/// The key of a fix, which stays the same while the text changes.
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

/// Which fixes are allowed.
pub(super) enum Allowed<'a> {
    All,
    /// Only these; for the others, the reason if it is known.
    Only(&'a HashSet<FixKey>, &'a [(FixKey, String)]),
}

impl Allowed<'_> {
    /// Removes the fixes that are not allowed.
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
            let is_applicable = found.fix.as_ref().is_some_and(|fix| {
                fix.applicability >= least && fix.applicability > Applicability::Manual
            });
            if !is_applicable || allowed.contains(&key) {
                continue;
            }
            let why = failed.iter().find(|(failed, _)| *failed == key);
            let why = why.map_or(
                "it is applied only with another fix that is withheld",
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
