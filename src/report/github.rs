//! Workflow commands of GitHub, one a finding: annotations of the lines of a pull request.

use std::fmt::Write;

use super::{FileReport, LintedFile, Outcome, Report, Root, visible};
use crate::diagnostic::{Diagnostic, Severity};

/// Returns the report as commands.
#[must_use]
pub fn render(report: &Report, root: &Root) -> String {
    let mut out = String::new();
    if !report.routes.is_empty() {
        upgrade(&mut out, report);
    }
    for file in &report.files {
        match &file.outcome {
            Outcome::Linted(linted) => {
                for found in &linted.diagnostics {
                    finding(&mut out, file, linted, found, root);
                }
            }
            Outcome::Failed(error) => {
                let path = root.locate(&file.path).text();
                let place = error.place.map_or_else(String::new, |place| {
                    format!(",line={},col={}", place.line, place.column)
                });
                let shown = error.place.map_or_else(String::new, |place| {
                    format!(":{}:{}", place.line, place.column)
                });
                let message = format!("{path}{shown}: {}", error.message);
                command(&mut out, "error", &path, &place, "not checked", &message);
            }
            Outcome::NotEtcd(_) => {}
        }
    }
    out
}

/// Returns the stops and the conditions of the upgrade, as one notice.
fn upgrade(out: &mut String, report: &Report) {
    let lines = super::upgrade::first_lines(false, &report.routes);
    if lines.is_empty() {
        return;
    }
    let lines: Vec<String> = lines.iter().map(|line| data(line)).collect();
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "::notice title={}::{}",
        property(&format!("{} (upgrade)", env!("CARGO_PKG_NAME"))),
        lines.join("%0A")
    );
}

fn finding(
    out: &mut String,
    file: &FileReport,
    linted: &LintedFile,
    found: &Diagnostic,
    root: &Root,
) {
    let start = linted.source.line_column(found.span.start);
    let end = linted.source.line_column(found.span.end);
    let path = root.locate(&file.path).text();
    // GitHub refuses columns if the lines differ.
    let place = if start.line == end.line {
        format!(
            ",line={0},col={1},endLine={0},endColumn={2}",
            start.line, start.column, end.column
        )
    } else {
        format!(",line={},endLine={}", start.line, end.line)
    };
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let message = format!(
        "{path}:{}:{}: {}: {}; help: {}",
        start.line, start.column, found.title, found.message, found.instead
    );
    command(out, level, &path, &place, &found.rule, &message);
}

fn command(out: &mut String, level: &str, path: &str, place: &str, code: &str, message: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "::{level} file={}{place},title={}::{}",
        property(path),
        property(&format!("{} ({code})", env!("CARGO_PKG_NAME"))),
        data(message)
    );
}

/// Escapes the text after the second `::`.
fn data(text: &str) -> String {
    // Line breaks and other invisible characters are escaped already; only this one is left.
    visible(text).replace('%', "%25")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
