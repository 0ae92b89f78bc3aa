//! What is special about a text that shows what runs, such as the output of `docker inspect`: it is not rewritten, it
//! repeats itself, and it shows variables of other programs.

use super::site::unwritable::Unwritable;
use crate::source::{Span, overlaps_any};

/// The parts of a text that show what runs, in spans of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    /// What is not rewritten, and why.
    read_only: Vec<(Span, Unwritable)>,
    /// What is written a second time in another place of the text.
    repeated: Vec<Span>,
    /// Variables and values of other programs, which no report shows.
    hidden: Vec<Span>,
    /// Where the text comes from, each from that offset on.
    origins: Vec<(usize, String)>,
    /// What the text does not show.
    pub(super) doubts: Vec<Doubt>,
}

/// Something that a text does not show of a member.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// Where it would be.
    pub span: Span,
    /// What is not shown.
    pub title: String,
    /// What is not checked therefore.
    pub message: &'static str,
    /// What shows it.
    pub instead: &'static str,
}

impl Output {
    /// Records that nothing in the span is rewritten.
    pub(super) fn set_read_only(&mut self, span: Span, why: Unwritable) {
        self.read_only.push((span, why));
    }

    /// Records that the span repeats what another place of the text shows.
    pub(super) fn add_repeated(&mut self, span: Span) {
        self.repeated.push(span);
        self.repeated.sort();
    }

    /// Records that no report shows the span.
    pub(super) fn hide(&mut self, span: Span) {
        match self.hidden.last_mut() {
            // Most lines of a list of variables are hidden.
            Some(last) if last.end + 1 == span.start => last.end = span.end,
            _ => self.hidden.push(span),
        }
    }

    /// Records where the text from `start` on comes from.
    pub(super) fn begin(&mut self, start: usize, origin: String) {
        self.origins.push((start, origin));
    }

    /// Returns where the text at that offset comes from.
    pub(super) fn origin(&self, at: usize) -> Option<&str> {
        let origins = self.origins.iter().filter(|(start, _)| *start <= at);
        let (_, origin) = origins.max_by_key(|(start, _)| *start)?;
        Some(origin)
    }

    /// Whether the span repeats what another place shows.
    pub(super) fn is_repeated(&self, span: Span) -> bool {
        overlaps_any(&self.repeated, span)
    }

    /// Checks that the span may be rewritten.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn check(&self, span: Span) -> Result<(), Unwritable> {
        let mut parts = self.read_only.iter();
        let found = parts.find(|(part, _)| part.start <= span.start && span.end <= part.end);
        found.map_or(Ok(()), |(_, why)| Err(*why))
    }

    /// Whether a part of the text is not rewritten.
    pub(super) fn is_read_only(&self) -> bool {
        !self.read_only.is_empty()
    }

    /// Returns the text with a star for each byte that no report shows; `None` if reports show all of it.
    pub(super) fn redacted(&self, text: &str) -> Option<String> {
        if self.hidden.is_empty() {
            return None;
        }
        let mut bytes = text.as_bytes().to_vec();
        for span in &self.hidden {
            for byte in &mut bytes[span.start..span.end] {
                if *byte != b'\n' {
                    *byte = b'*';
                }
            }
        }
        String::from_utf8(bytes).ok()
    }

    /// Adds what is known of a text inside this one.
    pub(super) fn graft(&mut self, inner: Self, file_span: impl Fn(Span) -> Span) {
        for (span, why) in inner.read_only {
            self.read_only.push((file_span(span), why));
        }
        self.repeated
            .extend(inner.repeated.into_iter().map(&file_span));
        self.repeated.sort();
        self.hidden.extend(inner.hidden.into_iter().map(&file_span));
        let origins = inner.origins.into_iter();
        self.origins
            .extend(origins.map(|(start, origin)| (file_span(Span::at(start)).start, origin)));
        let doubts = inner.doubts.into_iter();
        self.doubts.extend(doubts.map(|doubt| Doubt {
            span: file_span(doubt.span),
            ..doubt
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_text_keeps_its_length_and_its_lines() {
        let mut output = Output::default();
        assert_eq!(output.redacted("a"), None);
        output.hide(Span::new(2, 7));
        assert_eq!(output.redacted("a=bé\ncd").unwrap(), "a=***\n*d");
    }
}
