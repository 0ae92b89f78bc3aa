//! How a variable that stands on lines of its own is written in HCL.

use super::unwritable::Unwritable;
use super::word::joined;
use crate::edit::Edit;
use crate::member::Action;
use crate::source::Span;
use crate::text::quoting::{self, Quoting};

/// `NAME = "value"`, or a block that holds a name and a value.
#[derive(Clone, Debug)]
pub(in crate::surface) struct HclSite {
    /// With its quotes, if it has some.
    pub(in crate::surface) name: Span,
    /// With its quotes; none where it is no text.
    pub(in crate::surface) value: Option<Span>,
    /// All of it.
    pub(in crate::surface) extent: Span,
}

impl HclSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => Edit::replacement(self.name, self.name_as(text, to)?),
            Action::SetValue { value, .. } => {
                let place = self.value.ok_or(Unwritable::Form)?;
                Edit::replacement(place, string(&joined(value))?)
            }
            Action::Remove { .. } => Edit::deletion(self.lines(text)?),
            Action::Insert { name, value, .. } => {
                let lines = self.lines(text)?;
                let place = self.value.ok_or(Unwritable::Form)?;
                let name = (self.name, self.name_as(text, name)?);
                let value = (place, string(&joined(value))?);
                let (first, second) = if name.0 < value.0 {
                    (name, value)
                } else {
                    (value, name)
                };
                let written = [
                    Span::new(lines.start, first.0.start).of(text),
                    &first.1,
                    Span::new(first.0.end, second.0.start).of(text),
                    &second.1,
                    Span::new(second.0.end, lines.end).of(text),
                ]
                .concat();
                Edit::insertion(lines.end, written)
            }
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    fn name_as(&self, text: &str, name: &str) -> Result<String, Unwritable> {
        if self.name.of(text).starts_with('"') {
            string(name)
        } else {
            Ok(name.to_owned())
        }
    }

    /// The lines on which it stands alone, without any comment.
    fn lines(&self, text: &str) -> Result<Span, Unwritable> {
        let start = text[..self.extent.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[self.extent.end..]
            .find('\n')
            .map(|at| self.extent.end + at + 1)
            .ok_or(Unwritable::Form)?;
        let before = Span::new(start, self.extent.start).of(text);
        let behind = Span::new(self.extent.end, end).of(text);
        let mut holes = vec![self.name];
        holes.extend(self.value);
        holes.sort_unstable();
        let mut at = self.extent.start;
        let mut comment = false;
        for hole in holes {
            comment |= has_comment(Span::new(at, hole.start).of(text));
            at = hole.end;
        }
        comment |= has_comment(Span::new(at, self.extent.end).of(text));
        let alone = before.trim().is_empty() && matches!(behind.trim(), "" | ",");
        if alone && !comment {
            Ok(Span::new(start, end))
        } else {
            Err(Unwritable::Form)
        }
    }
}

fn has_comment(text: &str) -> bool {
    text.contains('#') || text.contains("//") || text.contains("/*")
}

fn string(text: &str) -> Result<String, Unwritable> {
    let body = quoting::written(text, Quoting::HclString).ok_or(Unwritable::Quoting)?;
    Ok(format!("\"{body}\""))
}
