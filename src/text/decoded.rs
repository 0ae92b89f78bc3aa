//! Text inside text: a decoded text that maps each of its bytes to a span of the outer text, so that edits of the
//! decoded text become edits of the outer one.

mod frame;
mod lines;
mod origins;

use std::sync::Arc;

use super::quoting::{self, Quoting};
use crate::edit::Edit;
use crate::source::Span;
pub use frame::Frame;
pub use lines::{Line, Lines};
use origins::Origins;

/// A decoded text, and where each of its bytes is written.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The text with escapes and quotes resolved.
    pub text: String,
    /// For each byte of `text`, its span in the outer text, and its quoting there.
    origins: Origins,
    constraint: Constraint,
}

/// What an edit must respect besides the quoting of the bytes that it touches.
#[derive(Clone, Debug, Default)]
enum Constraint {
    /// Nothing.
    #[default]
    Free,
    /// The lines of a literal block scalar.
    Lines(Arc<Lines>),
    /// A YAML scalar that must read as the new text.
    Frame(Arc<Frame>),
    /// A here-document whose lines begin with tabs that the shell strips.
    Tabs(Arc<str>),
}

impl Decoded {
    /// Returns the same text as the content of a literal block scalar with those lines.
    #[must_use]
    pub fn in_lines(mut self, lines: Lines) -> Self {
        self.constraint = Constraint::Lines(Arc::new(lines));
        self
    }

    /// Returns the same text as that of a here-document whose lines begin with `tabs`, which the shell strips.
    #[must_use]
    pub(crate) fn with_tabs(mut self, tabs: &str) -> Self {
        self.constraint = Constraint::Tabs(Arc::from(tabs));
        self
    }

    /// Returns the same text, edited only if the scalar then reads as the new text.
    #[must_use]
    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.constraint = Constraint::Frame(Arc::new(frame));
        self
    }

    /// Appends a character that is written as `raw` in the outer text.
    pub fn push(&mut self, character: char, raw: Span, quoting: Quoting) {
        let start = self.text.len();
        self.text.push(character);
        self.origins
            .push(Span::new(start, self.text.len()), raw, quoting);
    }

    /// Appends text that is written unchanged, beginning at `raw_start` in the outer text.
    pub fn push_verbatim(&mut self, text: &str, raw_start: usize, quoting: Quoting) {
        let inner = Span::new(self.text.len(), self.text.len() + text.len());
        let raw = Span::new(raw_start, raw_start + text.len());
        self.text.push_str(text);
        if !text.is_empty() {
            self.origins.push(inner, raw, quoting);
        }
    }

    /// Extends the span of the last character in the outer text to `end`. The character can no longer be edited.
    pub fn widen_last(&mut self, end: usize) {
        if let Some((at, _)) = self.text.char_indices().next_back() {
            self.origins.widen_from(at, end);
        }
    }

    /// Returns the span in the outer text of a span in the decoded text; `None` if the decoded text is empty.
    #[must_use]
    pub fn outer_span(&self, inner: Span) -> Option<Span> {
        if inner.is_empty() {
            let before = inner
                .start
                .checked_sub(1)
                .and_then(|at| self.origins.get(at));
            return match (self.origins.get(inner.start), before) {
                (Some(next), _) => Some(Span::at(next.start)),
                (None, Some(before)) => Some(Span::at(before.end)),
                (None, None) => None,
            };
        }
        let first = self.origins.get(inner.start)?;
        let last = self.origins.get(inner.end - 1)?;
        Some(first.cover(last))
    }

    /// Returns the quoting of the byte at `at`; at the end, that of the last byte.
    #[must_use]
    pub fn quoting_at(&self, at: usize) -> Option<Quoting> {
        self.origins.quoting(at)
    }

    /// Returns the edit of the outer text that makes this edit of the decoded text; `None` if the quoting cannot
    /// express it.
    #[must_use]
    pub fn outer_edit(&self, edit: &Edit) -> Option<Edit> {
        match &self.constraint {
            Constraint::Free => self.quoted_edit(edit),
            Constraint::Tabs(tabs) => self.quoted_edit(edit).map(|outer| {
                let text = outer.text.replace('\n', &format!("\n{tabs}"));
                Edit { text, ..outer }
            }),
            Constraint::Lines(lines) => lines.outer_edit(&self.text, &self.origins, edit),
            Constraint::Frame(frame) => self
                .quoted_edit(edit)
                .filter(|outer| frame.reads_as(outer, &edit.applied_to(&self.text))),
        }
    }

    fn quoted_edit(&self, edit: &Edit) -> Option<Edit> {
        // An insertion has the quoting of the byte before it: it continues a word.
        let beside = if edit.span.is_empty() {
            edit.span.start.saturating_sub(1)
        } else {
            edit.span.start
        };
        let quoting = self.quoting_at(beside)?;
        let span = if edit.span.is_empty() && edit.span.start > 0 {
            Span::at(self.origins.get(edit.span.start - 1)?.end)
        } else {
            self.outer_span(edit.span)?
        };
        let same = self.origins.all_quoted(edit.span, quoting);
        let blank = |text: &str| text.contains(char::is_whitespace);
        // In a here-document the text would continue the name of a variable.
        let extends_name = quoting == Quoting::HereDocument
            && edit.text.starts_with(is_name)
            && self.text[..edit.span.start]
                .trim_end_matches(is_name)
                .ends_with('$');
        if !same
            || extends_name
            || quoting == Quoting::Line && blank(&edit.text) && !blank(&self.text)
        {
            // A shell that sources the line would end the value at the first space.
            return None;
        }
        let text = quoting::written(&edit.text, quoting)?;
        Some(Edit::replacement(span, text))
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_edits_go_through_quotes_and_escapes() {
        // The outer text is `a 'b"c' \d`, the word `b"c` is in single quotes.
        let mut decoded = Decoded::default();
        decoded.push_verbatim("b\"c", 3, Quoting::ShellSingle);
        assert_eq!(decoded.outer_span(Span::new(1, 3)), Some(Span::new(4, 6)));
        assert_eq!(decoded.outer_span(Span::at(3)), Some(Span::at(6)));
        let edit = Edit::replacement(Span::new(0, 1), "x y");
        assert_eq!(
            decoded.outer_edit(&edit),
            Some(Edit::replacement(Span::new(3, 4), "x y"))
        );
        // A single quote cannot be written inside single quotes.
        let edit = Edit::replacement(Span::new(0, 1), "it's");
        assert_eq!(decoded.outer_edit(&edit), None);
    }
}
