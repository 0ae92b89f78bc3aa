//! Findings as diagnostics of the protocol.

use lsp_types::{
    CodeDescription, Diagnostic as Shown, DiagnosticSeverity, DiagnosticTag, NumberOrString,
};

use super::analysis::{Analysis, Unread};
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::facts::version::Upgrade;
use crate::report::command::quoted;
use crate::report::{documentation, visible};
use crate::suppression;

/// The source of the diagnostics.
const SOURCE: &str = "etcd-uplift";

/// The greatest number of diagnostics: more make an editor slow. The number of the others is shown.
const LIMIT: usize = 1000;

/// Returns the diagnostics of a version.
pub(super) fn published(analysis: &Analysis) -> Vec<Shown> {
    let found = analysis.diagnostics.iter();
    let found = found.map(|found| shown(analysis, found));
    let unread = analysis.unread.iter();
    let unread = unread.map(|unread| unreadable(analysis, unread));
    let mut all: Vec<Shown> = unread.chain(found.take(LIMIT)).collect();
    if let Some(more) = analysis.diagnostics.len().checked_sub(LIMIT + 1) {
        all.push(Shown {
            severity: Some(DiagnosticSeverity::WARNING),
            source: Some(SOURCE.to_owned()),
            message: format!(
                "{} more findings are not shown here; `{}` shows all",
                more + 1,
                lint_command(analysis)
            ),
            ..Shown::default()
        });
    }
    all
}

/// Returns the command that shows all findings in the document.
fn lint_command(analysis: &Analysis) -> String {
    let Upgrade { from, to } = analysis.snapshot.options.upgrade;
    let from = from.map_or_else(String::new, |from| format!(" --from {from}"));
    let path = quoted(&analysis.source.path);
    format!("etcd-uplift lint{from} --to {to} {path}")
}

/// Returns the diagnostic of a finding.
pub(super) fn shown(analysis: &Analysis, found: &Diagnostic) -> Shown {
    let severity = match found.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    };
    let tag = if found.rule == suppression::UNUSED {
        Some(DiagnosticTag::UNNECESSARY)
    } else {
        (found.consequence == Consequence::Deprecated).then_some(DiagnosticTag::DEPRECATED)
    };
    let page = found
        .docs
        .iter()
        .find_map(|source| documentation::page(source));
    Shown {
        range: analysis.snapshot.range(found.span),
        severity: Some(severity),
        code: Some(NumberOrString::String(found.rule.clone())),
        code_description: page
            .and_then(|page| page.parse().ok())
            .map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: message(found),
        tags: tag.map(|tag| vec![tag]),
        ..Shown::default()
    }
}

/// Returns the diagnostic of an error in a file of etcd or of this tool that cannot be read.
fn unreadable(analysis: &Analysis, unread: &Unread) -> Shown {
    Shown {
        range: analysis.snapshot.range(unread.span),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("unreadable".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: visible(&unread.message).into_owned(),
        ..Shown::default()
    }
}

/// Returns the rows of the text report, one a line.
fn message(found: &Diagnostic) -> String {
    let mut rows = vec![
        found.title.clone(),
        found.message.clone(),
        format!("help: {}", found.instead),
    ];
    if let Some((when, why)) = &found.when {
        rows.push(format!("when: {}: {why}", when.in_words()));
    }
    rows.extend(found.notes.iter().map(|note| format!("note: {note}")));
    let rows: Vec<_> = rows.iter().map(|row| visible(row)).collect();
    rows.join("\n")
}
