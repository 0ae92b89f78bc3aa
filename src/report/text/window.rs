//! The lines of a file that are drawn around a finding.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::report::escape::{push_escape, push_visible};
use crate::report::visible;
use crate::source::{Source, Span};

/// The greatest number of lines; a longer span is shown by its first line.
const WINDOW_LINES: usize = 4;

/// The greatest length of a line; a longer one is shown around the place only.
const WINDOW_WIDTH: usize = 200;

/// A few lines of the file, escaped, with their line number.
#[derive(Debug)]
pub(super) struct Window {
    name: String,
    text: String,
    first_line: usize,
    first_column: usize,
}

impl Window {
    /// Returns the window around a span, and the span inside it.
    pub(super) fn of(source: &Source, path: &str, span: Span, ascii: bool) -> (Self, Span) {
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
                _ if ascii && !c.is_ascii() => push_escape(&mut text, c),
                _ => push_visible(&mut text, c),
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
