//! A task that writes a file on a host, and what tasks leave at a path.

use std::path::PathBuf;

use crate::assemble::EditingTask;
use crate::surface::Placement;

/// A task that writes a file, and the text that it is in.
#[derive(Clone, Debug)]
pub(super) struct PlacingTask {
    pub(super) file: PathBuf,
    pub(super) placement: Placement,
}

/// What the tasks of a tree write to a path of a host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// This file of the tree.
    File(PathBuf),
    /// One of several files, or a text that is no file of the tree.
    Unknown,
    /// A file that is not in the tree, of which a task writes lines.
    Edited(EditingTask),
    /// No task writes it.
    Nothing,
}
