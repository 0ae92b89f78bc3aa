//! Builds nodes from the events of the YAML crate.

use std::cmp::Reverse;
use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span as YamlSpan, StructureStyle};

use super::node::{Document, Kind, Node, NodeId, Style, YamlError};
use crate::limits::YAML_EXPANSIONS;
use crate::source::Span;

/// Builds the trees of all documents from the parser's events.
pub(crate) struct Builder<'t> {
    text: &'t str,
    offset: usize,
    nodes: Vec<Node>,
    /// How many values each node has, with aliases expanded.
    sizes: Vec<usize>,
    /// How many values aliases add.
    expansions: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
    root: Option<NodeId>,
    finished: Vec<Document>,
}

struct Open {
    node: NodeId,
    children: Vec<NodeId>,
}

impl<'t> Builder<'t> {
    /// Creates a builder for a text whose content begins at `offset`.
    pub(crate) fn new(text: &'t str, offset: usize) -> Self {
        Self {
            text,
            offset,
            nodes: Vec::new(),
            sizes: Vec::new(),
            expansions: 0,
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            finished: Vec::new(),
        }
    }

    /// Returns the documents.
    pub(crate) fn finish(mut self) -> Vec<Document> {
        self.close();
        let documents = self.finished.len();
        for document in &mut self.finished {
            document.documents = documents;
        }
        self.finished
    }

    /// Ends a document.
    fn close(&mut self) {
        let nodes = std::mem::take(&mut self.nodes);
        self.sizes.clear();
        self.expansions = 0;
        self.anchors.clear();
        self.open.clear();
        let Some(root) = self.root.take() else { return };
        let count = |wanted: Style| {
            nodes
                .iter()
                .filter(|node| matches!(&node.kind, Kind::Scalar { style, .. } if *style == wanted))
                .count()
        };
        let quotes = (count(Style::Single), count(Style::Double));
        let all_shared = nodes.iter().filter(|node| node.shared);
        let mut all_shared: Vec<Span> = all_shared.map(|node| node.span).collect();
        all_shared.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
        let mut shared: Vec<Span> = Vec::new();
        for span in all_shared {
            if shared.last().is_none_or(|last| last.end < span.end) {
                shared.push(span);
            }
        }
        self.finished.push(Document {
            nodes,
            shared,
            root,
            start: self.offset,
            documents: 0,
            quotes,
        });
    }

    /// Adds the next event.
    pub(crate) fn push(&mut self, event: Event<'_>, span: YamlSpan) -> Result<(), YamlError> {
        if let Event::DocumentStart(..) = event {
            self.close();
            return Ok(());
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
                    if self.open.iter().any(|open| open.node == target) {
                        return Err(YamlError {
                            message: "an anchor's value contains itself".to_owned(),
                            offset: span.start,
                        });
                    }
                    self.nodes[target].shared = true;
                    self.expansions += self.sizes[target];
                    if self.expansions > YAML_EXPANSIONS {
                        return Err(YamlError {
                            message: format!(
                                "aliases and merge keys expand to more than {YAML_EXPANSIONS} values"
                            ),
                            offset: span.start,
                        });
                    }
                    let id = self.add(span, Kind::Alias(target), false);
                    self.sizes[id] = self.sizes[target];
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
        Ok(())
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
        self.sizes.push(1);
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
        let inside: usize = open.children.iter().map(|&id| self.sizes[id]).sum();
        self.sizes[open.node] += inside;
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
        let Some(open) = self.open.last() else {
            self.root = self.root.or(Some(id));
            return;
        };
        let is_value = matches!(self.nodes[open.node].kind, Kind::Mapping { .. })
            && open.children.len() % 2 == 1;
        let absent = self.nodes[id].span.is_empty()
            && matches!(
                self.nodes[id].kind,
                Kind::Scalar {
                    style: Style::Plain,
                    ..
                }
            );
        if is_value && absent {
            // The parser may report an absent value before its colon; it belongs after it.
            let key = open
                .children
                .last()
                .map_or(0, |&key| self.nodes[key].span.end);
            let colon = self.colon_after(key);
            let node = &mut self.nodes[id];
            node.span = Span::at(colon.unwrap_or(key));
            // Without a colon there is no place for a value.
            node.decorated |= colon.is_none();
        }
        if let Some(open) = self.open.last_mut() {
            open.children.push(id);
        }
    }

    /// Returns the end of the colon that follows a key, with only white space and comments between.
    fn colon_after(&self, key: usize) -> Option<usize> {
        let mut rest = self.text[key..].trim_start();
        while rest.starts_with('#') {
            rest = rest.find('\n').map_or("", |at| rest[at..].trim_start());
        }
        rest.strip_prefix(':')
            .map(|after| self.text.len() - after.len())
    }
}
