//! What a surface is given, and what it gives back.

use super::properties::Surface;
use super::read_error::ReadError;
use super::reading::Reading;
use crate::facts::catalogue::Catalogue;
use crate::limits::SETTINGS;

/// How sure it is that a text configures etcd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Discovery {
    /// Found while walking a tree: only what is plainly etcd's counts.
    Walked,
    /// Named by the user: one option of etcd's is enough.
    Explicit,
    /// The user said which surface it is.
    Forced,
}

/// What a surface is given.
pub(super) struct Request<'a> {
    /// The text, templates masked at equal length.
    pub text: &'a str,
    /// The file's name without its folder.
    pub file_name: &'a str,
    /// The facts, for names only.
    pub catalogue: &'a Catalogue,
    /// How sure the user is.
    pub discovery: Discovery,
    /// How many texts this one lies in.
    pub depth: usize,
    /// Every surface, for the texts inside this one.
    pub(super) readers: &'static [SurfaceReader],
}

/// A surface and how it reads a text.
#[derive(Clone, Copy)]
pub(super) struct SurfaceReader {
    pub(super) surface: Surface,
    /// Reads a text, if it is of this kind.
    pub(super) read: fn(&Request<'_>) -> Recognition,
}

impl Request<'_> {
    /// Whether a shell is to run the text, by its first line or its name.
    pub(super) fn is_script(&self) -> bool {
        Self::is_script_named(self.file_name, self.text)
    }

    pub(super) fn is_script_named(file_name: &str, text: &str) -> bool {
        let first_line = text.lines().next().unwrap_or_default();
        let first_line = first_line.trim_start_matches('\u{feff}');
        first_line.starts_with("#!") && first_line.contains("sh")
            || [".sh", ".bash", ".ksh", ".bat", ".cmd", ".ps1", ".psm1"]
                .iter()
                .any(|end| file_name.ends_with(end))
            || file_name.contains(".sh.")
    }
}

/// What a surface makes of a text.
#[derive(Debug)]
pub(super) enum Recognition {
    /// Not of this kind, and why.
    No(&'static str),
    /// Read.
    Read(Reading),
    /// Of this kind, and not readable.
    Unreadable(ReadError),
}

/// What the first of the surfaces that knows the text makes of it.
pub(super) fn recognise(request: &Request<'_>, readers: &[SurfaceReader]) -> Recognition {
    let mut reason = "";
    let is_script = request.discovery < Discovery::Forced && request.is_script();
    if request.discovery == Discovery::Walked
        && request.depth == 0
        && !is_script
        && has_fences(request.text)
    {
        return Recognition::No("a document with examples; they are read when it is named");
    }
    for reader in readers {
        if is_script && !reader.surface.is_script {
            continue;
        }
        match (reader.read)(request) {
            Recognition::No(why) => reason = if reason.is_empty() { why } else { reason },
            Recognition::Read(reading) if reading.is_full() => {
                return Recognition::Unreadable(too_many_settings());
            }
            found => return found,
        }
    }
    Recognition::No(reason)
}

/// What is said of a text that sets more than is judged.
pub(super) fn too_many_settings() -> ReadError {
    ReadError {
        message: format!(
            "it has more than {SETTINGS} settings or mentions of etcd and is not judged"
        ),
        offset: 0,
    }
}

/// Whether the text has fenced blocks, as documents have around their examples; no other text begins a line so.
pub(super) fn has_fences(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("```"))
}
