//! Verifies that an annotated script has the same words.

use crate::source::{Source, Span};
use crate::text::words;

/// Returns whether two versions of a script have the same words; true for other texts.
pub(in crate::rewrite) fn is_same_script(old: &Source, new: &Source) -> bool {
    let is_shell = |text: &str| text.trim_start_matches('\u{feff}').starts_with("#!");
    let is_named = [".sh", ".bash", ".ksh", ".env"]
        .iter()
        .any(|end| old.file_name().ends_with(end));
    if !is_named && !is_shell(&old.text) {
        return true;
    }
    let words = |source: &Source| -> Vec<String> {
        let whole = Span::new(0, source.text.len());
        let tokens = words::tokens(&source.text, whole, words::Dialect::Shell);
        let words = tokens.filter_map(|token| match token {
            words::Token::Word(word) => Some(word.text().to_owned()),
            _ => None,
        });
        words.collect()
    };
    words(old) == words(new)
}
