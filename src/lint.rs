//! Judges a text: reads it, applies the rules, sets aside what is suppressed, and reports the rest.

mod content;

use std::path::{Path, PathBuf};

pub use content::{Content, decode, too_large};

use crate::check::{Knowledge, OtherUses, withhold_used_elsewhere};
use crate::diagnostic::{Diagnostic, Threshold};
use crate::facts::catalogue::UpgradeError;
use crate::facts::hops::HopsError;
use crate::facts::version::{Upgrade, Version};
use crate::report::command::Repeated;
use crate::report::{FileError, FileReport, LintedFile, Outcome, Report};
use crate::source::Source;
use crate::suppression::{COMMENTS_COUNT, Policy, Suppressed, check_and_suppress};
use crate::surface::{self, Discovery, FileReading, ReadError, Reading, Surface};

/// How a text is read and judged.
#[derive(Clone, Copy)]
pub struct LintOptions<'a> {
    /// Facts and advice.
    pub knowledge: &'a Knowledge,
    /// From where to where.
    pub upgrade: Upgrade,
    /// How sure it is that the file is etcd's.
    pub discovery: Discovery,
    /// The surface the user named.
    pub surface: Option<Surface>,
    /// What is suppressed.
    pub policy: &'a Policy,
    /// The other files of the tree, where they are known.
    pub other_files: Option<&'a dyn OtherUses>,
}

impl<'a> LintOptions<'a> {
    /// Returns the options for a file that the user named, with no other file beside it.
    #[must_use]
    pub fn new(knowledge: &'a Knowledge, upgrade: Upgrade) -> Self {
        Self {
            knowledge,
            upgrade,
            discovery: Discovery::Explicit,
            surface: None,
            policy: &COMMENTS_COUNT,
            other_files: None,
        }
    }
}

/// What a text is, and what is found in it.
#[derive(Debug)]
pub enum LintResult {
    /// etcd configuration, or a text that mentions etcd's API.
    Linted(Box<Linted>),
    /// Nothing of etcd's, and why.
    NotEtcd(&'static str),
    /// etcd configuration that cannot be read.
    Unreadable(ReadError),
}

/// A text that was read and judged.
#[derive(Debug)]
pub struct Linted {
    /// What was read.
    pub reading: Reading,
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// What was found and is suppressed, in order of place.
    pub suppressed: Vec<Suppressed>,
}

/// Reads and judges a text.
#[must_use]
pub fn lint(source: &Source, options: &LintOptions<'_>) -> LintResult {
    let LintOptions {
        knowledge, upgrade, ..
    } = *options;
    let catalogue = &knowledge.catalogue;
    let reading = match surface::read(source, catalogue, options.discovery, options.surface) {
        FileReading::Read(reading) => reading,
        FileReading::NotEtcd(why) => return LintResult::NotEtcd(why),
        FileReading::Unreadable(error) => return LintResult::Unreadable(error),
    };
    let mut judgement = check_and_suppress(source, &reading, upgrade, knowledge, options.policy);
    if let Some(other_files) = options.other_files {
        withhold_used_elsewhere(&mut judgement.diagnostics, &source.path, other_files);
    }
    LintResult::Linted(Box::new(Linted {
        reading,
        diagnostics: judgement.diagnostics,
        suppressed: judgement.suppressed,
    }))
}

/// Judges the content of a file: a row of a report for it, and one for each part of it that could not be read.
#[must_use]
pub fn lint_file(
    path: PathBuf,
    content: Result<Content, FileError>,
    options: &LintOptions<'_>,
    threshold: Threshold,
) -> Vec<FileReport> {
    let mut parts = Vec::new();
    let outcome = match content {
        Err(error) => Outcome::Failed(error),
        Ok(Content::NotEtcd(why)) => Outcome::NotEtcd(why),
        Ok(Content::Text(source)) => match lint(&source, options) {
            LintResult::NotEtcd(why) => Outcome::NotEtcd(why),
            LintResult::Unreadable(error) => Outcome::Failed(FileError::new(&source, &error)),
            LintResult::Linted(linted) => {
                let reading = linted.reading;
                parts = unread(&path, &source, &reading);
                Outcome::Linted(Box::new(LintedFile {
                    surface: reading.surface_name(),
                    members: reading.members.len(),
                    settings: reading.settings(),
                    diagnostics: linted.diagnostics,
                    suppressed: linted.suppressed,
                    upgrade: options.upgrade,
                    evidence: reading.evidence(),
                    threshold,
                    source,
                }))
            }
        },
    };
    parts.insert(0, FileReport { path, outcome });
    parts
}

/// Returns a row for each part of a file that is etcd configuration and was not read.
#[must_use]
pub fn unread(path: &Path, source: &Source, reading: &Reading) -> Vec<FileReport> {
    let row = |error: &ReadError| FileReport {
        path: path.to_path_buf(),
        outcome: Outcome::Failed(FileError::new(source, error)),
    };
    reading.unread.iter().map(row).collect()
}

/// Why a text is not judged for an upgrade.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The versions are not known, or are no upgrade.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// `rules/hops.toml` is damaged, which a test rules out.
    #[error(transparent)]
    Hops(#[from] HopsError),
}

/// Judges a text for the upgrade `from` one release `to` another, as `etcd-uplift lint NAME` judges a file of that name
/// with no other file beside it. It touches no file.
///
/// The name helps to tell what kind of file it is. Without `from`, changed defaults and changed behaviour are not judged;
/// without `to`, the newest release is meant. A text that is not etcd's is [`Outcome::NotEtcd`], with the reason; one
/// that cannot be read is [`Outcome::Failed`], with the place.
///
/// # Errors
/// When a version is not known, or `from` is newer than `to`.
///
/// # Examples
/// ```
/// use etcd_uplift::check::Knowledge;
/// use etcd_uplift::lint::lint_text;
/// use etcd_uplift::report::json;
///
/// let knowledge = Knowledge::built_in()?;
/// let releases = (Some("3.3".parse()?), Some("3.4".parse()?));
/// let text = "log-output: stdout\n";
/// let report = lint_text("etcd.conf.yml", text, releases, &knowledge)?;
/// let (_, judged) = report.linted().next().ok_or("not judged")?;
/// assert_eq!(judged.surface, "config-file");
/// let mut rules = judged.diagnostics.iter().map(|found| found.rule.as_str());
/// assert!(rules.any(|rule| rule == "log-output-renamed"));
/// println!("{}", json::render(&report)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lint_text(
    name: impl Into<PathBuf>,
    text: impl Into<Vec<u8>>,
    (from, to): (Option<Version>, Option<Version>),
    knowledge: &Knowledge,
) -> Result<Report, LintError> {
    let upgrade = knowledge.catalogue.upgrade(from, to)?;
    let path = name.into();
    let content = decode(&path, text.into(), None);
    let options = LintOptions::new(knowledge, upgrade);
    let files = lint_file(path, content, &options, Threshold::default());
    let mut report = Report {
        upgrade,
        from_written: from,
        to_written: to,
        routes: Vec::new(),
        repeated: Repeated::default(),
        files,
    };
    report.find_routes(&knowledge.catalogue)?;
    Ok(report)
}
