//! The lint result of one version of a document.

use std::path::Path;
use std::sync::OnceLock;

use super::config_resolver::is_configuration;
use super::document::Snapshot;
use crate::check::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::limits::FILE_SIZE;
use crate::lint::clusters::{CheckedText, compare};
use crate::lint::{LintOptions, LintResult, lint, too_large};
use crate::project::configuration::{Configuration, ConfigurationError};
use crate::rewrite::{Rewrite, RewriteError, RewriteOptions, rewrite};
use crate::source::{Source, Span};
use crate::surface::{Discovery, Prefilter, ReadError, Reading, Surface};

/// A document is recognised as files are while a folder is walked: the editor opens every file of its kind.
pub(super) const DISCOVERY: Discovery = Discovery::Walked;

/// The lint result of one version.
pub(super) struct Analysis {
    pub(super) snapshot: Snapshot,
    pub(super) source: Source,
    /// The reading; `None` if the document is not etcd's.
    pub(super) reading: Option<Reading>,
    /// The findings, in order of place.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The errors in files of etcd or of this tool that cannot be read.
    pub(super) unread: Vec<Unread>,
    /// The text with all safe fixes, computed when it is first used.
    rewrite: OnceLock<Result<Rewrite, RewriteError>>,
}

/// A span that cannot be read.
pub(super) struct Unread {
    pub(super) span: Span,
    /// Why not.
    pub(super) message: String,
}

/// Reads and checks a version.
pub(super) fn analyse(
    snapshot: &Snapshot,
    knowledge: &Knowledge,
    prefilter: &Prefilter,
) -> Analysis {
    let text = snapshot.text.as_str();
    if text.len() as u64 > FILE_SIZE {
        return Analysis::unreadable(snapshot, too_large(), 0);
    }
    let mut analysis = Analysis::nothing(snapshot);
    let path = snapshot.path();
    if is_configuration(&path) {
        analysis.unread = misunderstood(&path, text, knowledge).into_iter().collect();
        return analysis;
    }
    let options = &snapshot.options;
    let surface = options.surface();
    let may_be_etcd_s = surface.is_some() || prefilter.admits(text.as_bytes());
    if options.is_excluded || !may_be_etcd_s || text.contains('\0') {
        return analysis;
    }
    match lint(&analysis.source, &analysis.lint_options(knowledge)) {
        LintResult::NotEtcd(_) => {}
        LintResult::Unreadable(error) => analysis.take_unread(&error),
        LintResult::Linted(mut linted) => {
            // The members of other files are not read.
            let text = CheckedText {
                source: &analysis.source,
                upgrade: options.upgrade,
                for_clusters: &linted.for_clusters,
                diagnostics: &mut linted.diagnostics,
                suppressed: &mut linted.suppressed,
            };
            let _ = compare(&mut [text], knowledge, |_| 0);
            analysis.diagnostics = linted.diagnostics;
            let unread = linted.reading.unread.iter();
            unread.for_each(|error| analysis.take_unread(error));
            analysis.reading = Some(linted.reading);
        }
    }
    analysis
}

/// Checks a configuration of this tool.
fn misunderstood(path: &Path, text: &str, knowledge: &Knowledge) -> Option<Unread> {
    match Configuration::parse(path, text, knowledge) {
        Err(ConfigurationError::Content { span, message, .. }) => Some(Unread { span, message }),
        // An open document need not be read from disk.
        Err(ConfigurationError::Read { .. }) | Ok(_) => None,
    }
}

impl Analysis {
    /// The result of a version that is not etcd's.
    pub(super) fn nothing(snapshot: &Snapshot) -> Self {
        Self {
            source: Source::new(snapshot.path(), snapshot.text.as_str()),
            snapshot: snapshot.clone(),
            reading: None,
            diagnostics: Vec::new(),
            unread: Vec::new(),
            rewrite: OnceLock::new(),
        }
    }

    /// The result of a version that cannot be linted.
    pub(super) fn unreadable(snapshot: &Snapshot, message: String, offset: usize) -> Self {
        let mut analysis = Self::nothing(snapshot);
        analysis.take_unread(&ReadError { message, offset });
        analysis
    }

    /// Returns the surface, or `None` if nothing was read, or mentions only.
    pub(super) fn surface(&self) -> Option<Surface> {
        self.reading.as_ref()?.surface
    }

    /// Returns the options for linting the document.
    fn lint_options<'a>(&'a self, knowledge: &'a Knowledge) -> LintOptions<'a> {
        let options = &self.snapshot.options;
        LintOptions {
            knowledge,
            upgrade: options.upgrade,
            discovery: DISCOVERY,
            surface: options.surface(),
            policy: &options.policy,
            other_files: Some(&*options.neighbours.0),
        }
    }

    /// Returns the options for rewriting the document.
    pub(super) fn rewrite_options<'a>(&'a self, knowledge: &'a Knowledge) -> RewriteOptions<'a> {
        RewriteOptions {
            lint: self.lint_options(knowledge),
            least: Applicability::Safe,
        }
    }

    /// Returns the text with all safe fixes, or `None` if there are none.
    pub(super) fn rewrite(&self, knowledge: &Knowledge) -> Option<&Result<Rewrite, RewriteError>> {
        let mut fixes = self
            .diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref());
        if !fixes.any(|fix| fix.applicability == Applicability::Safe) {
            return None;
        }
        let rewrite_options = self.rewrite_options(knowledge);
        Some(
            self.rewrite
                .get_or_init(|| rewrite(&self.source, &rewrite_options)),
        )
    }

    /// Creates an error from a place without an end: the rest of its line is shown.
    fn take_unread(&mut self, error: &ReadError) {
        let text = &self.snapshot.text;
        let offset = error.offset;
        let line = text.line_at(offset.min(text.as_str().len()));
        let start = if offset < line.end {
            offset
        } else {
            line.start
        };
        self.unread.push(Unread {
            span: Span::new(start, line.end),
            message: error.message.clone(),
        });
    }
}
