//! What a text says about other texts that configure the same process.

use std::path::Path;
use std::sync::Arc;

use super::place::Place;

/// What a process gets from another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// Environment variables.
    Variables,
    /// The configuration file of etcd.
    ConfigFile,
}

/// Another text that a process gets settings from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it gets.
    pub kind: ReferenceKind,
    /// The path on the host, as written.
    pub path: String,
    /// Where it is written.
    pub place: Place,
    /// Whether the process starts without the file.
    pub is_optional: bool,
}

/// A word of a command that is a variable which the text does not set: it may hold flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The variable.
    pub variable: String,
    /// The word.
    pub place: Place,
}

/// Where a setting of a member is written, if that is another text than the one that is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The file.
    pub path: Arc<Path>,
    /// The line, 1-based.
    pub line: usize,
}
