//! The report for people: the place in the file, what etcd does, what to write, when, how.

mod drawing;
mod note_group;
mod window;

use std::fmt::Write;

use super::style::{Style, ascii, linked, wrapped};
use super::{FileReport, LintedFile, Outcome, Report, Summary, visible, visible_path};
use crate::diagnostic::{Diagnostic, Severity};
use drawing::{applied, fix_row, paint, row, row_width, snippet, timed};

/// Returns what to know first, and the findings, grouped by file.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let mut out = first_lines(report, style);
    for file in &report.files {
        match &file.outcome {
            Outcome::Linted(linted) => {
                for group in note_group::groups(&linted.diagnostics) {
                    match group.as_slice() {
                        [found] => finding(&mut out, report, (file, linted), found, style),
                        notes => {
                            note_group::told(&mut out, report, (file, linted), notes, style);
                        }
                    }
                }
            }
            Outcome::Failed(error) => {
                let path = visible_path(&file.path);
                let place = error.place.map_or_else(String::new, |place| {
                    format!(":{}:{}", place.line, place.column)
                });
                let head = paint("error", Severity::Error, style);
                // Writing to a `String` cannot fail.
                let _ = writeln!(out, "{head}: {path}{place}: {}\n", visible(&error.message));
            }
            Outcome::NotEtcd(_) => {}
        }
    }
    if style.ascii { ascii(&out) } else { out }
}

/// Returns what to know before the findings, with lines broken at the terminal's width.
fn first_lines(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let lines = report.first_lines();
    for line in &lines {
        let lines = wrapped(line, style.width.saturating_sub(2).max(40));
        out.push_str(&lines.join("\n  "));
        out.push('\n');
    }
    if !lines.is_empty() {
        out.push('\n');
    }
    out
}

/// Returns the last lines: counts, what was not linted, and the command that applies the fixes.
#[must_use]
pub fn summary(report: &Report, fix: &str) -> String {
    let summary = report.summary();
    let mut out = format!(
        "{} in {} for {}",
        match (summary.errors, summary.warnings, summary.notes) {
            (0, 0, 0) => "nothing found".to_owned(),
            (errors, warnings, notes) => [
                (errors, "error", "errors"),
                (warnings, "warning", "warnings"),
                (notes, "note", "notes"),
            ]
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| plural(count, one, many))
            .collect::<Vec<_>>()
            .join(", "),
        },
        whole(&summary),
        report.upgrade_in_words(),
    );
    let is_newest = |linted: &LintedFile| linted.upgrade.to == report.upgrade.to;
    if report.to_written.is_none() && report.linted().all(|(_, linted)| is_newest(linted)) {
        out.push_str(", the newest release known (choose another with --to)");
    }
    out.push('\n');
    for line in report.cluster_lines() {
        let _ = writeln!(out, "{}", visible(&line));
    }
    if summary.failed > 0 {
        let _ = writeln!(
            out,
            "{} could not be checked",
            plural(summary.failed, "file", "files")
        );
    }
    if summary.suppressed > 0 {
        let _ = writeln!(
            out,
            "{} suppressed by comments, etcd-uplift.toml or a baseline",
            summary.suppressed
        );
    }
    if report.upgrade.from.is_none() && report.linted().any(|(_, linted)| linted.is_without_from())
    {
        out.push_str("not checked without --from: changed defaults and changed behaviour\n");
    }
    if summary.fixable > 0 {
        let _ = writeln!(out, "{} can be fixed: {fix}", summary.fixable);
    }
    if summary.fixable_unsafe > 0 {
        let _ = writeln!(
            out,
            "{} more with --unsafe; review each of them",
            summary.fixable_unsafe
        );
    }
    out
}

/// Returns how much was checked: the files, and the members if there are more or fewer of them.
fn whole(summary: &Summary) -> String {
    let files = plural(summary.files, "file", "files");
    if summary.members == 0 || summary.members == summary.files {
        return files;
    }
    let members = plural(summary.members, "member", "members");
    format!("{members} ({files})")
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn finding(
    out: &mut String,
    report: &Report,
    (file, linted): (&FileReport, &LintedFile),
    found: &Diagnostic,
    style: Style,
) {
    let head = paint(
        &format!("{}[{}]", found.severity.word(), found.rule),
        found.severity,
        style,
    );
    let _ = writeln!(out, "{head}: {}", visible(&found.title));
    out.push_str(&snippet(
        &linted.source,
        &file.path.to_string_lossy(),
        &found.message,
        found.span,
        style,
    ));
    row(out, "help:", &visible(&found.instead), style);
    since(out, found, style);
    if let Some((when, why)) = &found.when {
        row(out, "when:", &timed(*when, why), style);
    }
    for note in &found.notes {
        row(out, "note:", &visible(note), style);
    }
    fix_row(out, &applied(report, (file, linted), found));
    documentation(out, found, style);
    out.push('\n');
}

/// Returns since when it matters, if the first line does not name the release.
fn since(out: &mut String, found: &Diagnostic, style: Style) {
    if let Some(since) = found.since {
        let since = format!("etcd {}", since.as_beginning());
        if !found.title.contains(&since) {
            row(out, "since:", &since, style);
        }
    }
}

/// Writes the command that explains the rule, and as many of its sources as fit on the line.
fn documentation(out: &mut String, found: &Diagnostic, style: Style) {
    let explain = format!("etcd-uplift explain {}", found.rule);
    let mut length = explain.len();
    let more = |count: usize| format!(" and {count} more");
    let reserved = more(found.docs.len()).len();
    let fits = found.docs.iter().take_while(|source| {
        length += 2 + source.len();
        length + reserved <= row_width(style)
    });
    let shown = fits.count();
    let sources = found.docs[..shown].iter();
    let sources: Vec<String> = sources.map(|source| linked(source, style)).collect();
    let line = if sources.is_empty() {
        explain
    } else {
        format!("{explain}; {}", sources.join(", "))
    };
    let hidden = found.docs.len() - shown;
    let rest = if shown > 0 && hidden > 0 {
        more(hidden)
    } else {
        String::new()
    };
    let _ = writeln!(out, "  {:<6} {line}{rest}", "docs:");
}
