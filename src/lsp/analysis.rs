//! What one version of a document is, and what is to be said about it.

use std::sync::OnceLock;

use super::document::Snapshot;
use crate::check::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::limits::FILE_SIZE;
use crate::rewrite::{Rewrite, RewriteError, Terms, rewrite};
use crate::source::{Source, Span};
use crate::suppression::{self, COMMENTS_COUNT};
use crate::surface::{self, FileReading, Insistence, Prefilter, ReadError, Reading};

/// A document is taken for etcd's as it is while a folder is walked: the editor opens every file of its kind.
pub(super) const INSISTENCE: Insistence = Insistence::Walked;

/// A judged version.
pub(super) struct Analysis {
    pub(super) snapshot: Snapshot,
    pub(super) source: Source,
    /// What was read; none where nothing of etcd's was.
    pub(super) reading: Option<Reading>,
    /// In order of place.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What is etcd's and cannot be read.
    pub(super) unread: Vec<ReadError>,
    /// The text with all safe fixes, made when it is first asked for.
    rewrite: OnceLock<Result<Rewrite, RewriteError>>,
}

/// Reads and judges a version.
pub(super) fn judge(snapshot: &Snapshot, knowledge: &Knowledge, prefilter: &Prefilter) -> Analysis {
    let text = snapshot.text.as_str();
    if text.len() as u64 > FILE_SIZE {
        let message = format!(
            "is larger than {} MiB and is not read",
            FILE_SIZE / 1024 / 1024
        );
        return Analysis::unreadable(snapshot, message, 0);
    }
    let mut analysis = Analysis::nothing(snapshot);
    if !prefilter.admits(text.as_bytes()) || text.contains('\0') {
        return analysis;
    }
    match surface::read(&analysis.source, &knowledge.catalogue, INSISTENCE, None) {
        FileReading::NotEtcd(_) => {}
        FileReading::Unreadable(error) => analysis.unread.push(error),
        FileReading::Read(reading) => {
            let upgrade = snapshot.upgrade;
            let source = &analysis.source;
            let judged = suppression::judge(source, &reading, upgrade, knowledge, &COMMENTS_COUNT);
            analysis.diagnostics = judged.diagnostics;
            analysis.unread.clone_from(&reading.unread);
            analysis.reading = Some(reading);
        }
    }
    analysis
}

impl Analysis {
    /// A version that says nothing of etcd.
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

    /// A version that cannot be judged.
    pub(super) fn unreadable(snapshot: &Snapshot, message: String, offset: usize) -> Self {
        let mut analysis = Self::nothing(snapshot);
        analysis.unread.push(ReadError { message, offset });
        analysis
    }

    /// The surface's name; empty where nothing was read, or mentions only.
    pub(super) fn surface(&self) -> &'static str {
        self.reading.as_ref().map_or("", |reading| reading.surface)
    }

    /// The text with all safe fixes; none where there are no such fixes.
    pub(super) fn rewrite(&self, knowledge: &Knowledge) -> Option<&Result<Rewrite, RewriteError>> {
        let mut fixes = self
            .diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref());
        if !fixes.any(|fix| fix.applicability == Applicability::Safe) {
            return None;
        }
        let terms = Terms {
            knowledge,
            upgrade: self.snapshot.upgrade,
            insistence: INSISTENCE,
            surface: None,
            least: Applicability::Safe,
            policy: &COMMENTS_COUNT,
        };
        Some(self.rewrite.get_or_init(|| rewrite(&self.source, &terms)))
    }

    /// The line around an offset, for what has a place and no extent.
    pub(super) fn rest_of_line(&self, offset: usize) -> Span {
        let text = &self.snapshot.text;
        let line = text.line_at(offset.min(text.as_str().len()));
        if offset < line.end {
            Span::new(offset, line.end)
        } else {
            line
        }
    }
}
