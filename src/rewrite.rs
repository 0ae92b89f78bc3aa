//! Applies fixes until nothing changes, and verifies the result.

mod attempt;
mod bump;
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

pub use bump::rewrite_with_tags;
pub use options::{Rewrite, RewriteError, RewriteOptions};
pub use verify::VerifyError;
pub use withhold::Withheld;

/// Returns the text with all fixes of at least that applicability.
///
/// A fix whose result cannot be verified is withheld, and the others are applied.
///
/// # Errors
/// Returns an error if no set of fixes can be verified; the old text then stays.
pub fn rewrite(source: &Source, options: &RewriteOptions<'_>) -> Result<Rewrite, RewriteError> {
    failing::without_failing(source, options)
}

/// Returns whether the fix of a finding can be verified if it is applied alone.
#[must_use]
pub fn can_be_applied(source: &Source, found: &Diagnostic, options: &RewriteOptions<'_>) -> bool {
    let Some(fix) = &found.fix else {
        return false;
    };
    let alone = HashSet::from([FixKey::of(found)]);
    let options = RewriteOptions {
        least: fix.applicability,
        ..*options
    };
    attempt(
        source,
        &options,
        &Allowed::Only(&alone, &[]),
        &mut Vec::new(),
    )
    .is_ok()
}

/// Returns the text with suppression comments added, and nothing else changed.
///
/// # Errors
/// Returns an error if it cannot be verified that the result means the same, or the comments do not suppress as many
/// findings as are named.
pub fn annotate(
    source: &Source,
    comments: &Fix,
    suppressed: usize,
    options: &RewriteOptions<'_>,
) -> Result<Rewrite, RewriteError> {
    let before = diagnose(source, options, None)?;
    if !may_hold_comments(source) {
        return Err(RewriteError::NoPlaceForComment);
    }
    let text = apply(&source.text, &[comments]);
    let new = source.with_text(text);
    let after = diagnose(&new, options, before.surface);
    let after = after.map_err(|_| RewriteError::NoPlaceForComment)?;
    let edits: Vec<_> = comments.edits.iter().collect();
    let syntax = before.surface.map(|surface| surface.syntax);
    let is_the_same = || {
        if syntax == Some(Syntax::Yaml) {
            verify::same_outside(&source.text, &new.text, &edits)?;
            verify::same_comments(source, &new.text, &edits, options.least)?;
        } else if syntax == Some(Syntax::Settings) {
            verify::same_elsewhere(&source.text, &new.text, &[])?;
            verify::same_comments(source, &new.text, &edits, options.least)?;
        }
        let catalogue = &options.lint.knowledge.catalogue;
        verify::same_effect(
            catalogue,
            options.lint.upgrade,
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
    let removed = before
        .diagnostics
        .len()
        .checked_sub(after.diagnostics.len());
    let newly_suppressed = after.suppressed.len().checked_sub(before.suppressed.len());
    let is_suppressed = removed == newly_suppressed
        && removed >= Some(suppressed)
        && after.surface == before.surface
        && positional_arguments(&before.members) == positional_arguments(&after.members)
        && verify::is_same_script(source, &new);
    if !is_suppressed {
        return Err(RewriteError::NoPlaceForComment);
    }
    Ok(Rewrite {
        text: new.text,
        fixes: suppressed,
        tags: 0,
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
