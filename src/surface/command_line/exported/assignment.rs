//! Assignments of variables and of elements of arrays, in words of a script.

use crate::source::Span;
use crate::surface::launch::variable_word::assigned_name;
use crate::text::words::Word;

/// Returns the name in `NAME=value`, `NAME+=value` or `NAME[1]=value`.
pub(super) fn assignment(word: &Word) -> Option<Span> {
    let name = Span::new(0, variable_name(word.text()).len());
    if !name.is_empty() && element(word, name).is_some() {
        return Some(name);
    }
    assigned_name(word, 0).or_else(|| {
        let added = word.text()[name.end..].starts_with("+=");
        (added && !name.is_empty()).then_some(name)
    })
}

/// Returns where the value of an array element begins, `NAME[1]=`.
pub(super) fn element(word: &Word, name: Span) -> Option<usize> {
    let rest = word.text()[name.end..].strip_prefix('[')?;
    let index = rest.find(']')?;
    rest[index..]
        .starts_with("]=")
        .then_some(name.end + 1 + index + 2)
}

/// Whether the value is added to the existing one.
pub(super) fn is_addition(word: &Word, name: Span) -> bool {
    word.text()[name.end..].starts_with('+') || element(word, name).is_some()
}

pub(super) fn value_start(word: &Word, name: Span) -> usize {
    let sign = if word.text()[name.end..].starts_with('+') {
        2
    } else {
        1
    };
    element(word, name).unwrap_or(name.end + sign)
}

pub(super) fn variable_name(text: &str) -> &str {
    let length = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..length]
}

/// Whether a value is a list of flags, after other variables or not.
pub(super) fn contains_flags(word: &Word, value: Span) -> bool {
    let text = value.of(word.text());
    if text.trim_start().starts_with('-') {
        return true;
    }
    let mut rest = text.trim_start();
    while rest.starts_with('$') {
        let start = word.text().len() - rest.len();
        let expansion = word.expansions.iter().find(|one| one.start == start);
        let Some(expansion) = expansion else {
            return false;
        };
        rest = word.text()[expansion.end..].trim_start();
    }
    rest.len() < text.trim_start().len() && rest.starts_with('-')
}
