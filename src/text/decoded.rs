//! Text inside text: a decoded text that knows how each of its bytes lies in the text around it.

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

/// A decoded text and where each of its bytes came from.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The text with escapes and quotes resolved.
    pub text: String,
    /// For each byte of `text`, the stretch around it in the outer text, and how it is written there.
    origins: Origins,
    around: Around,
}

/// What an edit has to respect besides the quoting of the bytes it touches.
#[derive(Clone, Debug, Default)]
enum Around {
    /// Nothing.
    #[default]
    Free,
    /// The lines of a literal block scalar.
    Lines(Arc<Lines>),
    /// A YAML scalar that has to read as the new text.
    Frame(Arc<Frame>),
    /// A here-document whose lines begin with tabs that do not count.
    Tabs(Arc<str>),
}

impl Decoded {
    /// The same text as the content of a literal block scalar with those lines.
    #[must_use]
    pub fn in_lines(mut self, lines: Lines) -> Self {
        self.around = Around::Lines(Arc::new(lines));
        self
    }

    /// The same text as that of a here-document whose lines begin with tabs that do not count.
    #[must_use]
    pub(crate) fn behind_tabs(mut self, tabs: &str) -> Self {
        self.around = Around::Tabs(Arc::from(tabs));
        self
    }

    /// The same text, to be edited only so that the scalar reads as the new text.
    #[must_use]
    pub fn in_frame(mut self, frame: Frame) -> Self {
        self.around = Around::Frame(Arc::new(frame));
        self
    }

    /// Adds a character that is written as `raw` in the outer text.
    pub fn push(&mut self, character: char, raw: Span, quoting: Quoting) {
        let start = self.text.len();
        self.text.push(character);
        self.origins
            .push(Span::new(start, self.text.len()), raw, quoting);
    }

    /// Adds text that is written as it is, beginning at `raw_start` in the outer text.
    pub fn push_verbatim(&mut self, text: &str, raw_start: usize, quoting: Quoting) {
        let inner = Span::new(self.text.len(), self.text.len() + text.len());
        let raw = Span::new(raw_start, raw_start + text.len());
        self.text.push_str(text);
        if !text.is_empty() {
            self.origins.push(inner, raw, quoting);
        }
    }

    /// The last character stands for all of the outer text up to there, and is not edited any more.
    pub fn widen_last(&mut self, end: usize) {
        if let Some((at, _)) = self.text.char_indices().next_back() {
            self.origins.widen_from(at, end);
        }
    }

    /// Where a stretch of the decoded text lies in the outer text. None for an empty text.
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

    /// How the byte at `at` is written; at the end, how the last one is.
    #[must_use]
    pub fn quoting_at(&self, at: usize) -> Option<Quoting> {
        self.origins.quoting(at)
    }

    /// The edit of the outer text that makes this edit of the decoded text; none where quoting forbids it.
    #[must_use]
    pub fn outer_edit(&self, edit: &Edit) -> Option<Edit> {
        match &self.around {
            Around::Free => self.quoted_edit(edit),
            Around::Tabs(tabs) => self.quoted_edit(edit).map(|outer| {
                let text = outer.text.replace('\n', &format!("\n{tabs}"));
                Edit { text, ..outer }
            }),
            Around::Lines(lines) => lines.outer_edit(&self.text, &self.origins, edit),
            Around::Frame(frame) => self
                .quoted_edit(edit)
                .filter(|outer| frame.reads_as(outer, &edit.applied_to(&self.text))),
        }
    }

    fn quoted_edit(&self, edit: &Edit) -> Option<Edit> {
        // An insertion goes with the byte before it: a word is continued, not begun.
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
        // In a here-document the name of a variable would go on.
        let goes_on = quoting == Quoting::HereDocument
            && edit.text.starts_with(is_name)
            && self.text[..edit.span.start]
                .trim_end_matches(is_name)
                .ends_with('$');
        if !same || goes_on || quoting == Quoting::Line && blank(&edit.text) && !blank(&self.text) {
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
