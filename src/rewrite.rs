//! Applies fixes until the text comes to rest, and shows that the result is what was meant.

mod gate;
mod verify;
mod withhold;

use std::collections::{HashMap, HashSet};

use crate::check::{Knowledge, withhold_used_elsewhere};
use crate::diagnostic::{Diagnostic, Touch};
use crate::edit::{Applicability, Fix, apply, select};
use crate::facts::catalogue::Spelling;
use crate::facts::version::Upgrade;
use crate::limits::REWRITE_PASSES;
use crate::member::Member;
use crate::project::neighbours::Neighbours;
use crate::source::{Source, Span};
use crate::suppression::{Policy, Suppressed, judge};
use crate::surface::{self, FileReading, Insistence, Surface, Syntax};

use gate::Harms;
pub use verify::VerifyError;
pub use withhold::Withheld;
use withhold::{Allowed, FixKey};

/// A rewritten text.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The new text; equal to the old one when nothing was to be done.
    pub text: String,
    /// How many fixes were made.
    pub fixes: usize,
    /// What is left to be said about the new text.
    pub remaining: Vec<Diagnostic>,
    /// What is silenced in the new text.
    pub suppressed: Vec<Suppressed>,
    /// Fixes that could be made and were not, in order of place.
    pub withheld: Vec<Withheld>,
}

/// Why a text is not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The result cannot be read any more.
    #[error("the rewritten text cannot be read ({0})")]
    Unreadable(String),
    /// The passes did not end.
    #[error("fixes still change the text after {REWRITE_PASSES} passes")]
    DidNotConverge,
    /// The result is not what was meant.
    #[error("{0}")]
    Verify(VerifyError),
    /// The new release would do something with the result that it did not do with the text as it was.
    #[error("the rewritten text would have a finding that the text does not have: {0}")]
    NewFinding(String),
    /// A comment cannot stand where it would have to.
    #[error(
        "comments above the lines of the findings would not suppress them, or would change what the text means: see \
         `ignore` and `per-file` of etcd-uplift.toml"
    )]
    NoPlaceForComment,
    /// Some readers take a carriage return alone for the end of a line, others do not.
    #[error("the text has lines that end with a carriage return alone: convert it first")]
    CarriageReturn,
    /// There is too much to show what the result is.
    #[error("{0}")]
    TooLarge(VerifyError),
}

impl From<VerifyError> for RewriteError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::TooLarge => Self::TooLarge(error),
            _ => Self::Verify(error),
        }
    }
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
    /// What is silenced, and so is not rewritten either.
    pub policy: &'a Policy,
    /// The other files of the tree, where they are known.
    pub neighbours: Option<&'a Neighbours>,
}

/// The text with all fixes of at least that applicability.
///
/// A fix with which the result cannot be shown to be what was meant is withheld, and the others are made.
///
/// # Errors
/// When that cannot be shown whichever fixes are made; the old text then stays.
pub fn rewrite(source: &Source, terms: &Terms<'_>) -> Result<Rewrite, RewriteError> {
    withhold::without_failing(source, terms)
}

/// Whether the fix of a finding, made alone, can be shown to be right.
#[must_use]
pub fn can_be_made(source: &Source, found: &Diagnostic, terms: &Terms<'_>) -> bool {
    let Some(fix) = &found.fix else {
        return false;
    };
    let alone = HashSet::from([FixKey::of(found)]);
    let terms = Terms {
        least: fix.applicability,
        ..*terms
    };
    attempt(source, &terms, &Allowed::Only(&alone, &[]), &mut Vec::new()).is_ok()
}

/// The text with those fixes that may be made. Fixes that were chosen are added to `chosen_keys`.
fn attempt(
    source: &Source,
    terms: &Terms<'_>,
    allowed: &Allowed<'_>,
    chosen_keys: &mut Vec<FixKey>,
) -> Result<Rewrite, RewriteError> {
    let mut current = source.clone();
    let mut fixes = 0;
    let mut touched: Vec<Touch> = Vec::new();
    let mut first: Option<(Vec<Member>, Harms)> = None;
    let mut first_surface = None;
    for _ in 0..REWRITE_PASSES {
        let Diagnosis {
            surface,
            members,
            mut diagnostics,
            suppressed,
        } = diagnose(&current, terms, first_surface)?;
        first_surface = first_surface.or(surface);
        let syntax = surface.map(|surface| surface.syntax);
        let withheld = allowed.withhold(&current, &mut diagnostics, terms.least);
        let offered: Vec<&Fix> = diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref())
            .collect();
        let chosen = select(offered, terms.least);
        if chosen.is_empty() {
            if fixes > 0 && syntax == Some(Syntax::Settings) {
                let keys: Vec<String> = touched
                    .iter()
                    .filter(|touch| touch.spelling == Spelling::Key)
                    .map(|touch| touch.name.to_ascii_lowercase())
                    .collect();
                verify::same_elsewhere(&source.text, &current.text, &keys)?;
            }
            if let Some((first, before)) = first {
                let catalogue = &terms.knowledge.catalogue;
                verify::same_effect(catalogue, terms.upgrade, &first, &members, &touched)?;
                let after = diagnostics
                    .iter()
                    .chain(suppressed.iter().map(|one| &one.diagnostic));
                if let Some(new) = before.first_new(after, terms.least) {
                    return Err(RewriteError::NewFinding(new));
                }
            }
            return Ok(Rewrite {
                text: current.text,
                fixes,
                remaining: diagnostics,
                suppressed,
                withheld,
            });
        }
        // Fixes that are chosen do not touch, so no two have one extent.
        let by_extent: HashMap<Span, &Fix> =
            chosen.iter().map(|&fix| (fix.extent(), fix)).collect();
        let made = |found: &&Diagnostic| {
            let fix = found.fix.as_ref();
            fix.is_some_and(|fix| by_extent.get(&fix.extent()) == Some(&fix))
        };
        chosen_keys.extend(diagnostics.iter().filter(made).map(FixKey::of));
        let touches = diagnostics.iter().filter(made);
        touched.extend(touches.flat_map(|found| found.touches.clone()));
        if has_lone_return(&current.text) {
            return Err(RewriteError::CarriageReturn);
        }
        first.get_or_insert_with(|| {
            let all = diagnostics
                .iter()
                .chain(suppressed.iter().map(|one| &one.diagnostic));
            (members, Harms::of(all))
        });
        fixes += chosen.len();
        let text = apply(&current.text, &chosen);
        let edits: Vec<_> = chosen.iter().flat_map(|fix| &fix.edits).collect();
        if syntax == Some(Syntax::Yaml) {
            verify::same_outside(&current.text, &text, &edits)?;
        }
        if matches!(syntax, Some(Syntax::Yaml | Syntax::Settings)) {
            verify::same_comments(&current, &text, &edits, terms.least)?;
        }
        current = current.with_text(text);
    }
    Err(RewriteError::DidNotConverge)
}

/// The text with comments that silence findings, and nothing else changed.
///
/// # Errors
/// When the result cannot be shown to mean the same, or the comments do not silence as many findings as are named.
pub fn annotate(
    source: &Source,
    comments: &Fix,
    silenced: usize,
    terms: &Terms<'_>,
) -> Result<Rewrite, RewriteError> {
    let before = diagnose(source, terms, None)?;
    if !may_hold_comments(source) {
        return Err(RewriteError::NoPlaceForComment);
    }
    let text = apply(&source.text, &[comments]);
    let new = source.with_text(text);
    let after = diagnose(&new, terms, before.surface);
    let after = after.map_err(|_| RewriteError::NoPlaceForComment)?;
    let edits: Vec<_> = comments.edits.iter().collect();
    let syntax = before.surface.map(|surface| surface.syntax);
    let is_the_same = || {
        if syntax == Some(Syntax::Yaml) {
            verify::same_outside(&source.text, &new.text, &edits)?;
            verify::same_comments(source, &new.text, &edits, terms.least)?;
        } else if syntax == Some(Syntax::Settings) {
            verify::same_elsewhere(&source.text, &new.text, &[])?;
            verify::same_comments(source, &new.text, &edits, terms.least)?;
        }
        let catalogue = &terms.knowledge.catalogue;
        verify::same_effect(
            catalogue,
            terms.upgrade,
            &before.members,
            &after.members,
            &[],
        )
    };
    match is_the_same() {
        Ok(()) => {}
        Err(VerifyError::TooLarge) => return Err(VerifyError::TooLarge.into()),
        Err(_) => return Err(RewriteError::NoPlaceForComment),
    }
    // A comment may silence a rule several times over in its line; it makes nothing new to be said.
    let strays = |members: &[Member]| -> Vec<usize> {
        members.iter().map(|member| member.strays.len()).collect()
    };
    let gone = before
        .diagnostics
        .len()
        .checked_sub(after.diagnostics.len());
    let put_aside = after.suppressed.len().checked_sub(before.suppressed.len());
    let is_silenced = gone == put_aside
        && gone >= Some(silenced)
        && after.surface == before.surface
        && strays(&before.members) == strays(&after.members)
        && verify::is_same_script(source, &new);
    if !is_silenced {
        return Err(RewriteError::NoPlaceForComment);
    }
    Ok(Rewrite {
        text: new.text,
        fixes: silenced,
        remaining: after.diagnostics,
        suppressed: after.suppressed,
        withheld: Vec::new(),
    })
}

/// Whether the language of a text has comments that begin with `#`.
fn may_hold_comments(source: &Source) -> bool {
    let name = source.file_name().to_ascii_lowercase();
    let is_batch = [".bat", ".cmd"].iter().any(|end| name.ends_with(end));
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    !is_batch && !text.starts_with(['{', '['])
}

/// Whether a carriage return stands anywhere but before a line feed.
fn has_lone_return(text: &str) -> bool {
    let mut returns = text.match_indices('\r');
    returns.any(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'))
}

/// What a text is, and what is to be said about it.
struct Diagnosis {
    surface: Option<Surface>,
    members: Vec<Member>,
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
}

/// A text that a fix has left too little of to be known again is read as what it was, where it still sets something.
fn diagnose(
    source: &Source,
    terms: &Terms<'_>,
    was: Option<Surface>,
) -> Result<Diagnosis, RewriteError> {
    let knowledge = terms.knowledge;
    let read = |surface| surface::read(source, &knowledge.catalogue, terms.insistence, surface);
    let mut reading = read(terms.surface);
    if matches!(reading, FileReading::NotEtcd(_))
        && was.is_some()
        && let FileReading::Read(again) = read(was)
        && again.settings() > 0
    {
        reading = FileReading::Read(again);
    }
    match reading {
        FileReading::Read(reading) => {
            let mut judgement = judge(source, &reading, terms.upgrade, knowledge, terms.policy);
            if let Some(neighbours) = terms.neighbours {
                withhold_used_elsewhere(&mut judgement.diagnostics, |beside| {
                    neighbours.user(&source.path, beside)
                });
            }
            Ok(Diagnosis {
                surface: reading.surface,
                members: reading.members,
                diagnostics: judgement.diagnostics,
                suppressed: judgement.suppressed,
            })
        }
        FileReading::NotEtcd(_) => Ok(Diagnosis {
            surface: None,
            members: Vec::new(),
            diagnostics: Vec::new(),
            suppressed: Vec::new(),
        }),
        FileReading::Unreadable(error) => Err(RewriteError::Unreadable(error.to_string())),
    }
}
