//! Code actions: each fix alone, and all safe fixes together.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};
use similar::TextDiff;

use super::analysis::Analysis;
use super::event::Event;
use super::findings;
use super::queue::ActionForm;
use super::session::capabilities::FIX_ALL;
use crate::check::Knowledge;
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::limits::DIFF_TIME;
use crate::report::visible;
use crate::source::Span;
use crate::{rewrite, suppression};

/// For how many findings of a range a suppression comment is offered.
const SUPPRESSIONS: usize = 10;

/// The hint if there are fixes and none is offered.
const WITHOUT_TARGET: &str = "etcd-uplift offers fixes only if the release to upgrade to is set: set \
    `from` and `to` in etcd-uplift.toml, as `etcd-uplift init` does, or in the options of this server";

/// Returns the actions for a range, and hints for the user.
pub(super) fn offered(
    analysis: &Analysis,
    params: &CodeActionParams,
    form: ActionForm,
    knowledge: &Knowledge,
) -> (Vec<CodeActionOrCommand>, Option<Event>) {
    let mut actions = Vec::new();
    let mut event = None;
    let has_target = analysis.snapshot.options.has_target;
    if !form.literals {
        return (Vec::new(), None);
    }
    if is_wanted(&params.context, &CodeActionKind::QUICKFIX) {
        let snapshot = &analysis.snapshot;
        let wanted = snapshot.text.span(params.range, snapshot.encoding);
        let found = analysis.diagnostics.iter();
        let found: Vec<&Diagnostic> = found.filter(|found| touches(found.span, wanted)).collect();
        let fixes = found.iter();
        let fixes = fixes.filter_map(|found| quick_fix(analysis, found, form, knowledge));
        if has_target {
            actions.extend(fixes);
        } else if fixes.count() > 0 {
            event = Some(Event::Hint(WITHOUT_TARGET));
        }
        // Each is tried on the whole text.
        let suppressed = found.iter().take(SUPPRESSIONS);
        actions.extend(suppressed.filter_map(|found| suppress(analysis, found, form, knowledge)));
    }
    if is_wanted(&params.context, &FIX_ALL) && has_target {
        match analysis.rewrite(knowledge) {
            Some(Ok(rewrite)) if rewrite.text != analysis.source.text => {
                actions.push(CodeAction {
                    title: "Apply all safe fixes of etcd-uplift".to_owned(),
                    kind: Some(FIX_ALL),
                    edit: Some(edit(analysis, &changes(analysis, &rewrite.text), form)),
                    ..CodeAction::default()
                });
            }
            Some(Err(error)) => {
                let path = crate::report::visible_path(&analysis.source.path);
                let error = format!("{path}: {}", visible(&error.to_string()));
                event = Some(Event::Error(error));
            }
            Some(Ok(_)) | None => {}
        }
    }
    let actions = actions.into_iter();
    (
        actions.map(CodeActionOrCommand::CodeAction).collect(),
        event,
    )
}

/// Returns whether actions of that kind are requested: kinds form a tree, separated by dots.
fn is_wanted(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    context.only.as_ref().is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest_of_kind = kind.as_str().strip_prefix(wanted.as_str());
            rest_of_kind.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty()
            })
        })
    })
}

/// Returns whether a range, which may be empty, touches a span.
fn touches(span: Span, wanted: Span) -> bool {
    wanted.start <= span.end && span.start <= wanted.end
}

/// Returns the action for one fix, or `None` for a fix that is only shown.
fn quick_fix(
    analysis: &Analysis,
    found: &Diagnostic,
    form: ActionForm,
    knowledge: &Knowledge,
) -> Option<CodeAction> {
    let fix = found.fix.as_ref()?;
    let trust = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => "unsafe: ",
        Applicability::Manual => return None,
    };
    if !rewrite::can_be_applied(
        &analysis.source,
        found,
        &analysis.rewrite_options(knowledge),
    ) {
        return None;
    }
    let when = fix.when.in_words();
    let edits: Vec<(Span, &str)> = fix
        .edits
        .iter()
        .map(|edit| (edit.span, edit.text.as_str()))
        .collect();
    Some(CodeAction {
        title: format!("{trust}{} ({when})", visible(&fix.title)),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![findings::shown(analysis, found)]),
        edit: Some(edit(analysis, &edits, form)),
        is_preferred: Some(fix.applicability == Applicability::Safe),
        ..CodeAction::default()
    })
}

/// Returns the action that adds a suppression comment for a finding, if a comment can be added there.
fn suppress(
    analysis: &Analysis,
    found: &Diagnostic,
    form: ActionForm,
    knowledge: &Knowledge,
) -> Option<CodeAction> {
    let comment = suppression::comments(&analysis.source, analysis.surface(), [found], "")?;
    rewrite::annotate(
        &analysis.source,
        &comment,
        1,
        &analysis.rewrite_options(knowledge),
    )
    .ok()?;
    let edits: Vec<(Span, &str)> = comment
        .edits
        .iter()
        .map(|edit| (edit.span, edit.text.as_str()))
        .collect();
    Some(CodeAction {
        title: format!("Ignore `{}` here, with a comment", found.rule),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![findings::shown(analysis, found)]),
        edit: Some(edit(analysis, &edits, form)),
        is_preferred: Some(false),
        ..CodeAction::default()
    })
}

/// Returns the spans of the document that differ from another text, line by line.
fn changes<'t>(analysis: &Analysis, new: &'t str) -> Vec<(Span, &'t str)> {
    let old = &analysis.source.text;
    let diff = TextDiff::configure()
        .timeout(DIFF_TIME)
        .diff_lines(old.as_str(), new);
    let begins = |lines: &[&str]| -> Vec<usize> {
        let mut at = 0;
        let ends = lines.iter().map(|line| {
            at += line.len();
            at
        });
        std::iter::once(0).chain(ends.collect::<Vec<_>>()).collect()
    };
    let old_lines: Vec<&str> = diff.iter_old_slices().collect();
    let new_lines: Vec<&str> = diff.iter_new_slices().collect();
    let (old_at, new_at) = (begins(&old_lines), begins(&new_lines));
    let span =
        |at: &[usize], range: std::ops::Range<usize>| Span::new(at[range.start], at[range.end]);
    let ops = diff.ops().iter();
    ops.filter(|op| op.tag() != similar::DiffTag::Equal)
        .map(|op| {
            let new_span = span(&new_at, op.new_range());
            (span(&old_at, op.old_range()), new_span.of(new))
        })
        .collect()
}

/// Returns the edit of this version of the document.
fn edit(analysis: &Analysis, changes: &[(Span, &str)], form: ActionForm) -> WorkspaceEdit {
    let snapshot = &analysis.snapshot;
    let edits = changes.iter().map(|(span, text)| TextEdit {
        range: snapshot.range(*span),
        new_text: (*text).to_owned(),
    });
    if form.versioned {
        let edits = edits.map(OneOf::Left).collect();
        let text_document = OptionalVersionedTextDocumentIdentifier {
            uri: snapshot.uri.clone(),
            version: Some(snapshot.version),
        };
        let edit = TextDocumentEdit {
            text_document,
            edits,
        };
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![edit])),
            ..WorkspaceEdit::default()
        }
    } else {
        #[allow(
            clippy::mutable_key_type,
            reason = "the key's cell only caches its parts"
        )]
        let changes = HashMap::from([(snapshot.uri.clone(), edits.collect())]);
        WorkspaceEdit::new(changes)
    }
}
