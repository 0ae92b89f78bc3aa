//! The sites of flags and variables that are words of a command line, or lines of an environment file.

use super::k3s_value;
use super::unwritable::Unwritable;
use crate::edit::Edit;
use crate::member::{Action, NewValue};
use crate::source::Span;
use crate::text::quoting::{self, Quoting};
use crate::text::words::Word;

/// Writes a value for a flag or variable.
pub(in crate::surface) fn joined(value: &NewValue) -> String {
    match value {
        NewValue::Text(text) => text.clone(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Number(number) => number.to_string(),
        NewValue::List(items) => items.join(","),
    }
}

/// How the value of an assignment is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::surface) enum Reads {
    /// As a text.
    Text,
    /// As a value of the configuration file that k3s writes for etcd.
    K3s,
}

impl Reads {
    /// Writes the text that is read as the value.
    pub(in crate::surface) fn written(self, value: &NewValue) -> Result<String, Unwritable> {
        match self {
            Self::Text => Ok(joined(value)),
            Self::K3s => k3s_value::written(value).ok_or(Unwritable::Retyped),
        }
    }
}

/// Where the value of a flag is.
#[derive(Clone, Debug)]
pub(in crate::surface) enum FlagValue {
    /// There is none.
    Absent,
    /// After `=` in the same word; a span of the decoded word.
    Inline(Span),
    /// The next word.
    Next(Word),
}

/// A flag on a command line.
#[derive(Clone, Debug)]
pub(in crate::surface) struct FlagSite {
    /// The word that begins with dashes.
    pub(in crate::surface) word: Word,
    /// The number of dashes.
    pub(in crate::surface) dashes: usize,
    /// The name, a span of the decoded word.
    pub(in crate::surface) name: Span,
    /// The value.
    pub(in crate::surface) value: FlagValue,
    /// Whether it requires a value and has none: a word inserted after it would become one.
    pub(in crate::surface) lacks_value: bool,
    /// Where the previous word ends.
    pub(in crate::surface) previous_end: usize,
    /// Whether no flag may be added beside it, nor it be removed: the expansion of its variable is one word, or the next
    /// word of the command is its value.
    pub(in crate::surface) is_alone: bool,
}

impl FlagSite {
    fn end(&self) -> usize {
        match &self.value {
            FlagValue::Next(word) => word.span.end,
            _ => self.word.span.end,
        }
    }

    /// Returns the white space and line continuations between the previous word and this one.
    fn gap<'t>(&self, text: &'t str) -> &'t str {
        let gap = &text[self.previous_end..self.word.span.start];
        let only_space = gap
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '\\' | '^' | '`'));
        if only_space && !gap.is_empty() {
            gap
        } else {
            " "
        }
    }

    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => self
                .word
                .decoded
                .outer_edit(&Edit::replacement(self.name, to.as_str()))
                .ok_or(Unwritable::Quoting)?,
            Action::SetValue { .. } if self.is_alone && self.lacks_value => {
                return Err(Unwritable::Form);
            }
            Action::SetValue { value, .. } => self.set_value(&joined(value))?,
            Action::Remove { .. } | Action::Insert { .. } if self.is_alone => {
                return Err(Unwritable::Form);
            }
            Action::Remove { .. } => {
                let gap = &text[self.previous_end..self.word.span.start];
                let between = match &self.value {
                    FlagValue::Next(value) => &text[self.word.span.end..value.span.start],
                    FlagValue::Absent | FlagValue::Inline(_) => "",
                };
                // There may be comment lines between the words of one command, in units with `;` too.
                if gap.contains(['#', ';']) || between.contains(['#', ';']) {
                    return Err(Unwritable::Form);
                }
                Edit::deletion(Span::new(self.previous_end, self.end()))
            }
            Action::Insert { .. } if self.lacks_value => return Err(Unwritable::Form),
            Action::Insert { name, value, .. } => {
                let quoting = bare_of(&self.word).ok_or(Unwritable::Quoting)?;
                if ends_with_escape(&text[..self.end()], quoting) {
                    return Err(Unwritable::Form);
                }
                let value = joined(value);
                let written = quoting::written(&value, quoting)
                    .filter(|written| !written.is_empty())
                    .or_else(|| quoted(&value, quoting))
                    .ok_or(Unwritable::Quoting)?;
                let separate =
                    matches!(self.value, FlagValue::Next(_)) && value != "true" && value != "false";
                let between = if separate { ' ' } else { '=' };
                let dashes = &"--"[..self.dashes.min(2)];
                let flag = format!("{}{dashes}{name}{between}{written}", self.gap(text));
                Edit::insertion(self.end(), flag)
            }
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    fn set_value(&self, value: &str) -> Result<Edit, Unwritable> {
        let direct = match &self.value {
            FlagValue::Absent => {
                let end = self.word.text().len();
                let edit = Edit::insertion(end, format!("={value}"));
                self.word.decoded.outer_edit(&edit)
            }
            FlagValue::Inline(inner) => self
                .word
                .decoded
                .outer_edit(&Edit::replacement(*inner, value)),
            FlagValue::Next(word) => {
                let all = Span::new(0, word.text().len());
                let inside = (!value.is_empty())
                    .then(|| word.decoded.outer_edit(&Edit::replacement(all, value)))
                    .flatten();
                inside.or_else(|| {
                    let quoting = bare_of(&self.word)?;
                    Some(Edit::replacement(word.span, quoted(value, quoting)?))
                })
            }
        };
        direct.ok_or(Unwritable::Quoting)
    }
}

/// Whether the text ends with a backslash that would escape the next character.
fn ends_with_escape(text: &str, quoting: Quoting) -> bool {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    matches!(quoting, Quoting::ShellBare | Quoting::UnitBare) && backslashes % 2 == 1
}

/// Returns the quoting of unquoted words on the command line of this word.
fn bare_of(word: &Word) -> Option<Quoting> {
    match word.quoting()? {
        Quoting::ShellBare | Quoting::ShellSingle | Quoting::ShellDouble => {
            Some(Quoting::ShellBare)
        }
        Quoting::UnitBare | Quoting::UnitSingle | Quoting::UnitDouble => Some(Quoting::UnitBare),
        Quoting::BatchBare | Quoting::BatchQuoted => Some(Quoting::BatchBare),
        Quoting::PowerShellBare | Quoting::PowerShellSingle | Quoting::PowerShellDouble => {
            Some(Quoting::PowerShellBare)
        }
        _ => None,
    }
}

/// Writes the text as a quoted word.
fn quoted(text: &str, bare: Quoting) -> Option<String> {
    let (single, double) = match bare {
        Quoting::ShellBare => (Quoting::ShellSingle, Quoting::ShellDouble),
        Quoting::UnitBare => (Quoting::UnitSingle, Quoting::UnitDouble),
        Quoting::BatchBare => (Quoting::BatchQuoted, Quoting::BatchQuoted),
        Quoting::PowerShellBare => (Quoting::PowerShellSingle, Quoting::PowerShellDouble),
        _ => return None,
    };
    if let Some(written) = quoting::written(text, double) {
        return Some(format!("\"{written}\""));
    }
    // `cmd` has one kind of quotes.
    let single = Some(single).filter(|&single| single != double)?;
    quoting::written(text, single).map(|written| format!("'{written}'"))
}

/// A variable that is one word, `NAME=value`.
#[derive(Clone, Debug)]
pub(in crate::surface) struct VariableWordSite {
    /// The word.
    pub(in crate::surface) word: Word,
    /// The name, a span of the decoded word.
    pub(in crate::surface) name: Span,
    /// The value, a span of the decoded word.
    pub(in crate::surface) value: Span,
    /// What begins another such word after this one: ` `, ` -e `, a line break and `Environment=`. Empty if none can be
    /// inserted there, and this one not be removed.
    pub(in crate::surface) lead: String,
    /// What is removed with the word.
    pub(in crate::surface) removal: Span,
    pub(in crate::surface) reads: Reads,
}

impl VariableWordSite {
    /// Returns the edit that removes the word. `export` alone would print all variables, and an empty command may be a
    /// syntax error, so `:` replaces it.
    fn remove(&self, text: &str) -> Edit {
        const EXPORT: &str = "export";
        let (before, after) = (&text[..self.removal.start], &text[self.removal.end..]);
        let rest = after.lines().next().unwrap_or_default();
        let has_more = rest
            .split_whitespace()
            .next()
            .is_some_and(|next| next.contains('=') || next == "\\");
        if has_more || !before.ends_with(EXPORT) {
            return Edit::deletion(self.removal);
        }
        let command = Span::new(before.len() - EXPORT.len(), self.removal.end);
        Edit::replacement(command, ":")
    }

    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => self
                .word
                .decoded
                .outer_edit(&Edit::replacement(self.name, to.as_str())),
            Action::SetValue { value, .. } => {
                let edit = Edit::replacement(self.value, self.reads.written(value)?);
                self.word.decoded.outer_edit(&edit)
            }
            Action::Remove { .. } | Action::Insert { .. } if self.lead.is_empty() => {
                return Err(Unwritable::Form);
            }
            Action::Remove { .. } => Some(self.remove(text)),
            Action::Insert { name, value, .. } => {
                let assignment = format!("{name}={}", self.reads.written(value)?);
                let quoting = self.word.quoting().ok_or(Unwritable::Quoting)?;
                let raw = self.word.span.of(text);
                let quote = raw
                    .chars()
                    .next()
                    .filter(|c| matches!(c, '"' | '\'') && raw.ends_with(*c) && raw.len() > 1);
                let written = match quote {
                    Some(quote) => quoting::written(&assignment, quoting)
                        .map(|body| format!("{quote}{body}{quote}")),
                    None => {
                        let bare = bare_of(&self.word).ok_or(Unwritable::Quoting)?;
                        quoting::written(&assignment, bare).or_else(|| quoted(&assignment, bare))
                    }
                };
                written.map(|written| {
                    Edit::insertion(self.word.span.end, format!("{}{written}", self.lead))
                })
            }
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        edit.map(|edit| vec![edit]).ok_or(Unwritable::Quoting)
    }
}

/// A variable on a line of its own.
#[derive(Clone, Debug)]
pub(in crate::surface) struct VariableLineSite {
    /// What precedes the name: white space, `export `.
    pub(in crate::surface) lead: Span,
    /// The name.
    pub(in crate::surface) name: Span,
    /// The value with its quotes.
    pub(in crate::surface) raw_value: Span,
    /// The whole assignment up to the end of the line, with a comment, without the line break.
    pub(in crate::surface) line: Span,
    /// The line break after it; empty at the end of the file.
    pub(in crate::surface) line_break: Span,
}

impl VariableLineSite {
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => Edit::replacement(self.name, to.as_str()),
            Action::SetValue { value, .. } => {
                let raw = self
                    .written(text, &joined(value))
                    .ok_or(Unwritable::Quoting)?;
                Edit::replacement(self.raw_value, raw)
            }
            Action::Remove { .. } => {
                let rest = Span::new(self.raw_value.end, self.line.end);
                if !rest.of(text).trim().is_empty() {
                    return Err(Unwritable::Form);
                }
                Edit::deletion(self.line.cover(self.line_break))
            }
            Action::Insert { name, value, .. } => {
                let raw = self
                    .written(text, &joined(value))
                    .ok_or(Unwritable::Quoting)?;
                let line_break = match self.line_break.of(text) {
                    "" if text.contains("\r\n") => "\r\n",
                    "" => "\n",
                    found => found,
                };
                let lead = self.lead.of(text);
                Edit::insertion(self.line.end, format!("{line_break}{lead}{name}={raw}"))
            }
            Action::Replace { .. } => return Err(Unwritable::Form),
        };
        Ok(vec![edit])
    }

    /// Writes the value in the quotes of this line.
    fn written(&self, text: &str, value: &str) -> Option<String> {
        match self.raw_value.of(text).chars().next() {
            Some('"') => {
                quoting::written(value, Quoting::ShellDouble).map(|body| format!("\"{body}\""))
            }
            Some('\'') => {
                quoting::written(value, Quoting::ShellSingle).map(|body| format!("'{body}'"))
            }
            _ => quoting::written(value, Quoting::ShellBare)
                .or_else(|| quoted(value, Quoting::ShellBare)),
        }
    }
}
