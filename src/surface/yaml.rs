//! YAML as a tree of nodes with byte spans, and YAML 1.1 scalars as etcd's decoder resolves them.
//!
//! This is the only file that knows the YAML crate.

mod scalar;

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan, StructureStyle};

pub use scalar::{Scalar, resolve};

use crate::source::Span;

/// How deep collections may nest.
pub const DEPTH_LIMIT: usize = 200;

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

/// The first document of a stream.
#[derive(Clone, Debug)]
pub struct Document {
    nodes: Vec<Node>,
    /// The top node.
    pub root: NodeId,
    /// Where the document's content begins, behind a byte-order mark.
    pub start: usize,
    /// How many documents the stream holds.
    pub documents: usize,
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

    /// The first plain scalar inside a flow collection that holds a colon.
    #[must_use]
    pub fn plain_colon_in_flow(&self) -> Option<Span> {
        let is_flow = |kind: &Kind| {
            matches!(
                kind,
                Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
            )
        };
        let flows = self.nodes.iter().filter(|node| is_flow(&node.kind));
        let extents: Vec<Span> = flows.map(|node| node.span).collect();
        self.nodes
            .iter()
            .filter(|node| matches!(&node.kind, Kind::Scalar { text, style: Style::Plain, .. } if text.contains(':')))
            .map(|node| node.span)
            .find(|span| extents.iter().any(|flow| flow.start < span.start && span.end < flow.end))
    }

    /// How many single- and double-quoted scalars there are.
    #[must_use]
    pub fn quote_counts(&self) -> (usize, usize) {
        let count = |wanted: Style| {
            self.nodes
                .iter()
                .filter(|node| matches!(&node.kind, Kind::Scalar { style, .. } if *style == wanted))
                .count()
        };
        (count(Style::Single), count(Style::Double))
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
/// When any part of the stream is not YAML, or nests deeper than [`DEPTH_LIMIT`].
pub fn parse(text: &str) -> Result<Option<Document>, YamlError> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = &text[start..];
    let options = granit_parser::options! {
        flow_nesting_limit: DEPTH_LIMIT,
        block_nesting_limit: DEPTH_LIMIT,
        emit_comments: false,
    };
    let mut builder = Builder {
        text,
        offset: start,
        nodes: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        documents: 0,
    };
    for event in Parser::new_from_str_with_options(body, options) {
        let (event, span) = event.map_err(|error| YamlError {
            message: error.info(),
            offset: start + error.marker().byte_offset().unwrap_or(0),
        })?;
        builder.take(event, span);
    }
    let documents = builder.documents;
    Ok(builder.root.map(|root| Document {
        nodes: builder.nodes,
        root,
        start,
        documents,
    }))
}

struct Builder<'t> {
    text: &'t str,
    offset: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    root: Option<NodeId>,
    documents: usize,
}

struct Open {
    node: NodeId,
    children: Vec<NodeId>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: YamlSpan) {
        if let Event::DocumentStart(..) = event {
            self.documents += 1;
            return;
        }
        // Only the first document counts; what follows was parsed for its errors.
        if self.documents != 1 {
            return;
        }
        let span = self.bytes(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let decorated = anchor != 0 || tag.is_some();
                let text = if style == Style::Plain && span.is_empty() {
                    String::new()
                } else {
                    text.into_owned()
                };
                let tag = tag.map(|tag| match tag.core_suffix() {
                    Some(suffix) => suffix.to_owned(),
                    None => tag.original(),
                });
                let id = self.add(span, Kind::Scalar { text, style, tag }, decorated);
                self.anchor(anchor, id);
                self.place(id);
            }
            Event::Alias(anchor) => {
                if let Some(&target) = self.anchors.get(&anchor) {
                    self.nodes[target].shared = true;
                    let id = self.add(span, Kind::Alias(target), false);
                    self.place(id);
                }
            }
            Event::SequenceStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let kind = Kind::Sequence {
                    flow,
                    items: Vec::new(),
                };
                self.begin(span, kind, anchor, tag.is_some());
            }
            Event::MappingStart(style, anchor, tag) => {
                let flow = style == StructureStyle::Flow;
                let kind = Kind::Mapping {
                    flow,
                    entries: Vec::new(),
                };
                self.begin(span, kind, anchor, tag.is_some());
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => {}
        }
    }

    fn bytes(&self, span: YamlSpan) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        let end = (range.end + self.offset).min(self.text.len());
        Span::new((range.start + self.offset).min(end), end)
    }

    fn add(&mut self, span: Span, kind: Kind, decorated: bool) -> NodeId {
        self.nodes.push(Node {
            span,
            kind,
            shared: false,
            decorated,
        });
        self.nodes.len() - 1
    }

    fn anchor(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn begin(&mut self, span: Span, kind: Kind, anchor: usize, tagged: bool) {
        let id = self.add(span, kind, anchor != 0 || tagged);
        self.anchor(anchor, id);
        self.open.push(Open {
            node: id,
            children: Vec::new(),
        });
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        let first = open.children.first().map(|&id| self.nodes[id].span.start);
        let last = open
            .children
            .iter()
            .map(|&id| self.nodes[id].span.end)
            .max();
        let node = &mut self.nodes[open.node];
        match &mut node.kind {
            Kind::Sequence { flow, items } => {
                node.span = if *flow {
                    node.span.cover(span)
                } else {
                    Span::new(
                        first.unwrap_or(span.start).min(last.unwrap_or(span.start)),
                        last.unwrap_or(span.start),
                    )
                };
                *items = open.children;
            }
            Kind::Mapping { flow, entries } => {
                node.span = if *flow {
                    node.span.cover(span)
                } else {
                    Span::new(
                        first.unwrap_or(span.start).min(last.unwrap_or(span.start)),
                        last.unwrap_or(span.start),
                    )
                };
                *entries = open
                    .children
                    .chunks_exact(2)
                    .map(|pair| (pair[0], pair[1]))
                    .collect();
            }
            _ => {}
        }
        self.place(open.node);
    }

    fn place(&mut self, id: NodeId) {
        match self.open.last_mut() {
            Some(open) => {
                let is_value = matches!(self.nodes[open.node].kind, Kind::Mapping { .. })
                    && open.children.len() % 2 == 1;
                if is_value && self.nodes[id].span.is_empty() {
                    // An absent value may be reported before its colon; it belongs behind it.
                    let key = open
                        .children
                        .last()
                        .map_or(0, |&key| self.nodes[key].span.end);
                    let behind = self.text[key..]
                        .find(':')
                        .map_or(key, |colon| key + colon + 1);
                    let empty_block = matches!(
                        self.nodes[id].kind,
                        Kind::Scalar {
                            style: Style::Plain,
                            ..
                        }
                    );
                    if empty_block {
                        self.nodes[id].span = Span::at(behind);
                    }
                }
                open.children.push(id);
            }
            None => self.root = self.root.or(Some(id)),
        }
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
    fn only_the_first_document_counts_and_errors_are_placed() {
        let document = parse("a: 1\n---\nb: 2\n").unwrap().unwrap();
        assert_eq!(document.documents, 2);
        let error = parse("a: 1\n\tb: 2\n").unwrap_err();
        assert!(error.offset >= 3, "{error:?}");
        assert!(parse("# nothing\n").unwrap().is_none());
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&"- ".repeat(100_000)).is_err());
    }
}
