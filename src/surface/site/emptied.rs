//! Removes the only entry of a list or map: it becomes an empty list or map.

use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::source::Span;

/// The kind and style of a collection.
#[derive(Clone, Copy, Debug)]
pub(in crate::surface) enum Layout {
    FlowList,
    FlowMap,
    BlockList,
    BlockMap,
}

/// A list or map with one entry.
#[derive(Clone, Copy, Debug)]
pub(in crate::surface) struct Emptied {
    /// From the colon of its key, or its opening bracket, to its end.
    span: Span,
    /// The empty collection that replaces it.
    empty: &'static str,
}

impl Emptied {
    /// Creates it for the list or map at `collection`, whose only entry is `entry`; returns `None` if no key precedes
    /// it.
    pub(in crate::surface) fn of(
        text: &str,
        collection: Span,
        layout: Layout,
        entry: Span,
    ) -> Option<Self> {
        let (span, empty) = match layout {
            Layout::FlowList => (collection, "[]"),
            Layout::FlowMap => (collection, "{}"),
            Layout::BlockList => {
                let dash = text[..entry.start].trim_end().strip_suffix('-')?;
                (Span::new(key_end(dash)?, entry.end), " []")
            }
            Layout::BlockMap => (Span::new(key_end(&text[..entry.start])?, entry.end), " {}"),
        };
        Some(Self { span, empty })
    }

    /// Returns the edit that removes the entry.
    ///
    /// # Errors
    /// If a comment would be lost, or a template may write more entries.
    pub(in crate::surface) fn edit(self, text: &str) -> Result<Edit, Unwritable> {
        let mut after = text[self.span.end..].lines().skip(1).map(str::trim_start);
        let next = after.find(|line| !line.is_empty() && !line.starts_with('#'));
        if next.is_some_and(|line| line.starts_with("{{") || line.starts_with("{%")) {
            return Err(Unwritable::Template);
        }
        if self.span.of(text).contains('#') {
            return Err(Unwritable::Form);
        }
        Ok(Edit::replacement(self.span, self.empty))
    }
}

/// Returns where the colon of a key ends, if only white space follows it.
fn key_end(before: &str) -> Option<usize> {
    let key = before.trim_end();
    (key.ends_with(':') && key.len() < before.len()).then_some(key.len())
}
