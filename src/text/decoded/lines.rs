//! The lines of a literal block scalar, or of another indented text: edits keep the indentation.

use super::origins::Origins;
use crate::edit::Edit;
use crate::source::Span;
use crate::text::quoting::{self, Quoting};

/// One line of the decoded text.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Where it begins in the decoded text.
    pub inner: usize,
    /// Where it begins in the outer text, indentation included.
    pub outer: usize,
    /// Where its content begins in the outer text.
    pub content: usize,
}

/// The layout of a literal block scalar.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The lines in order; if the text ends with a line break, the last one is empty.
    pub lines: Vec<Line>,
    /// The white space before each line.
    pub indent: String,
    /// How lines end.
    pub line_break: &'static str,
}

impl Lines {
    /// Returns the edit of the outer text that makes an edit of the decoded one.
    pub(crate) fn outer_edit(&self, text: &str, origins: &Origins, edit: &Edit) -> Option<Edit> {
        let last_line = edit.text.is_empty()
            && edit.span.end == text.len()
            && edit.span.start > 0
            && !text.ends_with('\n')
            && self.line_at(edit.span.start).is_some();
        if last_line {
            // With `|-` the line break before the last line is removed with it.
            let span = Span::new(edit.span.start - 1, edit.span.end);
            return self.outer_edit(text, origins, &Edit::deletion(span));
        }
        let (start, end) = (edit.span.start, edit.span.end);
        let quoting = origins.quoting(start).unwrap_or(Quoting::YamlLiteral);
        let new = quoting::written(&edit.text, quoting)?;
        if new.contains('\r') {
            return None;
        }
        let first_line = self.line_at(start);
        let mut at_start = first_line.is_some();
        let outer_start = match first_line {
            Some(line) => line.outer,
            None => origins.get(start.checked_sub(1)?)?.end,
        };
        let mut written = String::with_capacity(new.len() + self.indent.len());
        for c in new.chars() {
            if c == '\n' {
                written.push_str(self.line_break);
                at_start = true;
                continue;
            }
            if std::mem::take(&mut at_start) {
                written.push_str(&self.indent);
            }
            written.push(c);
        }
        let outer_end = match (self.line_at(end), at_start) {
            (Some(line), true) => line.outer,
            // The following text continues the line; nothing follows the last one.
            (Some(_), false) if end == text.len() => return None,
            (Some(line), false) => line.content,
            (None, at_start) => {
                if at_start && end == text.len() {
                    return None;
                }
                if at_start {
                    written.push_str(&self.indent);
                }
                match origins.get(end) {
                    Some(next) => next.start,
                    None => origins.last()?.end,
                }
            }
        };
        if !keeps_ends(text, edit) {
            return None;
        }
        Some(Edit::replacement(
            Span::new(outer_start, outer_end.max(outer_start)),
            written,
        ))
    }

    fn line_at(&self, inner: usize) -> Option<Line> {
        let index = self
            .lines
            .binary_search_by_key(&inner, |line| line.inner)
            .ok()?;
        self.lines.get(index).copied()
    }
}

/// Whether, after the edit, the first line still determines the indentation, and the end still matches the header.
fn keeps_ends(text: &str, edit: &Edit) -> bool {
    let lead = text.len() - text.trim_start_matches('\n').len();
    let trimmed = text.trim_end_matches('\n').len();
    if edit.span.start > lead && edit.span.end < trimmed {
        return true;
    }
    let result = edit.applied_to(text);
    let body = result.trim_matches('\n');
    let ends_alike = edit.span.end < trimmed
        || result.ends_with('\n') == (trimmed < text.len()) && !result.ends_with("\n\n");
    let starts_alike = edit.span.start > lead || !result.starts_with('\n');
    ends_alike && starts_alike && !body.is_empty() && !body.starts_with([' ', '\t'])
}
