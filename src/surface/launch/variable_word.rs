//! Words of a command that set variables for the program.

use crate::source::Span;
use crate::text::words::Word;

/// A word that sets a variable for the program.
pub(in crate::surface) struct VariableWord {
    pub(in crate::surface) word: usize,
    /// The name, a span of the decoded word.
    pub(in crate::surface) name: Span,
    /// What begins another such word after it.
    pub(in crate::surface) lead: String,
    /// How many words before it are removed with it: the `-e` of a container.
    pub(in crate::surface) option: usize,
}

/// Returns the name in `NAME=value`, which begins at that byte.
pub(in crate::surface) fn assigned_name(word: &Word, from: usize) -> Option<Span> {
    let text = &word.text()[from..];
    let length = text.find('=')?;
    let name = &text[..length];
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    fits.then(|| Span::new(from, from + length))
}
