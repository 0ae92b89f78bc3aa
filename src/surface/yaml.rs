//! YAML as a tree of nodes with byte spans, and YAML 1.1 scalars as etcd's decoder resolves them.
//!
//! This file and `yaml/builder.rs` are the only ones that know the YAML crate.

mod builder;
mod decoder;
mod inner;
mod lookup;
mod scalar;
mod writer;

use granit_parser::Parser;

use builder::Builder;
pub use decoder::{number_without_json, parse_first, refusal};
pub use inner::decoded;
pub use scalar::{Scalar, resolve};
pub use writer::{is_item, written};

use crate::limits::YAML_NESTING;
use crate::source::Span;

/// Index of a node in its [`Document`].
pub type NodeId = usize;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|` or `>`.
    Block,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it covers, without anchor and tag. Empty for an absent value.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// Whether an alias refers to it.
    pub shared: bool,
    /// Whether it carries an anchor or a tag.
    pub decorated: bool,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A scalar.
    Scalar {
        /// Its text with escapes resolved.
        text: String,
        /// How it is written.
        style: Style,
        /// The suffix of a core-schema tag such as `!!str`, or any other tag.
        tag: Option<String>,
    },
    /// A sequence.
    Sequence {
        /// Whether it is written `[…]`.
        flow: bool,
        /// Its items.
        items: Vec<NodeId>,
    },
    /// A mapping.
    Mapping {
        /// Whether it is written `{…}`.
        flow: bool,
        /// Keys and values in order.
        entries: Vec<(NodeId, NodeId)>,
    },
    /// `*name`.
    Alias(NodeId),
}

/// One document of a stream.
#[derive(Clone, Debug)]
pub struct Document {
    nodes: Vec<Node>,
    /// What aliases refer to, in order; what lies in another one of them is left out.
    shared: Vec<Span>,
    /// The top node.
    pub root: NodeId,
    /// Where the stream's content begins, behind a byte-order mark.
    pub start: usize,
    /// How many documents the stream holds.
    pub documents: usize,
    /// How many single- and double-quoted scalars there are.
    pub quotes: (usize, usize),
}

impl Document {
    /// A node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The node behind any aliases.
    #[must_use]
    pub fn resolved(&self, id: NodeId) -> &Node {
        match self.nodes[id].kind {
            Kind::Alias(target) => &self.nodes[target],
            _ => &self.nodes[id],
        }
    }

    /// The text of a scalar key.
    #[must_use]
    pub fn key_text(&self, id: NodeId) -> Option<&str> {
        match &self.resolved(id).kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether a key is the merge key, which has no quotes.
    #[must_use]
    pub fn is_merge(&self, key: NodeId) -> bool {
        matches!(
            &self.node(key).kind,
            Kind::Scalar { text, style, tag } if text == "<<"
                && (*style == Style::Plain && tag.is_none() || tag.as_deref() == Some("!!merge"))
        )
    }

    /// The first plain scalar inside a flow collection that holds a colon.
    #[must_use]
    pub fn plain_colon_in_flow(&self) -> Option<Span> {
        self.plain_in_flow(|text| text.contains(':'))
    }

    /// The first plain scalar inside a flow collection that holds a question mark behind its first character.
    #[must_use]
    pub fn plain_question_mark_in_flow(&self) -> Option<Span> {
        self.plain_in_flow(|text| text.chars().skip(1).any(|c| c == '?'))
    }

    fn plain_in_flow(&self, holds: impl Fn(&str) -> bool) -> Option<Span> {
        let is_flow = |kind: &Kind| {
            matches!(
                kind,
                Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
            )
        };
        let flows = self.nodes.iter().filter(|node| is_flow(&node.kind));
        // Those that lie in another one say nothing more; the others are in order.
        let mut extents: Vec<Span> = Vec::new();
        for flow in flows.map(|node| node.span) {
            if extents.last().is_none_or(|last| last.end <= flow.start) {
                extents.push(flow);
            }
        }
        let lies_in_flow = |span: &Span| {
            let at = extents.partition_point(|flow| flow.end <= span.end);
            extents.get(at).is_some_and(|flow| flow.start < span.start)
        };
        self.nodes
            .iter()
            .filter(|node| matches!(&node.kind, Kind::Scalar { text, style: Style::Plain, .. } if holds(text)))
            .map(|node| node.span)
            .find(lies_in_flow)
    }
}

impl Document {
    /// Where `\/` stands in a double-quoted scalar: JSON has this escape, and YAML 1.1 has not.
    #[must_use]
    pub fn escaped_slash(&self, text: &str) -> Option<usize> {
        let double = |node: &&Node| {
            matches!(
                &node.kind,
                Kind::Scalar {
                    style: Style::Double,
                    ..
                }
            )
        };
        self.nodes.iter().filter(double).find_map(|node| {
            let mut escaped = false;
            let at = node.span.of(text).bytes().position(|byte| {
                let found = escaped && byte == b'/';
                escaped = !escaped && byte == b'\\';
                found
            });
            at.map(|at| node.span.start + at - 1)
        })
    }
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes.
    pub offset: usize,
}

/// Reads the first document of `text`; none when the stream holds nothing.
///
/// # Errors
/// When any part of the stream is not YAML, nests deeper than [`YAML_NESTING`], or holds an anchor that contains itself, or one that is used without end.
pub fn parse(text: &str) -> Result<Option<Document>, YamlError> {
    Ok(parse_all(text)?.into_iter().next())
}

/// Reads every document of `text`.
///
/// # Errors
/// When any part of the stream is not YAML, nests deeper than [`YAML_NESTING`], or holds an anchor that contains itself, or one that is used without end.
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
        builder.take(event, span)?;
    }
    Ok(builder.finish())
}

/// Where the comments of `text` stand, each from its `#` to the end of its line.
///
/// # Errors
/// When any part of the stream is not YAML or nests deeper than [`YAML_NESTING`].
pub fn comments(text: &str) -> Result<Vec<Span>, YamlError> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let options = granit_parser::options! {
        flow_nesting_limit: YAML_NESTING,
        block_nesting_limit: YAML_NESTING,
        emit_comments: true,
        // Longer runs of comment lines than the crate holds back by itself are common.
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
    // A comment held back behind a later event comes after it.
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
    fn documents_are_told_apart_and_errors_are_placed() {
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
    fn an_absent_value_lies_behind_its_colon_or_has_no_place() {
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
    fn comments_are_told_from_texts() {
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
