//! Positions of the Language Server Protocol in the text of an open document.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;
use crate::source::editor::{self, EditorText, Encoding};

/// Returns the better encoding of those that a client offers.
pub(super) fn best_of<'o>(mut offered: impl Iterator<Item = &'o str>) -> Encoding {
    if offered.any(|name| name == PositionEncodingKind::UTF8.as_str()) {
        Encoding::Utf8
    } else {
        Encoding::Utf16
    }
}

/// Returns the name of an encoding in the protocol.
pub(super) fn kind(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    }
}

/// The text of an open document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text(EditorText);

impl Text {
    pub(super) fn new(text: String) -> Self {
        Self(EditorText::new(text))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Replaces a span, which begins and ends between characters.
    pub(super) fn replace(&mut self, span: Span, new: &str) {
        self.0.replace(span, new);
    }

    /// Returns the line that an offset is in, without its line break.
    pub(super) fn line_at(&self, offset: usize) -> Span {
        self.0.line_at(offset)
    }

    /// Returns the byte of a position. A position after the end of a line is its end, one after the last line the end
    /// of the text.
    pub(super) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let position = editor::Position {
            line: number(position.line),
            character: number(position.character),
        };
        self.0.offset(position, encoding)
    }

    /// Returns the position of a byte; one inside a line break is the end of its line.
    pub(super) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let position = self.0.position(offset, encoding);
        Position::new(number(position.line), number(position.character))
    }

    /// Returns the range of a span.
    pub(super) fn range(&self, span: Span, encoding: Encoding) -> Range {
        let position = |offset| self.position(offset, encoding);
        Range::new(position(span.start), position(span.end))
    }

    /// Returns the span of a range; a reversed range is turned round.
    pub(super) fn span(&self, range: Range, encoding: Encoding) -> Span {
        let (one, other) = (
            self.offset(range.start, encoding),
            self.offset(range.end, encoding),
        );
        Span::new(one.min(other), one.max(other))
    }
}
