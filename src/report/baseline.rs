//! A baseline: findings that were known before, by rule, path and setting, without their lines.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::identity::Identities;
use super::{Outcome, Report, Root};
use crate::suppression::{Suppressed, Suppressor};

/// The version of this format.
const VERSION: u32 = 1;

/// Rule, path below the root, setting.
type Key = (String, String, String);

/// How often each finding is in the baseline.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Key, u32>,
    /// The upgrade that they were found for.
    upgrade: String,
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not JSON of that form.
    #[error("it is not a baseline: {0}")]
    Form(#[from] serde_json::Error),
    /// Another release of this tool wrote it.
    #[error(
        "it has version {0}, but this etcd-uplift reads version {VERSION}: write it again with --write-baseline"
    )]
    Version(u32),
}

impl Baseline {
    /// Returns the findings of a report that are not suppressed.
    #[must_use]
    pub fn of(report: &Report, root: &Root) -> Self {
        let mut known: BTreeMap<Key, u32> = BTreeMap::new();
        let mut identities = Identities::below(root);
        for (file, linted) in report.linted() {
            for found in &linted.diagnostics {
                let identity = identities.finding(&file.path, found);
                let key = (identity.rule, identity.path, identity.setting);
                let count: &mut u32 = known.entry(key).or_default();
                *count = count.saturating_add(1);
            }
        }
        Self {
            known,
            upgrade: upgrade(report),
        }
    }

    /// Returns the upgrade that the baseline was written for, if it is not the report's: its findings do not apply to
    /// another one.
    #[must_use]
    pub fn other_upgrade(&self, report: &Report) -> Option<&str> {
        (self.upgrade != upgrade(report)).then_some(self.upgrade.as_str())
    }

    /// Parses a baseline.
    ///
    /// # Errors
    /// Returns an error if the text does not have the form that [`Baseline::to_text`] gives.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let wire: Wire = serde_json::from_str(text)?;
        if wire.version != VERSION {
            return Err(BaselineError::Version(wire.version));
        }
        let mut known: BTreeMap<Key, u32> = BTreeMap::new();
        for entry in wire.findings {
            let key = (entry.rule, entry.path, entry.setting);
            let count: &mut u32 = known.entry(key).or_default();
            *count = count.saturating_add(entry.count);
        }
        Ok(Self {
            known,
            upgrade: wire.upgrade,
        })
    }

    /// Returns its text: JSON, sorted, so that its changes can be read.
    ///
    /// # Errors
    /// Returns an error if serialising fails, which these types rule out.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let findings = self
            .known
            .iter()
            .map(|((rule, path, setting), count)| Entry {
                path: path.clone(),
                rule: rule.clone(),
                setting: setting.clone(),
                count: *count,
            });
        let mut findings: Vec<Entry> = findings.collect();
        findings.sort_by(|one, other| {
            (&one.path, &one.rule, &one.setting).cmp(&(&other.path, &other.rule, &other.setting))
        });
        let wire = Wire {
            version: VERSION,
            upgrade: self.upgrade.clone(),
            findings,
        };
        let mut text = serde_json::to_string_pretty(&wire)?;
        text.push('\n');
        Ok(text)
    }

    /// Returns the number of findings in it.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.known.values().copied().map(u64::from).sum()
    }

    /// Suppresses the findings in the baseline; returns how many of the baseline's findings were not found in the files
    /// that were linted.
    pub fn suppress(&self, report: &mut Report, root: &Root) -> u64 {
        let mut left = self.known.clone();
        let mut identities = Identities::below(root);
        let mut paths = HashSet::new();
        for file in &mut report.files {
            let Outcome::Linted(linted) = &mut file.outcome else {
                continue;
            };
            paths.insert(root.locate(&file.path).text());
            let found = std::mem::take(&mut linted.diagnostics);
            for diagnostic in found {
                let identity = identities.finding(&file.path, &diagnostic);
                let key = (identity.rule, identity.path, identity.setting);
                match left.get_mut(&key).filter(|count| **count > 0) {
                    Some(count) => {
                        *count -= 1;
                        linted.suppressed.push(Suppressed {
                            diagnostic,
                            by: Suppressor::Baseline,
                        });
                    }
                    None => linted.diagnostics.push(diagnostic),
                }
            }
        }
        let missing = left.iter().filter(|((_, path, _), _)| paths.contains(path));
        missing.map(|(_, count)| u64::from(*count)).sum()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    upgrade: String,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    setting: String,
    count: u32,
}

/// Returns the upgrade, by minors.
fn upgrade(report: &Report) -> String {
    let to = report.upgrade.to.line();
    match report.upgrade.from {
        Some(from) => format!("{} to {to}", from.line()),
        None => format!("to {to}"),
    }
}
