//! Look-ups in a document: values of keys, items, and what an anchor shares.

use super::node::{Document, Kind, NodeId, Style};
use super::scalar::{Scalar, resolve};
use crate::source::Span;

impl Document {
    /// Returns the value of a key in the mapping at `id`, merged keys included; `None` if there is no such key or
    /// mapping.
    #[must_use]
    pub fn value(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let entries = self.entries(id);
        let named = |wanted: &str| {
            entries
                .iter()
                .find(|&&(name, _)| self.key_text(name) == Some(wanted))
                .map(|&(_, value)| value)
        };
        if let Some(value) = named(key) {
            return Some(value);
        }
        let merged = named("<<")?;
        match &self.resolved(merged).kind {
            Kind::Sequence { items, .. } => items.iter().find_map(|&item| self.value(item, key)),
            _ => self.value(merged, key),
        }
    }

    /// Returns the entries of a mapping; empty if the node is not a mapping.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[(NodeId, NodeId)] {
        match &self.resolved(id).kind {
            Kind::Mapping { entries, .. } => entries,
            _ => &[],
        }
    }

    /// Returns the items of a sequence; empty if the node is not a sequence.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.resolved(id).kind {
            Kind::Sequence { items, .. } => items,
            _ => &[],
        }
    }

    /// Whether the node is a collection written in brackets or braces.
    #[must_use]
    pub fn is_flow(&self, id: NodeId) -> bool {
        matches!(
            self.resolved(id).kind,
            Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
        )
    }

    /// Returns the text of a scalar, through an alias too.
    #[must_use]
    pub fn scalar(&self, id: NodeId) -> Option<&str> {
        self.key_text(id)
    }

    /// Whether the node is null, through an alias too: `~`, `null` or nothing.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(
            &self.resolved(id).kind,
            Kind::Scalar { text, style, tag }
                if resolve(text, *style == Style::Plain, tag.as_deref()) == Scalar::Null
        )
    }

    /// Returns the style of a scalar; `None` for collections and aliases.
    #[must_use]
    pub fn style(&self, id: NodeId) -> Option<Style> {
        match &self.node(id).kind {
            Kind::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// Whether the node is tagged as bytes in base64.
    #[must_use]
    pub fn is_binary(&self, id: NodeId) -> bool {
        let kind = &self.resolved(id).kind;
        matches!(kind, Kind::Scalar { tag: Some(tag), .. } if tag.ends_with("binary"))
    }

    /// Whether other parts of the document use the span through an anchor.
    #[must_use]
    pub fn is_shared(&self, span: Span) -> bool {
        let before = self
            .shared
            .partition_point(|shared| shared.start <= span.start);
        let last = before.checked_sub(1).map(|last| self.shared[last]);
        last.is_some_and(|shared| span.end <= shared.end)
    }
}
