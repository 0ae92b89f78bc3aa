//! Parses YAML into a tree of nodes with byte spans, and resolves YAML 1.1 scalars as etcd's decoder does.
//!
//! Only this file and `yaml/builder.rs` use the YAML crate.

mod builder;
mod go_yaml;
mod inner;
mod lookup;
mod node;
mod scalar;
mod writer;

use granit_parser::Parser;

use builder::Builder;
pub use go_yaml::{number_without_json, parse_first, refusal};
pub use inner::decoded;
pub use node::{Document, Kind, Node, NodeId, Style, YamlError};
pub use scalar::{Scalar, resolve};
pub use writer::{is_item, written};

use crate::limits::YAML_NESTING;
use crate::source::Span;

/// Parses the first document of `text`; returns `None` if the stream is empty.
///
/// # Errors
/// If any part of the stream is not YAML, nests deeper than [`YAML_NESTING`], has an anchor that contains itself, or
/// has aliases that add too many values.
pub fn parse(text: &str) -> Result<Option<Document>, YamlError> {
    Ok(parse_all(text)?.into_iter().next())
}

/// Parses every document of `text`.
///
/// # Errors
/// If any part of the stream is not YAML, nests deeper than [`YAML_NESTING`], has an anchor that contains itself, or
/// has aliases that add too many values.
pub fn parse_all(text: &str) -> Result<Vec<Document>, YamlError> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = &text[start..];
    let options = granit_parser::options! {
        flow_nesting_limit: YAML_NESTING,
        block_nesting_limit: YAML_NESTING,
        emit_comments: false,
    };
    let mut builder = Builder::new(text, start);
    for event in Parser::new_from_str_with_options(body, options) {
        let (event, span) = event.map_err(|error| error_at(start, &error))?;
        builder.push(event, span)?;
    }
    Ok(builder.finish())
}

/// Returns the spans of the comments of `text`, each from its `#` to the end of its line.
///
/// # Errors
/// If any part of the stream is not YAML or nests deeper than [`YAML_NESTING`].
pub fn comments(text: &str) -> Result<Vec<Span>, YamlError> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let options = granit_parser::options! {
        flow_nesting_limit: YAML_NESTING,
        block_nesting_limit: YAML_NESTING,
        emit_comments: true,
        // Runs of comment lines that exceed the default of the crate are common.
        max_buffered_comment_events: text.len(),
    };
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(&text[start..], options) {
        let (event, span) = event.map_err(|error| error_at(start, &error))?;
        if let granit_parser::Event::Comment(..) = event
            && let Some(range) = span.byte_range()
        {
            comments.push(Span::new(start + range.start, start + range.end));
        }
    }
    // The parser may emit a comment after a later event.
    comments.sort_unstable();
    Ok(comments)
}

fn error_at(start: usize, error: &granit_parser::ScanError) -> YamlError {
    YamlError {
        message: error.info(),
        offset: start + error.marker().byte_offset().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, at: usize) -> (Span, Span) {
        let document = parse(text).unwrap().unwrap();
        let Kind::Mapping { entries, .. } = &document.node(document.root).kind else {
            panic!("no mapping");
        };
        let (key, value) = entries[at];
        (document.node(key).span, document.node(value).span)
    }

    #[test]
    fn spans_are_bytes_of_the_whole_text() {
        let text = "\u{feff}é: 'ü' # ö\nb:\nc: {d: [1, 2]}\n";
        let (key, value) = entry(text, 0);
        assert_eq!((key.of(text), value.of(text)), ("é", "'ü'"));
        let (key, value) = entry(text, 1);
        assert_eq!((key.of(text), value.of(text)), ("b", ""));
        assert_eq!(value.start, key.end + 1);
        let (_, value) = entry(text, 2);
        assert_eq!(value.of(text), "{d: [1, 2]}");
    }

    #[test]
    fn documents_are_separated_and_errors_have_offsets() {
        let text = "a: 1\n---\nb: 2\n";
        assert_eq!(parse(text).unwrap().unwrap().documents, 2);
        let all = parse_all(text).unwrap();
        let starts: Vec<&str> = all
            .iter()
            .map(|document| document.node(document.root).span.of(text))
            .collect();
        assert_eq!(starts, ["a: 1", "b: 2"]);
        let error = parse("a: 1\n\tb: 2\n").unwrap_err();
        assert!(error.offset >= 3, "{error:?}");
        assert!(parse("# nothing\n").unwrap().is_none());
    }

    #[test]
    fn an_absent_value_is_after_its_colon_or_has_no_place() {
        assert_eq!(entry("? a # x: y\n: \nb: 1\n", 0).1, Span::at(12));
        let document = parse("{a, b: 1}").unwrap().unwrap();
        let Kind::Mapping { entries, .. } = &document.node(document.root).kind else {
            panic!("no mapping");
        };
        let absent = document.node(entries[0].1);
        assert_eq!((absent.span, absent.decorated), (Span::at(2), true));
    }

    #[test]
    fn an_anchor_that_contains_itself_is_an_error() {
        assert!(parse("a: &x [*x]\n").is_err());
        assert!(parse("&x\na: {b: *x}\n").is_err());
        assert!(parse("a: &x [1]\nb: *x\n").is_ok());
    }

    #[test]
    fn comments_are_distinguished_from_texts() {
        let text = "\u{feff}# é\na: b#c # d\nb: |\n  # text\nc: '# x' #\r\n# e";
        let found = comments(text).unwrap();
        let found: Vec<&str> = found.iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["# é", "# d", "#", "# e"]);
        let many = format!("a:\n{}  b: 1\n", "  # line\n".repeat(1000));
        assert_eq!(comments(&many).unwrap().len(), 1000);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(100_000)).is_err());
    }
}
