//! What a run found, and its forms. Each format owns its file and its wire types.

pub mod concise;
mod escape;
pub mod json;
pub mod text;

use std::path::PathBuf;

pub use escape::{visible, visible_path};

use crate::configuration::Threshold;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::Applicability;
use crate::source::{LineColumn, Source};
use crate::suppression::Suppressed;
use crate::version::{Upgrade, Version};

/// Everything a run found.
#[derive(Debug)]
pub struct Report {
    /// From where to where.
    pub upgrade: Upgrade,
    /// As the user wrote it, where they did.
    pub from_written: Option<Version>,
    /// As the user wrote it, where they did.
    pub to_written: Option<Version>,
    /// In order of path.
    pub files: Vec<FileReport>,
}

/// What was found in one file.
#[derive(Debug)]
pub struct FileReport {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It was read and judged.
    Judged(Box<Judged>),
    /// It does not concern etcd, and why.
    NotEtcd(&'static str),
    /// It could not be read, judged or written.
    Failed(FileError),
}

/// A file that was read and judged.
#[derive(Debug)]
pub struct Judged {
    /// Its text.
    pub source: Source,
    /// The surface's name; empty for texts that only mention etcd.
    pub surface: &'static str,
    /// How many members it configures.
    pub members: usize,
    /// How many settings were read.
    pub settings: usize,
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// What was found and is silenced.
    pub suppressed: Vec<Suppressed>,
    /// From where to where, for this file.
    pub upgrade: Upgrade,
    /// What makes the run fail, for this file.
    pub threshold: Threshold,
}

/// Why a file could not be dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// In words.
    pub message: String,
    /// Where, when there is a place.
    pub place: Option<LineColumn>,
}

/// Counts for the last line of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Summary {
    pub files: usize,
    pub findings: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub fixable: usize,
    pub fixable_unsafe: usize,
    pub failed: usize,
}

impl Report {
    /// The files that were judged.
    pub fn judged(&self) -> impl Iterator<Item = (&FileReport, &Judged)> {
        self.files.iter().filter_map(|file| match &file.outcome {
            Outcome::Judged(judged) => Some((file, judged.as_ref())),
            _ => None,
        })
    }

    /// The counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for file in &self.files {
            match &file.outcome {
                Outcome::Judged(judged) => {
                    summary.files += 1;
                    for found in &judged.diagnostics {
                        summary.findings += 1;
                        match found.severity {
                            Severity::Error => summary.errors += 1,
                            Severity::Warning => summary.warnings += 1,
                            Severity::Note => summary.notes += 1,
                        }
                        match found.fix.as_ref().map(|fix| fix.applicability) {
                            Some(Applicability::Safe) => summary.fixable += 1,
                            Some(Applicability::Unsafe) => summary.fixable_unsafe += 1,
                            _ => {}
                        }
                    }
                }
                Outcome::Failed(_) => summary.failed += 1,
                Outcome::NotEtcd(_) => {}
            }
        }
        summary
    }

    /// The upgrade in words.
    #[must_use]
    pub fn upgrade_in_words(&self) -> String {
        let to = self.to_written.map_or_else(
            || self.upgrade.to.to_string(),
            |version| version.to_string(),
        );
        match (self.from_written, self.upgrade.from) {
            (Some(from), _) => format!("etcd {from} to {to}"),
            (None, Some(from)) => format!("etcd {from} to {to}"),
            (None, None) => format!("etcd {to}"),
        }
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
