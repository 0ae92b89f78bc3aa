//! The report for people: the place in the file, what etcd does, what to write, when, how.

mod note_group;

use std::fmt;
use std::fmt::Write;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::escape::is_hidden;
use super::{FileReport, Judged, Outcome, Report, plural, visible, visible_path};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{Applicability, When};
use crate::source::{Source, Span};

/// Spans over more lines are shown by their first line.
const WINDOW_LINES: usize = 4;

/// Longer lines are shown around the place only.
const WINDOW_WIDTH: usize = 200;

/// How the report is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Colours.
    pub colour: bool,
    /// Box drawing beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// The findings, grouped by file.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    for file in &report.files {
        match &file.outcome {
            Outcome::Judged(judged) => {
                for group in note_group::groups(&judged.diagnostics) {
                    match group.as_slice() {
                        [found] => finding(&mut out, file, judged, found, style),
                        notes => note_group::told(&mut out, file, judged, notes, style),
                    }
                }
            }
            Outcome::Failed(error) => {
                let path = visible_path(&file.path);
                let place = error.place.map_or_else(String::new, |place| {
                    format!(":{}:{}", place.line, place.column)
                });
                let head = paint("error", Severity::Error, style);
                // Writing into a String cannot fail.
                let _ = writeln!(out, "{head}: {path}{place}: {}\n", visible(&error.message));
            }
            Outcome::NotEtcd(_) => {}
        }
    }
    out
}

/// The last lines: counts, what was not judged, what to do next.
#[must_use]
pub fn summary(report: &Report) -> String {
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
        plural(summary.files, "file", "files"),
        report.upgrade_in_words(),
    );
    if report.to_written.is_none() {
        out.push_str(", the newest release known (choose another with --to)");
    }
    out.push('\n');
    if summary.failed > 0 {
        let _ = writeln!(
            out,
            "{} could not be judged",
            plural(summary.failed, "file", "files")
        );
    }
    if report.upgrade.from.is_none() {
        out.push_str("not judged without --from: changed defaults and changed behaviour\n");
    }
    if summary.fixable > 0 {
        let _ = writeln!(
            out,
            "{} can be fixed: etcd-uplift fix --write",
            summary.fixable
        );
    }
    if summary.fixable_unsafe > 0 {
        let _ = writeln!(
            out,
            "{} more with --unsafe, after a look at each",
            summary.fixable_unsafe
        );
    }
    out
}

fn finding(out: &mut String, file: &FileReport, judged: &Judged, found: &Diagnostic, style: Style) {
    let head = paint(
        &format!("{}[{}]", found.severity.word(), found.rule),
        found.severity,
        style,
    );
    let _ = writeln!(out, "{head}: {}", visible(&found.title));
    out.push_str(&snippet(
        &judged.source,
        &file.path.to_string_lossy(),
        &found.message,
        found.span,
        style,
    ));
    row(out, "write:", &visible(&found.instead), style);
    if let Some((when, why)) = &found.when {
        row(out, "when:", &timed(*when, why), style);
    }
    for note in &found.notes {
        row(out, "note:", &visible(note), style);
    }
    row(out, "fix:", applied(found), style);
    row(
        out,
        "more:",
        &format!("etcd-uplift explain {}", found.rule),
        style,
    );
    out.push('\n');
}

/// When a change may go in, and why then.
fn timed(when: When, why: &str) -> String {
    let when = match when {
        When::Before => "before the upgrade",
        When::With => "together with the new release",
        When::After => "after the upgrade",
    };
    format!("{when}: {why}")
}

/// How the fix is applied.
fn applied(found: &Diagnostic) -> &'static str {
    match found.fix.as_ref().map(|fix| fix.applicability) {
        Some(Applicability::Safe) => "safe, `etcd-uplift fix --write`",
        Some(Applicability::Unsafe) => "unsafe, `etcd-uplift fix --write --unsafe`",
        _ => "by hand",
    }
}

fn row(out: &mut String, name: &str, text: &str, style: Style) {
    let width = style.width.saturating_sub(9).max(40);
    for (index, line) in wrapped(text, width).iter().enumerate() {
        let name = if index == 0 { name } else { "" };
        let _ = writeln!(out, "  {name:<6} {line}");
    }
}

/// Breaks at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word_length;
        }
    }
    lines
}

fn paint(text: &str, severity: Severity, style: Style) -> String {
    if !style.colour {
        return text.to_owned();
    }
    let colour = match severity {
        Severity::Error => 31,
        Severity::Warning => 33,
        Severity::Note => 36,
    };
    format!("\u{1b}[1;{colour}m{text}\u{1b}[0m")
}

fn snippet(source: &Source, path: &str, message: &str, span: Span, style: Style) -> String {
    let label = wrapped(
        &visible(message),
        style.width.saturating_sub(24).clamp(40, 90),
    )
    .join("\n");
    let (window, span) = Window::of(source, path, span);
    let shown = Shown {
        label: LabeledSpan::new_with_span(Some(label), SourceSpan::from(span.start..span.end)),
        window,
    };
    let theme = match (style.unicode, style.colour) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &shown).is_err() {
        return format!("  {}\n", visible(message));
    }
    // The header is ours; the drawing begins with the line that opens the box.
    let opening = if style.unicode { "╭" } else { ",-" };
    let mut lines = drawn.lines().skip_while(|line| !line.contains(opening));
    let mut kept = String::new();
    for line in lines.by_ref() {
        kept.push_str(line.trim_end());
        kept.push('\n');
    }
    kept
}

/// What miette draws: one label in a window of the file.
#[derive(Debug)]
struct Shown {
    label: LabeledSpan,
    window: Window,
}

impl fmt::Display for Shown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

/// A few lines of the file, made harmless, that know their line number.
#[derive(Debug)]
struct Window {
    name: String,
    text: String,
    first_line: usize,
    first_column: usize,
}

impl Window {
    /// The window around a span, and the span inside it.
    fn of(source: &Source, path: &str, span: Span) -> (Self, Span) {
        let start = source.line_column(span.start);
        let end = source.line_column(span.end);
        let last_line = end.line.min(start.line + WINDOW_LINES - 1);
        let first = source.line_span(start.line).unwrap_or(Span::at(0));
        let last = source.line_span(last_line).unwrap_or(first);
        let whole = first.cover(last);
        let mut from = whole.start;
        if span.start.saturating_sub(from) > WINDOW_WIDTH {
            from = boundary(&source.text, span.start - WINDOW_WIDTH / 2);
        }
        let to = boundary(
            &source.text,
            whole
                .end
                .min(span.start.max(from) + WINDOW_WIDTH * WINDOW_LINES),
        );
        let (span_start, span_end) = (span.start.clamp(from, to), span.end.clamp(from, to));
        let mut text = String::with_capacity(to - from);
        let mut inside = (None, None);
        for (at, c) in source.text[from..to].char_indices() {
            let at = from + at;
            if at == span_start {
                inside.0 = Some(text.len());
            }
            if at == span_end {
                inside.1 = Some(text.len());
            }
            if at == 0 && c == '\u{feff}' {
                continue;
            }
            match c {
                '\n' | '\t' => text.push(c),
                '\r' => {}
                _ if is_hidden(c) => text.push_str(&visible(&c.to_string())),
                _ => text.push(c),
            }
        }
        let start_inside = inside.0.unwrap_or(text.len());
        let end_inside = inside.1.unwrap_or(text.len()).max(start_inside);
        let window = Self {
            name: visible(path).into_owned(),
            text,
            first_line: start.line - 1,
            first_column: start.column,
        };
        (window, Span::new(start_inside, end_inside))
    }
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_bytes().read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            self.first_line + inner.line(),
            self.first_column.saturating_sub(1).max(inner.column()),
            inner.line_count(),
        )))
    }
}
