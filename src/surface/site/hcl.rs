//! The site of a variable in HCL that has lines of its own.

use super::unwritable::Unwritable;
use super::word::joined;
use crate::edit::Edit;
use crate::member::Action;
use crate::source::Span;
use crate::text::quoting::{self, Quoting};

/// `NAME = "value"`, or a block with a name and a value.
#[derive(Clone, Debug)]
pub(in crate::surface) struct HclSite {
    /// With its quotes, if any.
    pub(in crate::surface) name: Span,
    /// With its quotes; `None` if it is not a text.
    pub(in crate::surface) value: Option<Span>,
    /// The whole attribute or block.
    pub(in crate::surface) span: Span,
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

    /// Returns the lines of the site, if nothing else and no comment is on them.
    fn lines(&self, text: &str) -> Result<Span, Unwritable> {
        let start = text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[self.span.end..]
            .find('\n')
            .map(|at| self.span.end + at + 1)
            .ok_or(Unwritable::Form)?;
        let before = Span::new(start, self.span.start).of(text);
        let after = Span::new(self.span.end, end).of(text);
        let mut holes = vec![self.name];
        holes.extend(self.value);
        holes.sort_unstable();
        let mut at = self.span.start;
        let mut comment = false;
        for hole in holes {
            comment |= has_comment(Span::new(at, hole.start).of(text));
            at = hole.end;
        }
        comment |= has_comment(Span::new(at, self.span.end).of(text));
        let alone = before.trim().is_empty() && matches!(after.trim(), "" | ",");
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
