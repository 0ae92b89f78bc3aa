//! The only entry of a list or map taken away: what stays is an empty list or map.

use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::source::Span;

/// What a collection is and how it is written.
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
    /// From the colon behind its key, or its opening bracket, to its end.
    span: Span,
    /// What is written instead.
    empty: &'static str,
}

impl Emptied {
    /// The list or map at `collection`, whose only entry is `entry`; none where what stands before it is no key.
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

    /// Takes the entry away; no comment goes with it, and no template writes more entries.
    pub(in crate::surface) fn edit(self, text: &str) -> Result<Edit, Unwritable> {
        let mut behind = text[self.span.end..].lines().skip(1).map(str::trim_start);
        let next = behind.find(|line| !line.is_empty() && !line.starts_with('#'));
        if next.is_some_and(|line| line.starts_with("{{") || line.starts_with("{%")) {
            return Err(Unwritable::Template);
        }
        if self.span.of(text).contains('#') {
            return Err(Unwritable::Form);
        }
        Ok(Edit::replacement(self.span, self.empty))
    }
}

/// Where the colon of the key ends behind which nothing stands but white space.
fn key_end(before: &str) -> Option<usize> {
    let key = before.trim_end();
    (key.ends_with(':') && key.len() < before.len()).then_some(key.len())
}
