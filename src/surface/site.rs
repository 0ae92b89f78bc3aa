//! How a setting is written in its text, and how an action is written back there.

use super::cluster_tool::k3s;
use super::config_file::KeySite;
use super::hcl::HclSite;
use super::manifest::{ArgumentSite, AssignmentSite, EntrySite, PairSite};
use super::option_section::SectionSite;
use crate::edit::Edit;
use crate::member::{Action, NewValue};
use crate::source::Span;
use crate::text::quoting;
use crate::text::quoting::Quoting;
use crate::text::words::Word;

/// Why an action cannot be written exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The edit would touch a template.
    #[error("the place is filled by a template, which is never edited")]
    Template,
    /// Quoting around the place has no form for the new text.
    #[error("the quoting around this place cannot hold the new text")]
    Quoting,
    /// A condition decides whether the setting counts.
    #[error(
        "the setting is in a branch of a script or template, and what else is set depends on the branch; change it by hand"
    )]
    Branch,
    /// A variable that something else uses.
    #[error(
        "the variable is used elsewhere in this file, not only by one etcd command; change it by hand"
    )]
    Used,
    /// A variable in the environment of two servers.
    #[error("a second etcd command gets the same variable; change it by hand")]
    SecondEtcd,
    /// Flags beside `"$@"`, which the script sets.
    #[error(
        "the command is also given the script's own arguments, which the script sets; change it by hand"
    )]
    Arguments,
    /// A variable of flags that may be another program's.
    #[error("nothing shows that etcd is given the flags in this variable; change it by hand")]
    OtherProgram,
    /// A statement of a template on the same line.
    #[error(
        "a template statement on this line may join it to the next one when it is rendered; change it by hand"
    )]
    Joined,
    /// A quote that is never closed.
    #[error("a quote in this text is never closed, so where the setting ends is not certain")]
    Unclosed,
    /// A file of differences.
    #[error("the lines of a patch must match the file it changes; change that file instead")]
    Patch,
    /// An anchor that other parts use.
    #[error(
        "the place is shared through a YAML anchor or merge key; other parts of the file would change with it"
    )]
    Shared,
    /// A name of a tool's for an option of etcd's.
    #[error("the name is the tool's, which gives the setting to etcd under the name it knows")]
    NamedByTool,
    /// A text that k3s hands on as another kind of value.
    #[error(
        "k3s and RKE2 hand no text on as this value; a number becomes a number of the file, a duration such as 24h stays a string"
    )]
    Retyped,
    /// A section whose reader passes on only some options and values.
    #[error("the tool that hands this section on to etcd does not pass the new setting on")]
    Section,
    /// A block scalar, a complex key, an entry without siblings.
    #[error("this way of writing the setting has no exact edit")]
    Form,
}

/// Where and how one setting is written.
#[derive(Clone, Debug)]
pub(super) enum Site {
    /// A key of the configuration file.
    Key(KeySite),
    /// A flag of a command line.
    Flag(FlagSite),
    /// A variable that is a word: in `Environment=`, before a command, behind `docker run -e`.
    VariableWord(VariableWordSite),
    /// A line of an environment file.
    VariableLine(VariableLineSite),
    /// A flag that is an item of a YAML list.
    Argument(ArgumentSite),
    /// `NAME=value` as an item of a YAML list.
    Assignment(AssignmentSite),
    /// `name: X`, `value: Y` as an item of a YAML list.
    Pair(PairSite),
    /// An entry of a YAML map of names to texts.
    Entry(EntrySite),
    /// A key of a section that another tool turns into variables or flags.
    Section(SectionSite),
    /// An attribute or a block of HCL.
    Hcl(HclSite),
    /// Read, and written in a way that has no exact edit.
    Fixed,
}

impl Site {
    /// The edits, in the coordinates of the setting's text.
    pub(super) fn edits(&self, text: &str, action: &Action) -> Result<Vec<Edit>, Unwritable> {
        match self {
            Self::Key(site) => site.edits(text, action),
            Self::Flag(site) => site.edits(text, action),
            Self::VariableWord(site) => site.edits(text, action),
            Self::VariableLine(site) => site.edits(text, action),
            Self::Argument(site) => site.edits(text, action),
            Self::Assignment(site) => site.edits(text, action),
            Self::Pair(site) => site.edits(text, action),
            Self::Entry(site) => site.edits(text, action),
            Self::Section(site) => site.edits(text, action),
            Self::Hcl(site) => site.edits(text, action),
            Self::Fixed => Err(Unwritable::Form),
        }
    }
}

/// A value as flags and variables are given it.
pub(super) fn joined(value: &NewValue) -> String {
    match value {
        NewValue::Text(text) => text.clone(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Number(number) => number.to_string(),
        NewValue::List(items) => items.join(","),
    }
}

/// What the value of an assignment is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// A text.
    Text,
    /// A value of the configuration file that k3s writes for etcd.
    K3s,
}

impl Reads {
    /// The text that is read as the value.
    pub(super) fn written(self, value: &NewValue) -> Result<String, Unwritable> {
        match self {
            Self::Text => Ok(joined(value)),
            Self::K3s => k3s::written(value).ok_or(Unwritable::Retyped),
        }
    }
}

/// Where a flag's value is.
#[derive(Clone, Debug)]
pub(super) enum FlagValue {
    /// There is none.
    Absent,
    /// Behind `=` in the same word; a stretch of the decoded word.
    Inline(Span),
    /// The next word.
    Next(Word),
}

/// A flag on a command line.
#[derive(Clone, Debug)]
pub(super) struct FlagSite {
    /// The word that begins with dashes.
    pub(super) word: Word,
    /// The dashes.
    pub(super) dashes: usize,
    /// The name, a stretch of the decoded word.
    pub(super) name: Span,
    /// The value.
    pub(super) value: FlagValue,
    /// Whether it wants a value and has none: what is written behind it would become one.
    pub(super) lacks_value: bool,
    /// Where the word before it ends.
    pub(super) previous_end: usize,
}

/// Whether a backslash at the end would take up what is written behind it.
fn is_cut_off(text: &str, quoting: Quoting) -> bool {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    matches!(quoting, Quoting::ShellBare | Quoting::UnitBare) && backslashes % 2 == 1
}

impl FlagSite {
    fn end(&self) -> usize {
        match &self.value {
            FlagValue::Next(word) => word.span.end,
            _ => self.word.span.end,
        }
    }

    /// White space and line continuations between the previous word and this one.
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

    fn edits(&self, text: &str, action: &Action) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => self
                .word
                .decoded
                .outer_edit(&Edit::replacement(self.name, to.as_str()))
                .ok_or(Unwritable::Quoting)?,
            Action::SetValue { value, .. } => self.set_value(&joined(value))?,
            Action::Remove { .. } => {
                let gap = &text[self.previous_end..self.word.span.start];
                let behind = match &self.value {
                    FlagValue::Next(value) => &text[self.word.span.end..value.span.start],
                    FlagValue::Absent | FlagValue::Inline(_) => "",
                };
                // Comment lines lie between the words of one command, in units behind `;` too.
                if gap.contains(['#', ';']) || behind.contains(['#', ';']) {
                    return Err(Unwritable::Form);
                }
                Edit::deletion(Span::new(self.previous_end, self.end()))
            }
            Action::Insert { .. } if self.lacks_value => return Err(Unwritable::Form),
            Action::Insert { name, value, .. } => {
                let quoting = bare_of(&self.word).ok_or(Unwritable::Quoting)?;
                if is_cut_off(&text[..self.end()], quoting) {
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

/// The quoting that holds between words of the command line this word belongs to.
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

/// The text as a quoted word.
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
pub(super) struct VariableWordSite {
    /// The word.
    pub(super) word: Word,
    /// The name, a stretch of the decoded word.
    pub(super) name: Span,
    /// The value, a stretch of the decoded word.
    pub(super) value: Span,
    /// What begins another such word behind this one: ` `, ` -e `, a line break and `Environment=`. Empty where none can
    /// be put there, and this one not be taken away.
    pub(super) lead: String,
    /// What goes when the word goes.
    pub(super) extent: Span,
    pub(super) reads: Reads,
}

impl VariableWordSite {
    /// Takes the word away. `export` alone would print all variables, and nothing may be no command: `:` takes its place.
    fn removal(&self, text: &str) -> Edit {
        const EXPORT: &str = "export";
        let (before, after) = (&text[..self.extent.start], &text[self.extent.end..]);
        let rest = after.lines().next().unwrap_or_default();
        let goes_on = rest
            .split_whitespace()
            .next()
            .is_some_and(|next| next.contains('=') || next == "\\");
        if goes_on || !before.ends_with(EXPORT) {
            return Edit::deletion(self.extent);
        }
        let command = Span::new(before.len() - EXPORT.len(), self.extent.end);
        Edit::replacement(command, ":")
    }

    fn edits(&self, text: &str, action: &Action) -> Result<Vec<Edit>, Unwritable> {
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
            Action::Remove { .. } => Some(self.removal(text)),
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
pub(super) struct VariableLineSite {
    /// What stands before the name: white space, `export `.
    pub(super) lead: Span,
    /// The name.
    pub(super) name: Span,
    /// The value with its quotes.
    pub(super) raw_value: Span,
    /// The whole assignment up to the line's end, comment included, without the line break.
    pub(super) line: Span,
    /// The line break behind it; empty at the end of the file.
    pub(super) line_break: Span,
}

impl VariableLineSite {
    fn edits(&self, text: &str, action: &Action) -> Result<Vec<Edit>, Unwritable> {
        let edit = match action {
            Action::Rename { to, .. } => Edit::replacement(self.name, to.as_str()),
            Action::SetValue { value, .. } => {
                let raw = self
                    .written(text, &joined(value))
                    .ok_or(Unwritable::Quoting)?;
                Edit::replacement(self.raw_value, raw)
            }
            Action::Remove { .. } => {
                let behind = Span::new(self.raw_value.end, self.line.end);
                if !behind.of(text).trim().is_empty() {
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

    /// The value in the quotes this line uses.
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
