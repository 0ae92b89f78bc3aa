//! How rows and lines of a file are drawn.

use std::borrow::Cow;
use std::fmt::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, SourceSpan};

use super::window::Window;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::{Applicability, When};
use crate::report::style::{Style, wrapped};
use crate::report::{FileReport, LintedFile, Report, visible};
use crate::source::{Source, Span};

/// Returns when a change may be made, and why then.
pub(super) fn timed(when: When, why: &str) -> String {
    format!("{}: {why}", when.in_words())
}

/// Returns how the fix is applied.
pub(super) fn applied(
    report: &Report,
    (file, linted): (&FileReport, &LintedFile),
    found: &Diagnostic,
) -> String {
    let command = |applicability| report.fix_command(file, linted, applicability);
    match found.fix.as_ref().map(|fix| fix.applicability) {
        Some(safe @ Applicability::Safe) => format!("safe, `{}`", command(safe)),
        Some(risky @ Applicability::Unsafe) => format!("unsafe, `{}`", command(risky)),
        _ => "by hand".to_owned(),
    }
}

/// Keeps a command on one line, so that it can be copied.
pub(super) fn fix_row(out: &mut String, applied: &str) {
    let _ = writeln!(out, "  {:<6} {applied}", "fix:");
}

pub(super) fn row(out: &mut String, name: &str, text: &str, style: Style) {
    for (index, line) in wrapped(text, row_width(style)).iter().enumerate() {
        if index == 0 {
            let _ = writeln!(out, "  {name:<6} {line}");
        } else {
            let _ = writeln!(out, "  {:<6} {}", "", line_start(line));
        }
    }
}

/// Returns the width of the text in a row, beside its label.
pub(super) fn row_width(style: Style) -> usize {
    style.width.saturating_sub(9).max(40)
}

/// Escapes the begin of a line, so that GitHub does not read it as a command.
fn line_start(text: &str) -> Cow<'_, str> {
    match text.trim_start().strip_prefix("::") {
        Some(rest) => Cow::Owned(format!("\\u{{3a}}:{rest}")),
        None => Cow::Borrowed(text),
    }
}

pub(super) fn paint(text: &str, severity: Severity, style: Style) -> String {
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

pub(super) fn snippet(
    source: &Source,
    path: &str,
    message: &str,
    span: Span,
    style: Style,
) -> String {
    let label = wrapped(
        &visible(message),
        style.width.saturating_sub(24).clamp(40, 90),
    )
    .join("\n");
    let (window, span) = Window::of(source, path, span, style.ascii);
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
    // miette's header is left out; its drawing begins with the line that opens the box.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_begins_as_a_command_of_github() {
        assert_eq!(line_start("  ::error::b"), "\\u{3a}:error::b");
        assert_eq!(line_start("a ::error::b"), "a ::error::b");
    }
}
