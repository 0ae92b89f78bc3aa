//! The report of a run.

use std::path::PathBuf;

use super::clusters::ReportedCluster;
use super::command::{Repeated, as_typed};
use crate::cluster::{SeenMember, merged};
use crate::diagnostic::{Diagnostic, Severity, Threshold};
use crate::edit::Applicability;
use crate::facts::hops::Route;
use crate::facts::version::{Release, Upgrade, Version};
use crate::source::{LineColumn, Source};
use crate::suppression::{ClusterComments, Policy, Suppressed, Suppressor};
use crate::surface::ReadError;

/// The report of a run.
#[derive(Debug)]
pub struct Report {
    /// The upgrade.
    pub upgrade: Upgrade,
    /// The running release as the user wrote it, if they did.
    pub from_written: Option<Version>,
    /// The release to upgrade to as the user wrote it, if they did.
    pub to_written: Option<Version>,
    /// The routes of the upgrades that files were linted for.
    pub routes: Vec<Route>,
    /// What a command for the same files repeats of this run.
    pub repeated: Repeated,
    /// The files, in order of path.
    pub files: Vec<FileReport>,
    /// The clusters of which there are two or more members.
    pub clusters: Vec<ReportedCluster>,
}

/// The report on one file.
#[derive(Debug)]
pub struct FileReport {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// The result.
    pub outcome: Outcome,
}

/// The result for a file.
#[derive(Debug)]
pub enum Outcome {
    /// It was read and checked.
    Linted(Box<LintedFile>),
    /// It does not concern etcd, with the reason.
    NotEtcd(&'static str),
    /// It could not be read, linted or written.
    Failed(FileError),
}

/// A file that was read and checked.
#[derive(Debug)]
pub struct LintedFile {
    /// Its text.
    pub source: Source,
    /// The surface's name; empty for texts that only mention etcd.
    pub surface: &'static str,
    /// Whether it shows what runs, so that nothing is written into it.
    pub is_read_only: bool,
    /// How many members it configures.
    pub members: usize,
    /// How many settings were read.
    pub settings: usize,
    /// The findings, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The suppressed findings, in order of place.
    pub suppressed: Vec<Suppressed>,
    /// The upgrade, for this file.
    pub upgrade: Upgrade,
    /// The releases that the text names for its members, such as those of image tags.
    pub evidence: Vec<Version>,
    /// The severity that makes the run fail, for this file.
    pub threshold: Threshold,
    /// What is compared with other files.
    pub for_clusters: ForClusters,
}

/// What is needed of a file to compare its members with others.
#[derive(Clone, Debug, Default)]
pub struct ForClusters {
    /// The members that it starts.
    pub seen: Vec<SeenMember>,
    /// The comments that suppress what is found.
    pub comments: ClusterComments,
    /// What the configuration suppresses.
    pub policy: Policy,
}

impl LintedFile {
    /// Returns every finding in order of place, with its suppression if it is suppressed.
    pub fn all(&self) -> impl Iterator<Item = (&Diagnostic, Option<&Suppressor>)> {
        let suppressed = self.suppressed.iter();
        let suppressed =
            suppressed.map(|suppressed| (&suppressed.diagnostic, Some(&suppressed.by)));
        let mut all: Vec<_> = suppressed.collect();
        all.extend(self.diagnostics.iter().map(|found| (found, None)));
        all.sort_by_key(|(found, _)| found.span);
        all.into_iter()
    }
}

/// Why a file could not be linted or fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The message.
    pub message: String,
    /// Where, if there is a place.
    pub place: Option<LineColumn>,
}

impl FileError {
    /// Returns the error for a text that cannot be read.
    #[must_use]
    pub fn new(source: &Source, error: &ReadError) -> Self {
        Self {
            message: error.message.clone(),
            place: Some(source.line_column(error.offset)),
        }
    }
}

/// The counts in the last line of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Summary {
    pub files: usize,
    pub members: usize,
    pub findings: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub fixable: usize,
    pub fixable_unsafe: usize,
    pub suppressed: usize,
    pub failed: usize,
}

impl Report {
    /// Returns the files that were linted.
    pub fn linted(&self) -> impl Iterator<Item = (&FileReport, &LintedFile)> {
        self.files.iter().filter_map(|file| match &file.outcome {
            Outcome::Linted(linted) => Some((file, linted.as_ref())),
            _ => None,
        })
    }

    /// Returns the counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let seen = self.linted();
        let seen = seen.flat_map(|(_, linted)| &linted.for_clusters.seen);
        let mut summary = Summary {
            members: merged(seen).len(),
            ..Summary::default()
        };
        for file in &self.files {
            match &file.outcome {
                Outcome::Linted(linted) => {
                    summary.files += 1;
                    summary.suppressed += linted.suppressed.len();
                    for found in &linted.diagnostics {
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

    /// Returns the upgrade in words; all upgrades if files have their own.
    #[must_use]
    pub fn upgrade_in_words(&self) -> String {
        let mut upgrades: Vec<Upgrade> = Vec::new();
        for (_, linted) in self.linted() {
            if !upgrades.contains(&linted.upgrade) {
                upgrades.push(linted.upgrade);
            }
        }
        match upgrades.as_slice() {
            [] => self.in_words(self.upgrade),
            upgrades => {
                let words: Vec<String> = upgrades.iter().map(|one| self.in_words(*one)).collect();
                words.join(", ")
            }
        }
    }

    fn in_words(&self, upgrade: Upgrade) -> String {
        // As the user wrote it, if that is the release.
        let written = |release: Release, own: Option<Release>, written: Option<Version>| {
            let is_written = own == Some(release) && written.is_some();
            if is_written {
                as_typed(release, own, written).to_string()
            } else {
                release.to_string()
            }
        };
        let to = written(upgrade.to, Some(self.upgrade.to), self.to_written);
        match upgrade.from {
            Some(from) => {
                let from = written(from, self.upgrade.from, self.from_written);
                format!("etcd {from} to {to}")
            }
            None => format!("etcd {to}"),
        }
    }
}

impl Report {
    /// Returns the command that applies the fix of a finding in a file.
    #[must_use]
    pub fn fix_command(
        &self,
        file: &FileReport,
        linted: &LintedFile,
        applicability: Applicability,
    ) -> String {
        let releases = self.written(linted.upgrade);
        self.repeated.fix(releases, &[&file.path], applicability)
    }

    /// Returns the arguments for the releases of an upgrade.
    fn written(&self, upgrade: Upgrade) -> (Option<Version>, Option<Version>) {
        let from = upgrade
            .from
            .map(|from| as_typed(from, self.upgrade.from, self.from_written));
        let to = as_typed(upgrade.to, Some(self.upgrade.to), self.to_written);
        (from, Some(to))
    }

    /// Returns the arguments for the releases that all linted files share; none if files have their own, which their
    /// `etcd-uplift.toml` sets.
    #[must_use]
    pub fn common_releases(&self) -> (Option<Version>, Option<Version>) {
        let mut upgrades = self.linted().map(|(_, linted)| linted.upgrade);
        let first = upgrades.next().unwrap_or(self.upgrade);
        if upgrades.all(|upgrade| upgrade == first) {
            self.written(first)
        } else {
            (None, None)
        }
    }
}
