//! Applies fixes until the text comes to rest, and shows that the result is what was meant.

mod verify;

use crate::check::{Knowledge, check};
use crate::diagnostic::Diagnostic;
use crate::edit::{Applicability, Fix, apply, select};
use crate::source::Source;
use crate::surface::{self, FileReading, Insistence, Surface};
use crate::version::Upgrade;

pub use verify::VerifyError;

/// After so many passes a text that still changes is a bug.
pub const PASSES: usize = 32;

/// A rewritten text.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The new text; equal to the old one when nothing was to be done.
    pub text: String,
    /// How many fixes were made.
    pub fixes: usize,
    /// What is left to be said about the new text.
    pub remaining: Vec<Diagnostic>,
}

/// Why a text is not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The result cannot be read any more.
    #[error(
        "the rewritten text cannot be read ({0}); nothing is written. This is a bug, please report it"
    )]
    Unreadable(String),
    /// The passes did not end.
    #[error(
        "fixes still change the text after {PASSES} passes; nothing is written. This is a bug, please report it"
    )]
    Restless,
    /// The result is not what was meant.
    #[error("{0}; nothing is written. This is a bug, please report it")]
    Verify(#[from] VerifyError),
}

/// How a text is read while it is rewritten.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// Facts and advice.
    pub knowledge: &'a Knowledge,
    /// From where to where.
    pub upgrade: Upgrade,
    /// How sure it is that the file is etcd's.
    pub insistence: Insistence,
    /// The surface the user named.
    pub surface: Option<Surface>,
    /// The least applicability of the fixes to be made.
    pub least: Applicability,
}

/// The text with all fixes of at least that applicability.
///
/// # Errors
/// When the result cannot be shown to be what was meant; the old text then stays.
pub fn rewrite(source: &Source, terms: &Terms<'_>) -> Result<Rewrite, RewriteError> {
    let mut current = source.clone();
    let mut fixes = 0;
    let mut changed_keys = Vec::new();
    for _ in 0..PASSES {
        let (surface, diagnostics) = diagnose(&current, terms)?;
        let offered: Vec<&Fix> = diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref())
            .collect();
        let chosen = select(offered, terms.least);
        if chosen.is_empty() {
            if fixes > 0 && surface == CONFIG_FILE {
                verify::same_elsewhere(&source.text, &current.text, &changed_keys)?;
            }
            return Ok(Rewrite {
                text: current.text,
                fixes,
                remaining: diagnostics,
            });
        }
        let made =
            |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| chosen.contains(&fix));
        let touched = diagnostics
            .iter()
            .filter(made)
            .flat_map(|found| found.touches.clone());
        changed_keys.extend(touched);
        fixes += chosen.len();
        let text = apply(&current.text, &chosen);
        if YAML_SURFACES.contains(&surface) {
            let edits: Vec<_> = chosen.iter().flat_map(|fix| &fix.edits).collect();
            verify::same_outside(&current.text, &text, &edits)?;
        }
        current = current.with_text(text);
    }
    Err(RewriteError::Restless)
}

/// The surface whose settings are keys of a YAML mapping.
const CONFIG_FILE: &str = "config-file";

/// Surfaces whose settings stand in scalars and lists anywhere in YAML documents.
const YAML_SURFACES: [&str; 6] = [
    "cloud-config",
    "ignition",
    "manifest",
    "cluster-tool",
    "compose",
    "task-file",
];

/// The surface and what is to be said about a text.
fn diagnose(
    source: &Source,
    terms: &Terms<'_>,
) -> Result<(&'static str, Vec<Diagnostic>), RewriteError> {
    let knowledge = terms.knowledge;
    match surface::read(
        source,
        &knowledge.catalogue,
        terms.insistence,
        terms.surface,
    ) {
        FileReading::Read(reading) => {
            let found = check(source, &reading, terms.upgrade, knowledge);
            Ok((reading.surface, found))
        }
        FileReading::NotEtcd(_) => Ok(("", Vec::new())),
        FileReading::Unreadable(error) => Err(RewriteError::Unreadable(error.to_string())),
    }
}
