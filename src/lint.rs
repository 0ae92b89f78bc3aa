//! Lints a text: reads it, checks it, suppresses findings, and reports the rest.

pub mod clusters;
mod content;

use std::path::{Path, PathBuf};

pub use content::{Content, decode, too_large};

use crate::assemble::{self, OtherFiles};
use crate::check::{Knowledge, OtherUses, withhold_used_elsewhere};
use crate::cluster;
use crate::diagnostic::{Diagnostic, Threshold};
use crate::facts::catalogue::UpgradeError;
use crate::facts::hops::HopsError;
use crate::facts::version::{Upgrade, Version};
use crate::member::Member;
use crate::report::command::Repeated;
use crate::report::{FileError, FileReport, ForClusters, LintedFile, Outcome, Report};
use crate::source::Source;
use crate::suppression::{COMMENTS_COUNT, Policy, Suppressed, check_and_suppress};
use crate::surface::{self, Discovery, FileReading, ReadError, Reading, Surface};

/// How a text is read and checked.
#[derive(Clone, Copy)]
pub struct LintOptions<'a> {
    /// Facts and advice.
    pub knowledge: &'a Knowledge,
    /// The upgrade.
    pub upgrade: Upgrade,
    /// How certain it is that the file is etcd's.
    pub discovery: Discovery,
    /// The surface the user named.
    pub surface: Option<Surface>,
    /// What is suppressed.
    pub policy: &'a Policy,
    /// The other files of the tree, if they are known.
    pub other_files: Option<&'a dyn Tree>,
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

/// The other files of the tree that a text is a file of.
pub trait Tree: OtherFiles + OtherUses {}

impl<T: OtherFiles + OtherUses> Tree for T {}

/// The result of linting a text.
#[derive(Debug)]
pub enum LintResult {
    /// etcd configuration, or a text that mentions etcd's API.
    Linted(Box<Linted>),
    /// Not etcd configuration, with the reason.
    NotEtcd(&'static str),
    /// etcd configuration that cannot be read.
    Unreadable(ReadError),
}

/// A text that was read and checked.
#[derive(Debug)]
pub struct Linted {
    /// What was read.
    pub reading: Reading,
    /// The members that it is a part of, as their processes get them.
    pub members: Vec<Member>,
    /// The findings, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The suppressed findings, in order of place.
    pub suppressed: Vec<Suppressed>,
    /// What is compared with other texts.
    pub for_clusters: ForClusters,
}

/// Reads and checks a text. Its members are not compared with one another: see [`clusters`].
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
    let other_files = options.other_files;
    let members = assemble::members(
        source,
        &reading,
        catalogue,
        other_files.map(|files| files as _),
    );
    let joined = (&reading, members.as_slice());
    let mut checked = check_and_suppress(source, joined, upgrade, knowledge, options.policy);
    if let Some(other_files) = other_files {
        withhold_used_elsewhere(&mut checked.diagnostics, &source.path, other_files);
    }
    let for_clusters = ForClusters {
        seen: cluster::seen((source, &reading), &members, upgrade.to, catalogue),
        comments: checked.about_clusters,
        policy: options.policy.clone(),
    };
    LintResult::Linted(Box::new(Linted {
        for_clusters,
        reading,
        members: members.into_iter().map(|one| one.member).collect(),
        diagnostics: checked.diagnostics,
        suppressed: checked.suppressed,
    }))
}

/// Lints the content of a file; returns a row of a report for it, and one for each part of it that could not be read.
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
                let shown = reading.redacted(&source.text);
                let source = shown.map_or(source.clone(), |shown| source.with_text(shown));
                Outcome::Linted(Box::new(LintedFile {
                    is_read_only: reading.is_read_only(),
                    surface: reading.surface_name(),
                    members: reading.members.len(),
                    settings: reading.settings(),
                    diagnostics: linted.diagnostics,
                    suppressed: linted.suppressed,
                    upgrade: options.upgrade,
                    evidence: reading.evidence(),
                    threshold,
                    for_clusters: linted.for_clusters,
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

/// Why a text is not linted.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The versions are not known, or are no upgrade.
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    /// `rules/hops.toml` is damaged, which a test rules out.
    #[error(transparent)]
    Hops(#[from] HopsError),
}

/// Lints a text for the upgrade `from` one release `to` another, as `etcd-uplift lint NAME` lints a file of that name
/// with no other file beside it. It touches no file.
///
/// The name helps to recognise the kind of file. Without `from`, changed defaults and changed behaviour are not
/// checked; without `to`, the newest release is used. A text that is not etcd's is [`Outcome::NotEtcd`], with the
/// reason; one that cannot be read is [`Outcome::Failed`], with the place.
///
/// # Errors
/// Returns an error if a version is not known, or `from` is newer than `to`.
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
/// let (_, linted) = report.linted().next().ok_or("not linted")?;
/// assert_eq!(linted.surface, "config-file");
/// let mut rules = linted.diagnostics.iter().map(|found| found.rule.as_str());
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
    let mut files = lint_file(path, content, &options, Threshold::default());
    let clusters = clusters::compare_files(&mut files, knowledge, |_| 0);
    let mut report = Report {
        clusters,
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
