//! Parses JSON lists of texts: the exec form of instructions of a Dockerfile.

use super::process::Argument;
use super::site::item::{Item, Notation};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::words::Word;
use crate::text::yaml::Style;

/// Parses `text[range]` as a list of texts; returns `None` if it is anything else.
pub(super) fn arguments(text: &str, range: Span, notation: Notation) -> Option<Vec<Argument>> {
    let words = words(text, range)?;
    let spans: Vec<Span> = words.iter().map(|word| word.span).collect();
    let items = Item::in_brackets(&spans, notation);
    let argument = |(word, item)| Argument {
        word,
        item,
        style: Style::Double,
    };
    Some(words.into_iter().zip(items).map(argument).collect())
}

fn words(text: &str, range: Span) -> Option<Vec<Word>> {
    let blank = |at: usize| {
        let rest = Span::new(at, range.end).of(text);
        at + rest.len() - without_blank(rest).len()
    };
    let starts = |at: usize, c: char| Span::new(at, range.end).of(text).starts_with(c);
    let mut words = Vec::new();
    let mut at = blank(range.start);
    if !starts(at, '[') {
        return None;
    }
    at = blank(at + 1);
    while !starts(at, ']') {
        let word = word(text, at, range.end)?;
        at = blank(word.span.end);
        words.push(word);
        if starts(at, ',') {
            at = blank(at + 1);
            if starts(at, ']') {
                return None;
            }
        } else if !starts(at, ']') {
            return None;
        }
    }
    (blank(at + 1) == range.end).then_some(words)
}

/// Skips white space and line continuations.
fn without_blank(text: &str) -> &str {
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let next = ["\\\n", "\\\r\n"]
            .iter()
            .find_map(|end| next.strip_prefix(end))
            .unwrap_or(next);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// Parses the string that begins at `start`.
fn word(text: &str, start: usize, end: usize) -> Option<Word> {
    let mut decoded = Decoded::default();
    let mut at = start + 1;
    if !Span::new(start, end).of(text).starts_with('"') {
        return None;
    }
    loop {
        let rest = Span::new(at, end).of(text);
        let c = rest.chars().next()?;
        let length = match c {
            '"' => break,
            // A line continuation may be inside a string too.
            '\\' if rest.starts_with("\\\n") => 2,
            '\\' if rest.starts_with("\\\r\n") => 3,
            '\\' => {
                let (character, length) = escape(rest)?;
                decoded.push(character, Span::new(at, at + length), Quoting::YamlDouble);
                length
            }
            c if c.is_control() => return None,
            c => {
                let length = c.len_utf8();
                decoded.push(c, Span::new(at, at + length), Quoting::YamlDouble);
                length
            }
        };
        at += length;
    }
    Some(Word {
        span: Span::new(start, at + 1),
        decoded,
        expansions: Vec::new(),
        unclosed: None,
        endless: None,
    })
}

/// Returns the character of an escape, and the length of the escape; two escapes for one character are not read.
fn escape(rest: &str) -> Option<(char, usize)> {
    let simple = match rest[1..].chars().next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c @ ('"' | '\\' | '/') => c,
        'u' => {
            let number = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
            return Some((char::from_u32(number)?, 6));
        }
        _ => return None,
    };
    Some((simple, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Option<Vec<String>> {
        let words = words(text, Span::new(0, text.len()))?;
        Some(words.iter().map(|word| word.text().to_owned()).collect())
    }

    #[test]
    fn lists_of_texts_are_read_and_other_texts_are_not() {
        let list = |items: &[&str]| Some(items.iter().map(|&item| item.to_owned()).collect());
        assert_eq!(texts("[]"), list(&[]));
        assert_eq!(
            texts("[ \"a\\\"\\u0041\\/\" , \\\n  \"b c\"]"),
            list(&["a\"A/", "b c"])
        );
        for text in [
            "",
            "[",
            "[\"a\"",
            "[\"a\",]",
            "['a']",
            "[1]",
            "[\"a\"] b",
            "[\"a\" \"b\"]",
            "[\"\\",
            "[\"\\u12",
            "\"a\"",
        ] {
            assert_eq!(texts(text), None, "{text}");
        }
    }
}
