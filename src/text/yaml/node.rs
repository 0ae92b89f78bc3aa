//! A YAML document as a tree of nodes.

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
    /// Its span, without anchor and tag. Empty for an absent value.
    pub span: Span,
    /// Its kind and content.
    pub kind: Kind,
    /// Whether an alias refers to it.
    pub shared: bool,
    /// Whether it has an anchor or a tag.
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
    pub(super) nodes: Vec<Node>,
    /// What aliases refer to, in order; nested ones are left out.
    pub(super) shared: Vec<Span>,
    /// The top node.
    pub root: NodeId,
    /// Where the content of the stream begins, after a byte-order mark.
    pub start: usize,
    /// How many documents the stream has.
    pub documents: usize,
    /// How many single- and double-quoted scalars there are.
    pub quotes: (usize, usize),
}

impl Document {
    /// Returns a node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Returns a node, or the node that an alias refers to.
    #[must_use]
    pub fn resolved(&self, id: NodeId) -> &Node {
        match self.nodes[id].kind {
            Kind::Alias(target) => &self.nodes[target],
            _ => &self.nodes[id],
        }
    }

    /// Returns the text of a scalar key.
    #[must_use]
    pub fn key_text(&self, id: NodeId) -> Option<&str> {
        match &self.resolved(id).kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether a key is the merge key, which is not quoted.
    #[must_use]
    pub fn is_merge(&self, key: NodeId) -> bool {
        matches!(
            &self.node(key).kind,
            Kind::Scalar { text, style, tag } if text == "<<"
                && (*style == Style::Plain && tag.is_none() || tag.as_deref() == Some("!!merge"))
        )
    }

    /// Finds the first plain scalar inside a flow collection that contains a colon.
    #[must_use]
    pub fn plain_colon_in_flow(&self) -> Option<Span> {
        self.plain_in_flow(|text| text.contains(':'))
    }

    /// Finds the first plain scalar inside a flow collection that contains a question mark after its first character.
    #[must_use]
    pub fn plain_question_mark_in_flow(&self) -> Option<Span> {
        self.plain_in_flow(|text| text.chars().skip(1).any(|c| c == '?'))
    }

    fn plain_in_flow(&self, is_match: impl Fn(&str) -> bool) -> Option<Span> {
        let is_flow = |kind: &Kind| {
            matches!(
                kind,
                Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
            )
        };
        let flows = self.nodes.iter().filter(|node| is_flow(&node.kind));
        // Nested ones are redundant; the others are in order.
        let mut outermost: Vec<Span> = Vec::new();
        for flow in flows.map(|node| node.span) {
            if outermost.last().is_none_or(|last| last.end <= flow.start) {
                outermost.push(flow);
            }
        }
        let is_in_flow = |span: &Span| {
            let at = outermost.partition_point(|flow| flow.end <= span.end);
            outermost
                .get(at)
                .is_some_and(|flow| flow.start < span.start)
        };
        self.nodes
            .iter()
            .filter(|node| matches!(&node.kind, Kind::Scalar { text, style: Style::Plain, .. } if is_match(text)))
            .map(|node| node.span)
            .find(is_in_flow)
    }
}

impl Document {
    /// Finds the first `\/` in a double-quoted scalar: JSON has this escape, YAML 1.1 does not.
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
