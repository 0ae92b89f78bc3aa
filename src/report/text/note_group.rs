//! Groups the notes about options that one member leaves to their defaults: an upgrade over many releases has many.

use std::fmt::Write;

use super::drawing::{applied, fix_row, paint, row, snippet, timed};
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::report::style::Style;
use crate::report::{FileReport, LintedFile, Report, visible};

/// The number of notes at one place from which on they are grouped.
const TOGETHER: usize = 3;

/// Returns the findings as they are shown: alone, or the notes at one place together and after the other findings
/// there.
pub(super) fn groups(diagnostics: &[Diagnostic]) -> Vec<Vec<&Diagnostic>> {
    let mut groups = Vec::new();
    for place in diagnostics.chunk_by(|one, other| one.span == other.span) {
        let (notes, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = place
            .iter()
            .partition(|found| is_on_what_is_left_out(found));
        if notes.len() < TOGETHER {
            groups.extend(place.iter().map(|found| vec![found]));
            continue;
        }
        groups.extend(others.into_iter().map(|found| vec![found]));
        groups.push(notes);
    }
    groups
}

fn is_on_what_is_left_out(found: &Diagnostic) -> bool {
    found.severity == Severity::Note && found.consequence == Consequence::DefaultChanged
}

/// Draws the notes at one place together.
pub(super) fn told(
    out: &mut String,
    report: &Report,
    place @ (file, linted): (&FileReport, &LintedFile),
    notes: &[&Diagnostic],
    style: Style,
) {
    let Some(first) = notes.first() else {
        return;
    };
    let head = paint("note", Severity::Note, style);
    let count = notes.len();
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{head}: {count} changed defaults apply to this member");
    out.push_str(&snippet(
        &linted.source,
        &file.path.to_string_lossy(),
        "details below",
        first.span,
        style,
    ));
    for found in notes {
        let head = paint(&format!("note[{}]", found.rule), Severity::Note, style);
        let _ = writeln!(out, "  {head}: {}", visible(&found.title));
        for line in rows(report, place, found, style).lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    // One command as an example; the other rules are named above.
    let rule = &first.rule;
    row(out, "docs:", &format!("etcd-uplift explain {rule}"), style);
    out.push('\n');
}

/// Returns the rows below a note's title.
fn rows(
    report: &Report,
    place: (&FileReport, &LintedFile),
    found: &Diagnostic,
    style: Style,
) -> String {
    let mut out = String::new();
    let style = Style {
        width: style.width.saturating_sub(2),
        ..style
    };
    row(&mut out, "etcd:", &visible(&found.message), style);
    row(&mut out, "help:", &visible(&found.instead), style);
    for note in &found.notes {
        row(&mut out, "note:", &visible(note), style);
    }
    if let Some((when, why)) = &found.when {
        row(&mut out, "when:", &timed(*when, why), style);
    }
    if found.fix.is_some() {
        fix_row(&mut out, &applied(report, place, found));
    }
    out
}
