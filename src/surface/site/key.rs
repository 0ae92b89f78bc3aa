//! The site of a key in a YAML mapping: edits keep the style of the entry.

use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::member::{Action, NewValue};
use crate::source::Span;
use crate::text::yaml::{self, Document, Kind, NodeId, Scalar, Style};

/// Where and how one key and its value are written.
#[derive(Clone, Debug)]
pub(in crate::surface) struct KeySite {
    key: Span,
    key_style: Style,
    value: Span,
    /// `None` for a collection.
    value_style: Option<Style>,
    /// Whether the value has an anchor or a tag, or is an alias.
    decorated: bool,
    /// Whether the value has an anchor that is used elsewhere.
    value_shared: bool,
    flow: bool,
    /// The path of the mapping, joined by `.`.
    prefix: String,
    borrowed: bool,
    /// Where the key of the next entry begins.
    next: Option<usize>,
    /// Where the previous entry ends.
    previous: Option<usize>,
    quote: char,
}

impl KeySite {
    /// Creates the site of the entry at `index`.
    pub(in crate::surface) fn new(
        text: &str,
        document: &Document,
        entries: &[(NodeId, NodeId)],
        index: usize,
        flow: bool,
        prefix: &str,
        borrowed: bool,
    ) -> Self {
        let (key, value) = entries[index];
        let style_of = |id: NodeId| match &document.node(id).kind {
            Kind::Scalar { style, .. } => Some(*style),
            _ => None,
        };
        let is_alias = matches!(document.node(value).kind, Kind::Alias(_));
        let (single, double) = document.quotes;
        let end_of = |id: NodeId| document.node(id).span.end;
        let value_span = document.node(value).span;
        Self {
            key: document.node(key).span,
            key_style: style_of(key).unwrap_or(Style::Block),
            value: if style_of(value) == Some(Style::Block) {
                let indicator = text[document.node(key).span.end
                    ..value_span.start.max(document.node(key).span.end)]
                    .find(['|', '>']);
                Span::new(
                    indicator.map_or(value_span.start, |at| document.node(key).span.end + at),
                    value_span.end,
                )
            } else {
                value_span
            },
            value_style: if is_alias {
                Some(Style::Plain)
            } else {
                style_of(value)
            },
            decorated: document.node(value).decorated,
            value_shared: document.node(value).shared,
            flow,
            prefix: prefix.to_owned(),
            borrowed,
            next: entries
                .get(index + 1)
                .map(|&(next, _)| document.node(next).span.start),
            previous: index.checked_sub(1).map(|before| {
                let (key, value) = entries[before];
                end_of(key).max(end_of(value))
            }),
            quote: if single > double { '\'' } else { '"' },
        }
    }

    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        if self.borrowed {
            return Err(Unwritable::Shared);
        }
        let edit = match action {
            Action::Rename { to, .. } => self.rename(to)?,
            Action::SetValue { value, .. } => self.set_value(text, value)?,
            Action::Remove { .. } => self.remove(text)?,
            Action::Insert { name, value, .. } => return self.insert(text, name, value),
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    /// Returns the last part of a key path, if the rest is the path of the mapping of this entry.
    fn sibling<'n>(&self, path: &'n str) -> Result<&'n str, Unwritable> {
        let (prefix, name) = path.rsplit_once('.').unwrap_or(("", path));
        if prefix.eq_ignore_ascii_case(&self.prefix) {
            Ok(name)
        } else {
            Err(Unwritable::Form)
        }
    }

    fn key_written(&self, name: &str) -> Result<String, Unwritable> {
        match self.key_style {
            Style::Plain => Ok(name.to_owned()),
            Style::Single => Ok(format!("'{name}'")),
            Style::Double => Ok(format!("\"{name}\"")),
            Style::Block => Err(Unwritable::Form),
        }
    }

    fn rename(&self, to: &str) -> Result<Edit, Unwritable> {
        let name = self.sibling(to)?;
        Ok(Edit::replacement(self.key, self.key_written(name)?))
    }

    fn set_value(&self, text: &str, value: &NewValue) -> Result<Edit, Unwritable> {
        if self.value_shared {
            return Err(Unwritable::Shared);
        }
        let one_line = !self.value.of(text).contains('\n');
        if self.decorated
            || self.value_style == Some(Style::Block)
            || self.value_style.is_none()
            || !one_line
        {
            return Err(Unwritable::Form);
        }
        let style = self.value_style.unwrap_or(Style::Plain);
        let written = self.written(value, style).ok_or(Unwritable::Quoting)?;
        let space = if self.value.is_empty() { " " } else { "" };
        Ok(Edit::replacement(self.value, format!("{space}{written}")))
    }

    fn insert(&self, text: &str, name: &str, value: &NewValue) -> Result<Vec<Edit>, Unwritable> {
        let name = self.key_written(self.sibling(name)?)?;
        let style = if self.key_style == Style::Double {
            Style::Double
        } else {
            Style::Plain
        };
        let written = self.written(value, style).ok_or(Unwritable::Quoting)?;
        let entry = format!("{name}: {written}");
        let at = self.line_end(text);
        let line_break = match text[at..].chars().next() {
            Some('\n') => "\n",
            None if !text.contains("\r\n") => "\n",
            _ => "\r\n",
        };
        let indent = self.indent(text);
        if self.flow {
            if self.value.is_empty() {
                return Err(Unwritable::Form);
            }
            let Some(indent) = indent else {
                return Ok(vec![Edit::insertion(self.value.end, format!(", {entry}"))]);
            };
            let rest = text[self.value.end..at].trim_start();
            let (comma, rest) = match rest.strip_prefix(',') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, rest),
            };
            // A comment stays on its line.
            return Ok(match (rest.starts_with('#'), comma) {
                (false, _) => vec![Edit::insertion(
                    self.value.end,
                    format!(",{line_break}{indent}{entry}"),
                )],
                (true, true) => vec![Edit::insertion(at, format!("{line_break}{indent}{entry},"))],
                (true, false) => vec![
                    Edit::insertion(self.value.end, ","),
                    Edit::insertion(at, format!("{line_break}{indent}{entry}")),
                ],
            });
        }
        // Only the first key of a mapping may follow a tab.
        let indent = indent.filter(|indent| !indent.contains('\t'));
        let indent = indent.ok_or(Unwritable::Form)?;
        Ok(vec![Edit::insertion(
            at,
            format!("{line_break}{indent}{entry}"),
        )])
    }

    fn remove(&self, text: &str) -> Result<Edit, Unwritable> {
        let value_end = self.value.end.max(self.key.end);
        if self.has_comment(text) {
            return Err(Unwritable::Form);
        }
        if self.flow {
            let (removed, between) = match (self.next, self.previous) {
                (Some(next), _) => (
                    Span::new(self.key.start, next),
                    Span::new(value_end, next.max(value_end)),
                ),
                (None, Some(previous)) => {
                    // The space after an absent value stays: `key:}` is not a key.
                    let between = Span::new(previous, self.key.start);
                    let comma = between.of(text).find(',').ok_or(Unwritable::Form)?;
                    (Span::new(previous + comma, value_end), between)
                }
                (None, None) => return Err(Unwritable::Form),
            };
            if between.of(text).contains('#') {
                return Err(Unwritable::Form);
            }
            return Ok(Edit::deletion(removed));
        }
        if self.next.is_none() && self.previous.is_none() || self.value_shared {
            return Err(Unwritable::Form);
        }
        let indent = self.indent(text).ok_or(Unwritable::Form)?;
        let end = self.line_end(text);
        let tail = Span::new(value_end.min(end), end).of(text);
        if let Some(comment) = tail.find('#') {
            // The comment stays, on a line of its own.
            let comment = value_end + comment;
            return Ok(Edit::deletion(Span::new(self.key.start, comment)));
        }
        let next_line = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        Ok(Edit::deletion(Span::new(
            self.key.start - indent.len(),
            next_line,
        )))
    }

    /// Whether there is a comment between the key and its value, or after the header of a block scalar.
    fn has_comment(&self, text: &str) -> bool {
        let value = self.value.start.max(self.key.end);
        let header = match self.value_style {
            Some(Style::Block) => text[value..].lines().next().map_or(0, str::len),
            _ => 0,
        };
        text[self.key.end..value + header].contains('#')
    }

    /// Returns the white space before the key, if nothing else precedes it on its line.
    fn indent(&self, text: &str) -> Option<String> {
        let line = text[..self.key.start].rfind('\n').map_or(0, |at| at + 1);
        let before = text[line..self.key.start].trim_start_matches('\u{feff}');
        before
            .chars()
            .all(|c| matches!(c, ' ' | '\t'))
            .then(|| before.to_owned())
    }

    /// Returns the end of the last line of the entry, before the line break.
    fn line_end(&self, text: &str) -> usize {
        let from = self.value.end.max(self.key.end);
        if self.value_style == Some(Style::Block) {
            // The span of a block scalar ends at the next token, after its indentation.
            let header = text[..from].trim_end_matches([' ', '\t']);
            if let Some(header) = header.strip_suffix('\n') {
                return header.strip_suffix('\r').unwrap_or(header).len();
            }
        }
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        if text[from..end].ends_with('\r') {
            end - 1
        } else {
            end
        }
    }

    /// Writes a value in YAML so that it reads as that value.
    fn written(&self, value: &NewValue, style: Style) -> Option<String> {
        match value {
            NewValue::Bool(value) => Some(value.to_string()),
            NewValue::Number(number) => Some(number.to_string()),
            NewValue::Text(text) => self.string(text, style, self.flow),
            NewValue::List(items) => {
                let items: Option<Vec<String>> = items
                    .iter()
                    .map(|item| self.string(item, style, true))
                    .collect();
                Some(format!("[{}]", items?.join(", ")))
            }
        }
    }

    fn string(&self, text: &str, style: Style, in_flow: bool) -> Option<String> {
        if text.contains(|c: char| c.is_control()) {
            return None;
        }
        let single = || format!("'{}'", text.replace('\'', "''"));
        let double = || format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        Some(match style {
            Style::Single => single(),
            Style::Double => double(),
            _ if is_plain(text, in_flow) => text.to_owned(),
            _ if self.quote == '\'' => single(),
            _ => double(),
        })
    }
}

/// Whether the text can be written without quotes.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let starts_plain =
        text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_'));
    let inside = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '/' | '.' | '_' | '-' | ':' | '=' | '+' | '@' | '%' | '(' | ')' | ';' | '~'
            )
            || c == ',' && !in_flow
    };
    starts_plain
        && text.chars().all(inside)
        && !text.ends_with(':')
        && yaml::resolve(text, true, None) == Scalar::Text(text.to_owned())
}
