//! The result of `fix` for one file.

use std::path::PathBuf;

use crate::facts::version::Version;
use crate::report::{FileError, FileReport};
use crate::rewrite::Rewrite;
use crate::source::Source;
use crate::surface::Discovery;

/// The result for one file.
pub(super) struct Fixed {
    pub(super) path: PathBuf,
    pub(super) is_input: bool,
    pub(super) leads_outside: bool,
    pub(super) before: Option<Source>,
    pub(super) result: Result<Option<Rewrite>, FileError>,
    pub(super) surface: &'static str,
    /// Whether it shows what runs.
    pub(super) is_read_only: bool,
    pub(super) members: usize,
    /// How certain it is that the file is etcd's.
    pub(super) discovery: Discovery,
    /// The releases that the text names for its members.
    pub(super) evidence: Vec<Version>,
    /// A row for each part that was not read.
    pub(super) unread: Vec<FileReport>,
}

impl Fixed {
    /// Returns the rewritten text, if it is another one.
    pub(super) fn new_text(&self) -> Option<&str> {
        let old = &self.before.as_ref()?.text;
        let new = &self.result.as_ref().ok()?.as_ref()?.text;
        (old != new).then_some(new)
    }
}
