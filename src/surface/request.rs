//! The interface of a surface: a request to read a text, and the recognition that it returns.

use super::properties::Surface;
use super::read_error::ReadError;
use super::reading::Reading;
use crate::facts::catalogue::Catalogue;
use crate::limits::SETTINGS;

/// How a text was found: the more explicitly, the less evidence it needs to count as etcd configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Discovery {
    /// Found in a tree: only what is clearly etcd configuration counts.
    Walked,
    /// Named by the user: one option of etcd is enough.
    Explicit,
    /// Read as the surface that the user chose.
    Forced,
}

/// A request to read a text.
pub(super) struct Request<'a> {
    /// The text, templates masked at equal length.
    pub text: &'a str,
    /// The file's name without its folder.
    pub file_name: &'a str,
    /// The facts, for names only.
    pub catalogue: &'a Catalogue,
    /// How the text was found.
    pub discovery: Discovery,
    /// How many texts this one is nested in.
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
    /// Whether the text is a script of a shell, by its first line or its name.
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

/// The result of a surface for a text.
#[derive(Debug)]
pub(super) enum Recognition {
    /// Not of this kind, and why; empty if there is nothing to explain.
    No(&'static str),
    /// Read.
    Read(Reading),
    /// Of this kind, but not readable.
    Unreadable(ReadError),
}

/// Returns the result of the first surface that recognises the text.
pub(super) fn recognise(request: &Request<'_>, readers: &[SurfaceReader]) -> Recognition {
    let mut reason = "";
    let is_script = request.discovery < Discovery::Forced && request.is_script();
    if request.discovery == Discovery::Walked
        && request.depth == 0
        && !is_script
        && has_fences(request.text)
    {
        return Recognition::No("a document with examples; they are read only if it is named");
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

/// Returns the error for a text that exceeds the limit of settings.
pub(super) fn too_many_settings() -> ReadError {
    ReadError {
        message: format!(
            "it has more than {SETTINGS} settings or mentions of etcd and is not checked"
        ),
        offset: 0,
    }
}

/// Whether the text has fenced code blocks: then it is a document with examples.
pub(super) fn has_fences(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("```"))
}
