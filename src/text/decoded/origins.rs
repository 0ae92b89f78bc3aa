//! Where the bytes of a decoded text lie in the text around it, stretch by stretch: a byte for each would be many times
//! the text.

use crate::source::Span;
use crate::text::quoting::Quoting;

/// The stretches, in order; together they are the decoded text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    stretches: Vec<Stretch>,
}

/// Bytes of the decoded text that are written alike.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    inner: Span,
    outer: Span,
    quoting: Quoting,
}

impl Stretch {
    /// Whether every byte stands for itself; otherwise all of them stand for all of the outer ones.
    fn is_literal(&self) -> bool {
        self.inner.len() == self.outer.len()
    }

    /// Where the byte at `at` of the decoded text stands.
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
    /// Adds what follows in the decoded text. Of more than one character each byte must stand for itself.
    pub(crate) fn push(&mut self, inner: Span, outer: Span, quoting: Quoting) {
        let new = Stretch {
            inner,
            outer,
            quoting,
        };
        if let Some(last) = self.stretches.last_mut()
            && last.quoting == quoting
            && last.outer.end == outer.start
            && last.is_literal()
            && new.is_literal()
        {
            last.inner.end = inner.end;
            last.outer.end = outer.end;
            return;
        }
        if self.stretches.is_empty() {
            // Most texts are words of one stretch.
            self.stretches.reserve_exact(1);
        }
        self.stretches.push(new);
    }

    /// What the last character, which begins at `at`, stands for goes on to `end`, and is fixed.
    pub(crate) fn widen_from(&mut self, at: usize, end: usize) {
        let Some(last) = self.stretches.last_mut() else {
            return;
        };
        let inner = Span::new(at, last.inner.end);
        let start = last.origin(at).start;
        let outer = Span::new(start, end.max(last.outer.end));
        if last.inner.start == at {
            self.stretches.pop();
        } else {
            last.inner.end = at;
            last.outer.end = start;
        }
        self.stretches.push(Stretch {
            inner,
            outer,
            quoting: Quoting::Fixed,
        });
    }

    /// Where the byte at `at` of the decoded text stands.
    pub(crate) fn get(&self, at: usize) -> Option<Span> {
        let index = self.index(at);
        self.stretches.get(index).map(|stretch| stretch.origin(at))
    }

    /// Where the last byte stands.
    pub(crate) fn last(&self) -> Option<Span> {
        let last = self.stretches.last()?;
        Some(last.origin(last.inner.end - 1))
    }

    /// How the byte at `at` is written; at the end, how the last one is.
    pub(crate) fn quoting(&self, at: usize) -> Option<Quoting> {
        let stretch = self.stretches.get(self.index(at));
        stretch
            .or_else(|| self.stretches.last())
            .map(|stretch| stretch.quoting)
    }

    /// Whether all bytes of a stretch of the decoded text are written so.
    pub(crate) fn all_quoted(&self, inner: Span, quoting: Quoting) -> bool {
        let mut touched = self.stretches[self.index(inner.start)..]
            .iter()
            .take_while(|stretch| stretch.inner.start < inner.end);
        touched.all(|stretch| stretch.quoting == quoting)
    }

    fn index(&self, at: usize) -> usize {
        self.stretches
            .partition_point(|stretch| stretch.inner.end <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_itself_is_one_stretch() {
        let mut origins = Origins::default();
        origins.push(Span::new(0, 3), Span::new(5, 8), Quoting::ShellBare);
        origins.push(Span::new(3, 4), Span::new(8, 9), Quoting::ShellBare);
        origins.push(Span::new(4, 5), Span::new(9, 11), Quoting::ShellBare);
        assert_eq!(origins.stretches.len(), 2);
        assert_eq!(origins.get(3), Some(Span::new(8, 9)));
        assert_eq!(origins.get(4), Some(Span::new(9, 11)));
        assert_eq!(origins.get(5), None);
        assert_eq!(origins.quoting(5), Some(Quoting::ShellBare));
    }

    #[test]
    fn the_last_character_can_stand_for_more() {
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
