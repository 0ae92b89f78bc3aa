//! Where something is written.

use crate::source::Span;

/// The index of a text of a reading: 0 is the file itself, others are texts inside it.
pub type TextId = usize;

/// A span in one text of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The text the span belongs to.
    pub text: TextId,
    /// The span, in bytes of that text.
    pub span: Span,
}

impl Place {
    /// Creates a place from a text and a span in it.
    #[must_use]
    pub fn new(text: TextId, span: Span) -> Self {
        Self { text, span }
    }
}
