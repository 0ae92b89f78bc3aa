//! Applies the allowed fixes, pass after pass, and verifies the result.

use std::collections::HashMap;

use super::gate::Harms;
use super::options::{Rewrite, RewriteError, RewriteOptions};
use super::verify;
use super::withhold::{Allowed, FixKey};
use crate::diagnostic::{ChangedSetting, Diagnostic};
use crate::edit::{Fix, apply, select};
use crate::facts::catalogue::Spelling;
use crate::limits::REWRITE_PASSES;
use crate::lint::{LintOptions, LintResult, lint};
use crate::member::Member;
use crate::source::{Source, Span};
use crate::suppression::Suppressed;
use crate::surface::{Surface, Syntax};

/// Returns the text with the allowed fixes. Fixes that were applied are added to `chosen_keys`.
pub(super) fn attempt(
    source: &Source,
    options: &RewriteOptions<'_>,
    allowed: &Allowed<'_>,
    chosen_keys: &mut Vec<FixKey>,
) -> Result<Rewrite, RewriteError> {
    let mut current = source.clone();
    let mut fixes = 0;
    let mut touched: Vec<ChangedSetting> = Vec::new();
    let mut first: Option<(Vec<Member>, Harms)> = None;
    let mut first_surface = None;
    for _ in 0..REWRITE_PASSES {
        let Diagnosis {
            surface,
            members,
            mut diagnostics,
            suppressed,
        } = diagnose(&current, options, first_surface)?;
        first_surface = first_surface.or(surface);
        let syntax = surface.map(|surface| surface.syntax);
        let withheld = allowed.withhold(&current, &mut diagnostics, options.least);
        let offered: Vec<&Fix> = diagnostics
            .iter()
            .filter_map(|found| found.fix.as_ref())
            .collect();
        let chosen = select(offered, options.least);
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
                let catalogue = &options.lint.knowledge.catalogue;
                verify::same_effect(catalogue, options.lint.upgrade, &first, &members, &touched)?;
                let after = diagnostics
                    .iter()
                    .chain(suppressed.iter().map(|one| &one.diagnostic));
                if let Some(new) = before.first_new(after, options.least) {
                    return Err(RewriteError::NewFinding(new));
                }
            }
            return Ok(Rewrite {
                text: current.text,
                fixes,
                tags: 0,
                remaining: diagnostics,
                suppressed,
                withheld,
            });
        }
        // Chosen fixes do not touch, so no two have the same span.
        let by_span: HashMap<Span, &Fix> = chosen.iter().map(|&fix| (fix.span(), fix)).collect();
        let applied = |found: &&Diagnostic| {
            let fix = found.fix.as_ref();
            fix.is_some_and(|fix| by_span.get(&fix.span()) == Some(&fix))
        };
        chosen_keys.extend(diagnostics.iter().filter(applied).map(FixKey::of));
        let touches = diagnostics.iter().filter(applied);
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
            verify::same_comments(&current, &text, &edits, options.least)?;
        }
        current = current.with_text(text);
    }
    Err(RewriteError::DidNotConverge)
}

/// Returns whether there is a carriage return that is not before a line feed.
fn has_lone_return(text: &str) -> bool {
    let mut returns = text.match_indices('\r');
    returns.any(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'))
}

/// Reads and checks a text.
pub(super) struct Diagnosis {
    pub(super) surface: Option<Surface>,
    pub(super) members: Vec<Member>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) suppressed: Vec<Suppressed>,
}

/// After a fix a text may contain too little to be recognised; it is then read as the old surface, if it still sets
/// something.
pub(super) fn diagnose(
    source: &Source,
    options: &RewriteOptions<'_>,
    was: Option<Surface>,
) -> Result<Diagnosis, RewriteError> {
    let mut result = lint(source, &options.lint);
    if matches!(result, LintResult::NotEtcd(_)) && was.is_some() {
        let options = LintOptions {
            surface: was,
            ..options.lint
        };
        let again = lint(source, &options);
        if matches!(&again, LintResult::Linted(linted) if linted.reading.settings() > 0) {
            result = again;
        }
    }
    match result {
        LintResult::Linted(linted) => Ok(Diagnosis {
            surface: linted.reading.surface,
            members: linted.members,
            diagnostics: linted.diagnostics,
            suppressed: linted.suppressed,
        }),
        LintResult::NotEtcd(_) => Ok(Diagnosis {
            surface: None,
            members: Vec::new(),
            diagnostics: Vec::new(),
            suppressed: Vec::new(),
        }),
        LintResult::Unreadable(error) => Err(RewriteError::Unreadable(error.to_string())),
    }
}
