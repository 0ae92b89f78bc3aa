//! Applies fixes until nothing changes, and verifies the result.

mod attempt;
mod failing;
mod gate;
mod options;
mod verify;
mod withhold;

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::edit::{Fix, apply};
use crate::member::Member;
use crate::source::Source;
use crate::surface::Syntax;
use attempt::{attempt, diagnose};
use withhold::{Allowed, FixKey};

pub use options::{Rewrite, RewriteError, RewriteOptions};
pub use verify::VerifyError;
pub use withhold::Withheld;

/// Returns the text with all fixes of at least that applicability.
///
/// A fix whose result cannot be verified is withheld, and the others are applied.
///
/// # Errors
/// Returns an error if no set of fixes can be verified; the old text then stays.
pub fn rewrite(source: &Source, terms: &RewriteOptions<'_>) -> Result<Rewrite, RewriteError> {
    failing::without_failing(source, terms)
}

/// Returns whether the fix of a finding can be verified if it is applied alone.
#[must_use]
pub fn can_be_made(source: &Source, found: &Diagnostic, terms: &RewriteOptions<'_>) -> bool {
    let Some(fix) = &found.fix else {
        return false;
    };
    let alone = HashSet::from([FixKey::of(found)]);
    let terms = RewriteOptions {
        least: fix.applicability,
        ..*terms
    };
    attempt(source, &terms, &Allowed::Only(&alone, &[]), &mut Vec::new()).is_ok()
}

/// Returns the text with suppression comments added, and nothing else changed.
///
/// # Errors
/// Returns an error if it cannot be verified that the result means the same, or the comments do not suppress as many
/// findings as are named.
pub fn annotate(
    source: &Source,
    comments: &Fix,
    silenced: usize,
    terms: &RewriteOptions<'_>,
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
        let catalogue = &terms.lint.knowledge.catalogue;
        verify::same_effect(
            catalogue,
            terms.lint.upgrade,
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
    // A comment may suppress more findings of a rule in its line than one; it must not cause new ones.
    let positional_arguments = |members: &[Member]| -> Vec<usize> {
        members
            .iter()
            .map(|member| member.positional_arguments.len())
            .collect()
    };
    let gone = before
        .diagnostics
        .len()
        .checked_sub(after.diagnostics.len());
    let put_aside = after.suppressed.len().checked_sub(before.suppressed.len());
    let is_silenced = gone == put_aside
        && gone >= Some(silenced)
        && after.surface == before.surface
        && positional_arguments(&before.members) == positional_arguments(&after.members)
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

/// Returns whether comments begin with `#` in the language of a text.
fn may_hold_comments(source: &Source) -> bool {
    let name = source.file_name().to_ascii_lowercase();
    let is_batch = [".bat", ".cmd"].iter().any(|end| name.ends_with(end));
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    !is_batch && !text.starts_with(['{', '['])
}
