//! A YAML scalar as written, to check that it reads as intended after an edit.

use crate::edit::Edit;
use crate::limits::EDITED_SCALAR_SIZE;
use crate::text::yaml;

/// A scalar with its quotes or block header.
#[derive(Clone, Debug)]
pub struct Frame {
    raw: String,
    /// Where it begins in the outer text.
    start: usize,
    /// Whether it is in a flow collection.
    flow: bool,
}

impl Frame {
    /// Creates the frame of a scalar that is written as `raw` at `start`.
    #[must_use]
    pub fn new(raw: &str, start: usize, flow: bool) -> Self {
        Self {
            raw: raw.to_owned(),
            start,
            flow,
        }
    }

    /// Whether the edited scalar reads as the string `expected`, and as nothing else.
    pub(crate) fn reads_as(&self, edit: &Edit, expected: &str) -> bool {
        let start = edit.span.start.checked_sub(self.start);
        let Some(start) = start.filter(|_| self.raw.len() <= EDITED_SCALAR_SIZE) else {
            return false;
        };
        let end = start + edit.span.len();
        let (Some(before), Some(after)) = (self.raw.get(..start), self.raw.get(end..)) else {
            return false;
        };
        let raw = format!("{before}{}{after}", edit.text);
        // Without its line break the scalar would swallow the next line.
        let ends_its_line = raw.ends_with('\n') || !self.raw.ends_with('\n');
        ends_its_line && yaml::is_item(&raw, expected, self.flow)
    }
}
