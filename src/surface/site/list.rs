//! The sites of items in lists of arguments, and of entries in lists and maps of variables.

use super::emptied::Emptied;
use super::item::Item;
use super::key::KeySite;
use super::unwritable::Unwritable;
use super::word::{FlagSite, FlagValue, Reads, joined};
use crate::edit::Edit;
use crate::member::{Action, NewValue};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::words::Word;
use crate::text::yaml::Style;

/// A flag that is an item of a list, with its value in the same item or in the next one.
#[derive(Clone, Debug)]
pub(in crate::surface) struct ArgumentSite {
    pub(in crate::surface) flag: FlagSite,
    pub(in crate::surface) item: Item,
    pub(in crate::surface) style: Style,
    /// The item with the value, and its style.
    pub(in crate::surface) value: Option<(Item, Style)>,
}

impl ArgumentSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        let shared = self.value.as_ref().is_some_and(|(item, _)| item.shared);
        if self.item.shared || shared {
            return Err(Unwritable::Shared);
        }
        let word = &self.flag.word;
        let edit = match action {
            Action::Rename { to, .. } => changed(word, self.flag.name, to, &self.item, self.style)?,
            Action::SetValue { value, .. } => self.set_value(&joined(value))?,
            Action::Remove { .. } => {
                let last = self.value.as_ref().map_or(&self.item, |(item, _)| item);
                self.item.removal(text, last)?
            }
            // The new item would be the value that this one lacks.
            Action::Insert { .. } if self.flag.lacks_value => return Err(Unwritable::Form),
            Action::Insert { name, value, .. } => self.insert(text, name, &joined(value))?,
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    fn set_value(&self, value: &str) -> Result<Edit, Unwritable> {
        let word = &self.flag.word;
        match (&self.flag.value, &self.value) {
            (FlagValue::Absent, _) => {
                let end = Span::at(word.text().len());
                changed(word, end, &format!("={value}"), &self.item, self.style)
            }
            (FlagValue::Inline(inner), _) => changed(word, *inner, value, &self.item, self.style),
            (FlagValue::Next(next), Some((item, style))) => {
                let all = Span::new(0, next.text().len());
                changed(next, all, value, item, *style)
            }
            (FlagValue::Next(_), None) => Err(Unwritable::Form),
        }
    }

    fn insert(&self, text: &str, name: &str, value: &str) -> Result<Edit, Unwritable> {
        let dashes = &"--"[..self.flag.dashes.min(2)];
        let scalar =
            |text: &str, style: Style| self.item.written(text, style).ok_or(Unwritable::Quoting);
        // The next item is never the value of a boolean.
        let separate = value != "true" && value != "false";
        match &self.value {
            Some((item, style)) if separate => {
                let flag = scalar(&format!("{dashes}{name}"), self.style)?;
                item.insertion(text, &[flag, scalar(value, *style)?])
            }
            Some((item, _)) => {
                let flag = scalar(&format!("{dashes}{name}={value}"), self.style)?;
                item.insertion(text, &[flag])
            }
            None => {
                let flag = scalar(&format!("{dashes}{name}={value}"), self.style)?;
                self.item.insertion(text, &[flag])
            }
        }
    }
}

/// Replaces a span of an item: within its quoting if that can express the new text, otherwise by quoting the whole
/// item.
fn changed(
    word: &Word,
    inner: Span,
    new: &str,
    item: &Item,
    style: Style,
) -> Result<Edit, Unwritable> {
    let edit = Edit::replacement(inner, new);
    if let Some(edit) = word.decoded.outer_edit(&edit) {
        return Ok(edit);
    }
    let text = word.text();
    let whole = format!("{}{new}{}", &text[..inner.start], &text[inner.end..]);
    let one_line = !text.contains('\n') && word.span == item.span;
    let written = one_line.then(|| item.written(&whole, style)).flatten();
    written
        .map(|written| Edit::replacement(item.span, written))
        .ok_or(Unwritable::Quoting)
}

/// A word `NAME=value` that is an item of a list.
#[derive(Clone, Debug)]
pub(in crate::surface) struct AssignmentSite {
    pub(in crate::surface) word: Word,
    /// The name, a span of the decoded word.
    pub(in crate::surface) name: Span,
    /// The value, a span of the decoded word.
    pub(in crate::surface) value: Span,
    pub(in crate::surface) item: Item,
    pub(in crate::surface) style: Style,
    /// Whether such items may be inserted and removed: not if they are arguments of `env`.
    pub(in crate::surface) free: bool,
    pub(in crate::surface) reads: Reads,
}

impl AssignmentSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        if self.item.shared {
            return Err(Unwritable::Shared);
        }
        let edit = match action {
            Action::Rename { to, .. } => {
                changed(&self.word, self.name, to, &self.item, self.style)?
            }
            Action::SetValue { value, .. } => {
                let value = self.reads.written(value)?;
                changed(&self.word, self.value, &value, &self.item, self.style)?
            }
            Action::Remove { .. } if self.free => self.item.removal_alone(text)?,
            Action::Insert { name, value, .. } if self.free => {
                let dashes = &self.word.text()[..self.name.start];
                let value = self.reads.written(value)?;
                let assignment = format!("{dashes}{name}={value}");
                let scalar = self.item.written(&assignment, self.style);
                self.item
                    .insertion(text, &[scalar.ok_or(Unwritable::Quoting)?])?
            }
            _ => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }
}

/// An item `name: X`, `value: Y` of a list.
#[derive(Clone, Debug)]
pub(in crate::surface) struct PairSite {
    pub(in crate::surface) name: Span,
    pub(in crate::surface) name_style: Style,
    /// Where the value is written; `None` if it comes from elsewhere.
    pub(in crate::surface) value: Option<(Span, Style)>,
    /// Whether the item has only name and value.
    pub(in crate::surface) bare: bool,
    pub(in crate::surface) flow: bool,
    pub(in crate::surface) item: Item,
}

impl PairSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        if self.item.shared {
            return Err(Unwritable::Shared);
        }
        let scalar = |text: &str, style: Style| {
            let written = self.item.written_in(text, style, self.flow);
            written.ok_or(Unwritable::Quoting)
        };
        let edit = match action {
            Action::Rename { to, .. } => Edit::replacement(self.name, scalar(to, self.name_style)?),
            Action::SetValue { value, .. } => {
                let (span, style) = self.value(text)?;
                Edit::replacement(span, scalar(&joined(value), style)?)
            }
            Action::Remove { .. } => {
                let comment = self.item.span.of(text).contains('#');
                if comment || !self.bare && self.value.is_some() {
                    return Err(Unwritable::Form);
                }
                self.item.removal_alone(text)?
            }
            Action::Insert { name, value, .. } => {
                let (span, style) = self.value(text)?;
                let raw = self.item.span;
                if !self.bare || raw.of(text).contains('#') {
                    return Err(Unwritable::Form);
                }
                let name = (self.name, scalar(name, self.name_style)?);
                let value = (span, scalar(&joined(value), style)?);
                let (first, second) = if name.0 < value.0 {
                    (name, value)
                } else {
                    (value, name)
                };
                let entry = [
                    Span::new(raw.start, first.0.start).of(text),
                    &first.1,
                    Span::new(first.0.end, second.0.start).of(text),
                    &second.1,
                    Span::new(second.0.end, raw.end).of(text),
                ]
                .concat();
                self.item.insertion(text, &[entry])?
            }
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    /// Returns the value, if it is on one line.
    fn value(&self, text: &str) -> Result<(Span, Style), Unwritable> {
        self.value
            .filter(|(span, style)| *style != Style::Block && !span.of(text).contains('\n'))
            .ok_or(Unwritable::Form)
    }
}

/// An entry of a map of names to values that are texts.
#[derive(Clone, Debug)]
pub(in crate::surface) struct EntrySite {
    pub(in crate::surface) entry: KeySite,
    pub(in crate::surface) shared: bool,
    /// Whether the key is the name of a tool for the option.
    pub(in crate::surface) named_by_tool: bool,
    /// The edit that removes this entry if it is the only one.
    pub(in crate::surface) only: Option<Emptied>,
}

impl EntrySite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        if self.shared {
            return Err(Unwritable::Shared);
        }
        if self.named_by_tool && !matches!(action, Action::SetValue { .. }) {
            return Err(Unwritable::NamedByTool);
        }
        if let (Action::Remove { .. }, Some(emptied)) = (action, self.only) {
            return Ok(vec![emptied.edit(text)?]);
        }
        let as_text = |value: &NewValue| NewValue::Text(joined(value));
        let action = match action {
            Action::SetValue { setting, value } => Action::SetValue {
                setting: *setting,
                value: as_text(value),
            },
            Action::Insert { after, name, value } => Action::Insert {
                after: *after,
                name: name.clone(),
                value: as_text(value),
            },
            other => other.clone(),
        };
        self.entry.edits(text, &action)
    }
}

/// Creates a word that has a span and is not edited.
pub(in crate::surface) fn fixed_word(text: &str, span: Span) -> Word {
    let mut decoded = Decoded::default();
    for c in text.chars() {
        decoded.push(c, span, crate::text::quoting::Quoting::Fixed);
    }
    Word {
        span,
        decoded,
        expansions: Vec::new(),
        unclosed: None,
        endless: None,
    }
}
