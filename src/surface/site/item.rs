//! An item of a list: how it is taken away with its line, and how another one is put behind it.

use super::emptied::{Emptied, Layout};
use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::source::{Span, line_end};
use crate::text::quoting::{self, Quoting};
use crate::text::yaml::{Document, NodeId, Style, written};

/// Whose rules the list is written by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::surface) enum Notation {
    /// YAML's.
    Yaml,
    /// JSON's, inside an instruction of a Dockerfile that goes on over lines.
    Dockerfile,
    /// HCL's.
    Hcl,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(in crate::surface) struct Item {
    notation: Notation,
    /// What it holds, without anchor and tag.
    pub(in crate::surface) span: Span,
    /// Whether the list is written in brackets.
    pub(in crate::surface) flow: bool,
    /// Whether other parts of the document use it through an anchor.
    pub(in crate::surface) shared: bool,
    decorated: bool,
    /// Whether all items name the same: they go together, and nothing would be left.
    repeated: bool,
    /// How the list is left when this, its only item, goes.
    only: Option<Emptied>,
    /// Where the next item begins, and the one before ends.
    next: Option<usize>,
    previous: Option<usize>,
}

impl Item {
    /// The item at `index` of the list at `list`.
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

    /// A scalar that stands for a list of one item.
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

    /// Takes this item away, from a list that may be empty.
    pub(in crate::surface) fn removal_alone(&self, text: &str) -> Result<Edit, Unwritable> {
        match self.only {
            Some(emptied) if !self.shared && !self.decorated => emptied.edit(text),
            _ => self.removal(text, self),
        }
    }

    /// The items of a list in brackets that stand there.
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

    /// The text as an item of this list, in that style where it can hold the text.
    pub(in crate::surface) fn written(&self, text: &str, style: Style) -> Option<String> {
        self.written_in(text, style, self.flow)
    }

    /// The text as a part of an item of this list, inside a flow collection or not.
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

    /// Whether a comment stands between items there.
    fn has_comment(&self, between: &str) -> bool {
        between.contains('#')
            || self.notation == Notation::Hcl && (between.contains("//") || between.contains("/*"))
    }

    /// Takes this item and those up to `last`, which stand behind it, away.
    pub(in crate::surface) fn removal(&self, text: &str, last: &Self) -> Result<Edit, Unwritable> {
        if self.shared || last.shared {
            return Err(Unwritable::Shared);
        }
        if self.next.is_none() && self.previous.is_none() || self.decorated || last.decorated {
            return Err(Unwritable::Form);
        }
        let gone = if self.flow {
            self.flow_removal(text, last)?
        } else {
            self.block_removal(text, last)?
        };
        // A comment is not lost with an item.
        let comment = |start: usize, end: usize| {
            start < end && self.has_comment(Span::new(start, end).of(text))
        };
        let outside = comment(gone.start, self.span.start) || comment(last.span.end, gone.end);
        let between = comment(self.span.end, last.span.start);
        if outside || between {
            return Err(Unwritable::Form);
        }
        Ok(Edit::deletion(gone))
    }

    fn flow_removal(&self, text: &str, last: &Self) -> Result<Span, Unwritable> {
        match (last.next, self.previous) {
            (Some(next), _) => Ok(Span::new(self.span.start, next)),
            (None, Some(previous)) => Ok(Span::new(previous, last.span.end)),
            (None, None) => Err(Unwritable::Form),
        }
        .and_then(|gone| {
            let between = gone.end.max(last.span.end);
            (between <= text.len())
                .then_some(gone)
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

    /// Puts an item for each of these behind this one, laid out as this one is.
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
        let behind = Span::new(self.span.end, end).of(text);
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
            if self.has_comment(behind) {
                return Err(Unwritable::Form);
            }
            let lead = if own_line {
                let goes_on = match self.notation {
                    Notation::Yaml | Notation::Hcl => "",
                    Notation::Dockerfile => " \\",
                };
                format!(",{goes_on}{line_break}{indent}")
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
        let behind = behind.trim_start();
        if !behind.is_empty() && !behind.starts_with('#') {
            return Err(Unwritable::Form);
        }
        let lead = Span::new(start, self.span.start).of(text);
        let added: String = entries
            .iter()
            .map(|entry| format!("{line_break}{lead}{entry}"))
            .collect();
        Ok(Edit::insertion(end, added))
    }

    /// Where the line begins on which a dash and this item stand alone.
    fn line(&self, text: &str) -> Option<usize> {
        let start = line_start(text, self.span.start);
        let lead = Span::new(start, self.span.start).of(text);
        let dash = lead.trim_start_matches(' ').strip_prefix('-')?;
        (!dash.is_empty() && dash.trim_matches(' ').is_empty()).then_some(start)
    }
}

/// Whether several items all name the same: a list without items reads as null, which is another value.
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
