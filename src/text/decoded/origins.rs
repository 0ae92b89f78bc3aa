//! The map from a decoded text to the outer text. It is stored in segments, because an entry for each byte would take
//! many times the size of the text.

use crate::source::Span;
use crate::text::quoting::Quoting;

/// The segments, in order; together they cover the decoded text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    segments: Vec<Segment>,
}

/// Consecutive bytes of the decoded text with the same quoting.
#[derive(Clone, Copy, Debug)]
struct Segment {
    inner: Span,
    outer: Span,
    quoting: Quoting,
}

impl Segment {
    /// Whether each byte is one byte of the outer text; otherwise all bytes together have the whole outer span.
    fn is_literal(&self) -> bool {
        self.inner.len() == self.outer.len()
    }

    /// Returns the outer span of the byte at `at` of the decoded text.
    fn origin(&self, at: usize) -> Span {
        if self.is_literal() {
            let start = self.outer.start + (at - self.inner.start);
            Span::new(start, start + 1)
        } else {
            self.outer
        }
    }
}

impl Origins {
    /// Appends a span of the decoded text. If it has more than one character, each byte must be one byte of the outer
    /// text.
    pub(crate) fn push(&mut self, inner: Span, outer: Span, quoting: Quoting) {
        let new = Segment {
            inner,
            outer,
            quoting,
        };
        if let Some(last) = self.segments.last_mut()
            && last.quoting == quoting
            && last.outer.end == outer.start
            && last.is_literal()
            && new.is_literal()
        {
            last.inner.end = inner.end;
            last.outer.end = outer.end;
            return;
        }
        if self.segments.is_empty() {
            // Most texts are words with one segment.
            self.segments.reserve_exact(1);
        }
        self.segments.push(new);
    }

    /// Extends the outer span of the last character, which begins at `at`, to `end`, and makes it fixed.
    pub(crate) fn widen_from(&mut self, at: usize, end: usize) {
        let Some(last) = self.segments.last_mut() else {
            return;
        };
        let inner = Span::new(at, last.inner.end);
        let start = last.origin(at).start;
        let outer = Span::new(start, end.max(last.outer.end));
        if last.inner.start == at {
            self.segments.pop();
        } else {
            last.inner.end = at;
            last.outer.end = start;
        }
        self.segments.push(Segment {
            inner,
            outer,
            quoting: Quoting::Fixed,
        });
    }

    /// Returns the outer span of the byte at `at` of the decoded text.
    pub(crate) fn get(&self, at: usize) -> Option<Span> {
        let index = self.index(at);
        self.segments.get(index).map(|segment| segment.origin(at))
    }

    /// Returns the outer span of the last byte.
    pub(crate) fn last(&self) -> Option<Span> {
        let last = self.segments.last()?;
        Some(last.origin(last.inner.end - 1))
    }

    /// Returns the quoting of the byte at `at`; at the end, that of the last byte.
    pub(crate) fn quoting(&self, at: usize) -> Option<Quoting> {
        let segment = self.segments.get(self.index(at));
        segment
            .or_else(|| self.segments.last())
            .map(|segment| segment.quoting)
    }

    /// Whether all bytes of a span of the decoded text have that quoting.
    pub(crate) fn all_quoted(&self, inner: Span, quoting: Quoting) -> bool {
        let mut touched = self.segments[self.index(inner.start)..]
            .iter()
            .take_while(|segment| segment.inner.start < inner.end);
        touched.all(|segment| segment.quoting == quoting)
    }

    fn index(&self, at: usize) -> usize {
        self.segments
            .partition_point(|segment| segment.inner.end <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unescaped_text_is_one_segment() {
        let mut origins = Origins::default();
        origins.push(Span::new(0, 3), Span::new(5, 8), Quoting::ShellBare);
        origins.push(Span::new(3, 4), Span::new(8, 9), Quoting::ShellBare);
        origins.push(Span::new(4, 5), Span::new(9, 11), Quoting::ShellBare);
        assert_eq!(origins.segments.len(), 2);
        assert_eq!(origins.get(3), Some(Span::new(8, 9)));
        assert_eq!(origins.get(4), Some(Span::new(9, 11)));
        assert_eq!(origins.get(5), None);
        assert_eq!(origins.quoting(5), Some(Quoting::ShellBare));
    }

    #[test]
    fn the_last_character_can_be_widened() {
        let mut origins = Origins::default();
        origins.push(Span::new(0, 3), Span::new(5, 8), Quoting::YamlPlain);
        origins.widen_from(2, 12);
        assert_eq!(origins.get(1), Some(Span::new(6, 7)));
        assert_eq!(origins.last(), Some(Span::new(7, 12)));
        assert!(origins.all_quoted(Span::new(0, 2), Quoting::YamlPlain));
        assert!(!origins.all_quoted(Span::new(0, 3), Quoting::YamlPlain));
        assert_eq!(origins.quoting(2), Some(Quoting::Fixed));
    }
}
