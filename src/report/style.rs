//! How text for a terminal is drawn: colours, links, ASCII and the width of lines.

use super::documentation::page;
use super::escape::push_escape;
use super::visible;

/// How text is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to draw boxes with characters beyond ASCII.
    pub unicode: bool,
    /// Whether to write ASCII only, whatever files contain.
    pub ascii: bool,
    /// Whether to link documentation with terminal hyperlinks.
    pub links: bool,
    /// The width in columns.
    pub width: usize,
}

/// Returns a source, as a link if it has a page and the terminal shows links.
pub(crate) fn linked(source: &str, style: Style) -> String {
    match page(source).filter(|_| style.links) {
        Some(page) => format!("\u{1b}]8;;{page}\u{1b}\\{source}\u{1b}]8;;\u{1b}\\"),
        None => visible(source).into_owned(),
    }
}

/// Returns the text without characters beyond ASCII.
pub(crate) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '…' => plain.push_str("..."),
            c if c.is_ascii() => plain.push(c),
            c => push_escape(&mut plain, c),
        }
    }
    plain
}

/// Breaks at spaces.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(String::new());
            length = 0;
        }
        if let Some(line) = lines.last_mut() {
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word_length;
        }
    }
    lines
}
