//! Positions as editors count them: lines and, in a line, UTF-16 code units or bytes, each from 0.
//!
//! Only the language server uses them; everything else uses byte offsets.

use super::Span;

/// What an editor counts in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the protocol.
    Utf16,
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 0.
    pub line: usize,
    /// How many units are before it in the line.
    pub character: usize,
}

/// A text and where its lines begin: after `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditorText {
    text: String,
    line_starts: Vec<usize>,
}

impl EditorText {
    /// Finds the lines of a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        let bytes = text.as_bytes();
        let starts = (1..=bytes.len()).filter(|&at| begins_line(bytes, at));
        let line_starts = std::iter::once(0).chain(starts).collect();
        Self { text, line_starts }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Replaces a span, which begins and ends between characters.
    pub fn replace(&mut self, span: Span, new: &str) {
        // Whether a line begins at an offset depends on the characters on both sides of it.
        let kept = self
            .line_starts
            .partition_point(|&start| start < span.start);
        let kept = kept.max(1);
        let after = self.line_starts.partition_point(|&start| start <= span.end);
        let after: Vec<usize> = self.line_starts[after.max(1)..]
            .iter()
            .map(|start| start - span.len() + new.len())
            .collect();
        self.text.replace_range(span.start..span.end, new);
        self.line_starts.truncate(kept);
        let bytes = self.text.as_bytes();
        let touched = span.start.max(1)..=(span.start + new.len()).min(bytes.len());
        self.line_starts
            .extend(touched.filter(|&at| begins_line(bytes, at)));
        self.line_starts.extend(after);
    }

    /// Returns the line that contains an offset, without its line break.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> Span {
        self.line(self.line_index(offset))
    }

    /// Returns the byte offset of a position. A position after the end of a line gives the end of that line, one after
    /// the last line the end of the text.
    #[must_use]
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        if position.line >= self.line_starts.len() {
            return self.text.len();
        }
        let line = self.line(position.line);
        let mut left = position.character;
        let mut at = line.start;
        for c in line.of(&self.text).chars() {
            let width = encoding.width(c);
            // A position inside a character gives the start of that character.
            if left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        at
    }

    /// Returns the position of a byte offset. An offset inside a line break gives the end of its line.
    #[must_use]
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let index = self.line_index(offset);
        let line = self.line(index);
        let before = Span::new(line.start, offset.min(line.end)).of(&self.text);
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position {
            line: index,
            character,
        }
    }

    fn line_index(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset) - 1
    }

    fn line(&self, index: usize) -> Span {
        let start = self.line_starts[index];
        let next = self.line_starts.get(index + 1);
        let whole = Span::new(start, next.copied().unwrap_or(self.text.len()));
        let content = match next {
            Some(_) => {
                let text = whole.of(&self.text);
                let text = text.strip_suffix('\n').unwrap_or(text);
                text.strip_suffix('\r').unwrap_or(text).len()
            }
            None => whole.len(),
        };
        Span::new(start, start + content)
    }
}

/// Whether a line begins at `at`, which is not the start of the text.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    match bytes[at - 1] {
        b'\n' => true,
        b'\r' => bytes.get(at) != Some(&b'\n'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 𝄞x\r\n\té: ü\rlast\n\nend";

    fn at(line: usize, character: usize) -> Position {
        Position { line, character }
    }

    #[test]
    fn a_character_beyond_the_basic_plane_is_two_units_of_utf_16_and_four_bytes() {
        let text = EditorText::new(TEXT.to_owned());
        let x = TEXT.find('x').unwrap();
        assert_eq!(text.position(x, Encoding::Utf16), at(0, 5));
        assert_eq!(text.position(x, Encoding::Utf8), at(0, 7));
        assert_eq!(text.offset(at(0, 5), Encoding::Utf16), x);
        assert_eq!(text.offset(at(0, 7), Encoding::Utf8), x);
        // Between the two surrogates, and inside the four bytes.
        assert_eq!(text.offset(at(0, 4), Encoding::Utf16), 3);
        assert_eq!(text.offset(at(0, 5), Encoding::Utf8), 3);
        assert_eq!(text.position(5, Encoding::Utf16), at(0, 3));
    }

    #[test]
    fn lines_end_with_any_line_break_and_a_tab_is_one_unit() {
        let text = EditorText::new(TEXT.to_owned());
        assert_eq!(
            text.offset(at(1, 0), Encoding::Utf16),
            TEXT.find('\t').unwrap()
        );
        assert_eq!(
            text.offset(at(1, 4), Encoding::Utf16),
            TEXT.find('ü').unwrap()
        );
        assert_eq!(
            text.offset(at(2, 0), Encoding::Utf16),
            TEXT.find("last").unwrap()
        );
        assert_eq!(text.position(TEXT.len(), Encoding::Utf16), at(4, 3));
        // Between \r and \n.
        let inside = TEXT.find("\r\n").unwrap() + 1;
        assert_eq!(text.position(inside, Encoding::Utf16), at(0, 6));
    }

    #[test]
    fn positions_after_a_line_or_the_text_give_its_end() {
        let text = EditorText::new(TEXT.to_owned());
        let end = TEXT.find("\r\n").unwrap();
        assert_eq!(text.offset(at(0, 99), Encoding::Utf16), end);
        assert_eq!(text.offset(at(0, usize::MAX), Encoding::Utf8), end);
        assert_eq!(text.offset(at(3, 7), Encoding::Utf16), TEXT.len() - 3 - 1);
        assert_eq!(text.offset(at(99, 0), Encoding::Utf16), TEXT.len());
        assert_eq!(text.position(9999, Encoding::Utf16), at(4, 3));
        assert_eq!(
            EditorText::new(String::new()).offset(at(0, 3), Encoding::Utf16),
            0
        );
        let empty = EditorText::new("a\n".to_owned());
        assert_eq!(empty.position(2, Encoding::Utf8), at(1, 0));
    }

    #[test]
    fn a_changed_text_has_the_lines_of_a_new_one() {
        let pieces = ["", "x", "\n", "\r", "\r\n", "a\rb\n", "\n\r", "𝄞\r\n"];
        let texts = ["", "\r\n", "a\r\nb\rc\n", "\n\n\r\r\n𝄞"];
        for text in texts {
            for start in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                for end in (start..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                    for piece in pieces {
                        let mut changed = EditorText::new(text.to_owned());
                        changed.replace(Span::new(start, end), piece);
                        let whole = format!("{}{piece}{}", &text[..start], &text[end..]);
                        assert_eq!(
                            changed,
                            EditorText::new(whole),
                            "{text:?} {start}..{end} {piece:?}"
                        );
                    }
                }
            }
        }
    }
}
