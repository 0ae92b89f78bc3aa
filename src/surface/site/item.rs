//! An item of a list: removes it with its line, and inserts items after it.

use super::emptied::{Emptied, Layout};
use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::source::{Span, line_end};
use crate::text::quoting::{self, Quoting};
use crate::text::yaml::{Document, NodeId, Style, written};

/// The language of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::surface) enum Notation {
    /// YAML.
    Yaml,
    /// JSON, inside an instruction of a Dockerfile, which may continue over lines.
    Dockerfile,
    /// HCL.
    Hcl,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(in crate::surface) struct Item {
    notation: Notation,
    /// Its content, without anchor and tag.
    pub(in crate::surface) span: Span,
    /// Whether the list is written in brackets.
    pub(in crate::surface) flow: bool,
    /// Whether other parts of the document use it through an anchor.
    pub(in crate::surface) shared: bool,
    decorated: bool,
    /// Whether all items have the same name: they are removed together, and the list would be empty.
    repeated: bool,
    /// The edit that removes this item if it is the only one.
    only: Option<Emptied>,
    /// Where the next item begins.
    next: Option<usize>,
    /// Where the previous item ends.
    previous: Option<usize>,
}

impl Item {
    /// Creates the item at `index` of the list at `list`.
    pub(in crate::surface) fn new(
        text: &str,
        document: &Document,
        list: NodeId,
        index: usize,
    ) -> Option<Self> {
        let items = document.items(list);
        let trimmed = |id: NodeId| {
            let span = document.node(id).span;
            Span::new(span.start, span.start + span.of(text).trim_end().len())
        };
        let span = trimmed(*items.get(index)?);
        Some(Self {
            notation: Notation::Yaml,
            span,
            flow: document.is_flow(list),
            shared: document.is_shared(span),
            decorated: document.node(items[index]).decorated,
            repeated: is_repeated(document, items),
            only: (items.len() == 1)
                .then(|| {
                    let layout = if document.is_flow(list) {
                        Layout::FlowList
                    } else {
                        Layout::BlockList
                    };
                    Emptied::of(text, document.node(list).span, layout, span)
                })
                .flatten(),
            next: items
                .get(index + 1)
                .map(|&next| document.node(next).span.start),
            previous: index
                .checked_sub(1)
                .map(|before| trimmed(items[before]).end),
        })
    }

    /// Creates the item of a scalar that is written in place of a list of one item.
    pub(in crate::surface) fn alone(text: &str, document: &Document, id: NodeId) -> Self {
        let span = document.node(id).span;
        let span = Span::new(span.start, span.start + span.of(text).trim_end().len());
        Self {
            notation: Notation::Yaml,
            span,
            flow: false,
            shared: document.is_shared(span),
            decorated: document.node(id).decorated,
            repeated: false,
            only: None,
            next: None,
            previous: None,
        }
    }

    /// Returns the edit that removes this item from a list that may become empty.
    pub(in crate::surface) fn removal_alone(&self, text: &str) -> Result<Edit, Unwritable> {
        match self.only {
            Some(emptied) if !self.shared && !self.decorated => emptied.edit(text),
            _ => self.removal(text, self),
        }
    }

    /// Creates the items of a list in brackets from their spans.
    pub(in crate::surface) fn in_brackets(spans: &[Span], notation: Notation) -> Vec<Self> {
        let item = |index: usize| Self {
            notation,
            span: spans[index],
            flow: true,
            shared: false,
            decorated: false,
            repeated: false,
            only: None,
            next: spans.get(index + 1).map(|next| next.start),
            previous: index.checked_sub(1).map(|before| spans[before].end),
        };
        (0..spans.len()).map(item).collect()
    }

    /// Writes the text as an item of this list, in that style if it can express the text.
    pub(in crate::surface) fn written(&self, text: &str, style: Style) -> Option<String> {
        self.written_in(text, style, self.flow)
    }

    /// Writes the text as a part of an item of this list, inside a flow collection or not.
    pub(in crate::surface) fn written_in(
        &self,
        text: &str,
        style: Style,
        flow: bool,
    ) -> Option<String> {
        match self.notation {
            Notation::Hcl => {
                quoting::written(text, Quoting::HclString).map(|body| format!("\"{body}\""))
            }
            Notation::Yaml | Notation::Dockerfile => written(text, style, flow),
        }
    }

    /// Whether the text between items has a comment.
    fn has_comment(&self, between: &str) -> bool {
        between.contains('#')
            || self.notation == Notation::Hcl && (between.contains("//") || between.contains("/*"))
    }

    /// Returns the edit that removes the items from this one up to `last`.
    pub(in crate::surface) fn removal(&self, text: &str, last: &Self) -> Result<Edit, Unwritable> {
        if self.shared || last.shared {
            return Err(Unwritable::Shared);
        }
        if self.next.is_none() && self.previous.is_none() || self.decorated || last.decorated {
            return Err(Unwritable::Form);
        }
        let removed = if self.flow {
            self.flow_removal(text, last)?
        } else {
            self.block_removal(text, last)?
        };
        // A comment must not be lost.
        let comment = |start: usize, end: usize| {
            start < end && self.has_comment(Span::new(start, end).of(text))
        };
        let outside =
            comment(removed.start, self.span.start) || comment(last.span.end, removed.end);
        let between = comment(self.span.end, last.span.start);
        if outside || between {
            return Err(Unwritable::Form);
        }
        Ok(Edit::deletion(removed))
    }

    fn flow_removal(&self, text: &str, last: &Self) -> Result<Span, Unwritable> {
        match (last.next, self.previous) {
            (Some(next), _) => Ok(Span::new(self.span.start, next)),
            (None, Some(previous)) => Ok(Span::new(previous, last.span.end)),
            (None, None) => Err(Unwritable::Form),
        }
        .and_then(|removed| {
            let between = removed.end.max(last.span.end);
            (between <= text.len())
                .then_some(removed)
                .ok_or(Unwritable::Form)
        })
    }

    fn block_removal(&self, text: &str, last: &Self) -> Result<Span, Unwritable> {
        let start = self.line(text).ok_or(Unwritable::Form)?;
        if last.next.is_none() && self.previous.is_none() || self.repeated {
            return Err(Unwritable::Form);
        }
        let end = line_end(text, last.span.end);
        if !Span::new(last.span.end, end).of(text).trim().is_empty() {
            return Err(Unwritable::Form);
        }
        Ok(match text[end..].find('\n') {
            Some(found) => Span::new(start, end + found + 1),
            // The last line of a file without a line break at its end.
            None => Span::new(text[..start].trim_end_matches(['\n', '\r']).len(), end),
        })
    }

    /// Returns the edit that inserts these items after this one, in its layout.
    pub(in crate::surface) fn insertion(
        &self,
        text: &str,
        entries: &[String],
    ) -> Result<Edit, Unwritable> {
        if self.shared {
            return Err(Unwritable::Shared);
        }
        if self.decorated {
            return Err(Unwritable::Form);
        }
        let end = line_end(text, self.span.end);
        let rest = Span::new(self.span.end, end).of(text);
        let line_break =
            if text[end..].starts_with("\r\n") || text[end..].is_empty() && text.contains("\r\n") {
                "\r\n"
            } else {
                "\n"
            };
        if self.flow {
            let begins = line_start(text, self.span.start);
            let indent = Span::new(begins, self.span.start).of(text);
            let own_line = indent.trim().is_empty() && begins > 0;
            if self.has_comment(rest) {
                return Err(Unwritable::Form);
            }
            let lead = if own_line {
                let continuation = match self.notation {
                    Notation::Yaml | Notation::Hcl => "",
                    Notation::Dockerfile => " \\",
                };
                format!(",{continuation}{line_break}{indent}")
            } else {
                ", ".to_owned()
            };
            let added: String = entries
                .iter()
                .map(|entry| format!("{lead}{entry}"))
                .collect();
            return Ok(Edit::insertion(self.span.end, added));
        }
        let start = self.line(text).ok_or(Unwritable::Form)?;
        let rest = rest.trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(Unwritable::Form);
        }
        let lead = Span::new(start, self.span.start).of(text);
        let added: String = entries
            .iter()
            .map(|entry| format!("{line_break}{lead}{entry}"))
            .collect();
        Ok(Edit::insertion(end, added))
    }

    /// Returns where the line of this item begins, if only a dash precedes it.
    fn line(&self, text: &str) -> Option<usize> {
        let start = line_start(text, self.span.start);
        let lead = Span::new(start, self.span.start).of(text);
        let dash = lead.trim_start_matches(' ').strip_prefix('-')?;
        (!dash.is_empty() && dash.trim_matches(' ').is_empty()).then_some(start)
    }
}

/// Whether several items all have the same name: without them the list reads as null, which is another value.
fn is_repeated(document: &Document, items: &[NodeId]) -> bool {
    let name = |&item: &NodeId| {
        let pair = document.value(item, "name");
        let text = document.scalar(pair.unwrap_or(item))?;
        Some(text.split_once('=').map_or(text, |(name, _)| name))
    };
    items
        .windows(2)
        .all(|pair| name(&pair[0]).is_some() && name(&pair[0]) == name(&pair[1]))
        && items.len() > 1
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}
