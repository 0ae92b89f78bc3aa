//! A container while patches change it: its variables, and the words of its command.

use super::part::Part;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Member, Place, Setting};
use crate::source::Span;
use crate::surface::{Container, JsonPatch, Operation, Reading};

/// A setting, with the part that it is in, and the member there.
type Given<'p> = (&'p Part, Option<&'p Member>, &'p Setting);

/// A container while patches change it.
pub(super) struct Patched<'p> {
    /// The names of its variables; those of etcd with their settings.
    variables: Vec<(&'p str, Vec<Given<'p>>)>,
    command: List<'p>,
    args: List<'p>,
    /// The member whose references to other objects count, if a patch replaces those of the object.
    pub(super) inputs: Option<(&'p Part, &'p Member)>,
    /// Whether it may get more options.
    pub(super) is_open: bool,
    /// Whether the pod has other containers.
    has_others: bool,
    /// Whether a strategic merge patch, which puts its own entries first, has changed the order of lists.
    is_reordered: bool,
}

/// `command` or `args`.
#[derive(Default)]
struct List<'p> {
    words: Vec<Word<'p>>,
    /// Whether the words and their settings are known one by one.
    is_split: bool,
    /// Whether it may have more words.
    has_more: bool,
}

/// A word of a list, with the settings that are written in it.
#[derive(Default)]
struct Word<'p> {
    settings: Vec<Given<'p>>,
    /// Whether a setting continues in the next word.
    is_split: bool,
}

impl<'p> Patched<'p> {
    pub(super) fn of(
        (part, reading): (&'p Part, &'p Reading),
        container: &'p Container,
        member: &'p Member,
    ) -> Self {
        let others = reading
            .rendered
            .containers
            .iter()
            .filter(|other| other.object == container.object && other.text == container.text);
        let names = container.variable_names.iter();
        let variables = names.map(|name| {
            let own = member.settings.iter();
            let own = own
                .filter(|setting| setting.spelling == Spelling::Variable && setting.name == *name);
            let own = own.map(|setting| (part, Some(member), setting));
            (name.as_str(), own.collect())
        });
        let list = |items| List::of(part, reading, container.text, items, member);
        Self {
            variables: variables.collect(),
            command: List {
                has_more: container.has_more_arguments,
                ..list(container.command.as_deref())
            },
            args: list(container.args.as_deref()),
            inputs: None,
            is_open: !is_known(member),
            has_others: others.count() > 1,
            is_reordered: false,
        }
    }

    /// Records that a strategic merge patch changes the pod.
    pub(super) fn reorder(&mut self) {
        self.is_reordered = true;
    }

    /// Whether the index of a container in a JSON patch may be that of this one, whatever it is.
    pub(super) fn is_of_any_index(&self) -> bool {
        self.is_reordered && self.has_others
    }

    /// Applies a strategic merge patch; returns whether the result is known exactly.
    pub(super) fn merge(
        &mut self,
        over: &'p Container,
        part: &'p Part,
        reading: &'p Reading,
    ) -> bool {
        if over.has_directive || over.members.len() > 1 {
            return false;
        }
        let member = over.members.first();
        for name in &over.variable_names {
            let settings = over.variables.iter().filter(|own| own.name == *name);
            let settings = settings.map(|setting| (part, member, setting)).collect();
            match self.variables.iter_mut().find(|(own, _)| own == name) {
                Some((_, own)) => *own = settings,
                None => self.variables.push((name, settings)),
            }
        }
        if let Some(member) = member.filter(|member| !member.inputs.variables.is_empty()) {
            self.inputs = Some((part, member));
        }
        let flags = member.map_or(&[][..], |member| member.settings.as_slice());
        let has_flags = |settings: &[Setting]| {
            let mut settings = settings.iter();
            settings.any(|setting| setting.spelling == Spelling::Flag)
        };
        for (list, is_command) in [(&over.command, true), (&over.args, false)] {
            let Some(words) = list else { continue };
            let words = words.as_slice();
            // What was not read may be options.
            let is_read = has_flags(flags) || words.len() <= usize::from(is_command);
            let member = match member {
                Some(member) if is_read && member.positional_arguments.is_empty() => Some(member),
                None if is_read => None,
                _ => return false,
            };
            let new = member.map_or_else(List::default, |member| {
                List::of(part, reading, over.text, Some(words), member)
            });
            if is_command {
                self.command = new;
                self.is_open = member.is_some_and(|member| !is_known(member));
            } else {
                self.args = new;
            }
            if member.is_some_and(|member| !member.expansions.is_empty()) {
                self.is_open = true;
            }
        }
        true
    }

    /// Applies a JSON patch; returns whether the result is known exactly.
    pub(super) fn operate(
        &mut self,
        patch: &'p JsonPatch,
        container: usize,
        part: &'p Part,
    ) -> bool {
        let mut operations = patch.operations.iter();
        operations.all(|operation| match operation.container {
            Some(_) if self.is_of_any_index() => false,
            Some(index) if index != container => true,
            Some(_) => self.operation(operation, part),
            None => false,
        })
    }

    fn operation(&mut self, operation: &'p Operation, part: &'p Part) -> bool {
        let path: Vec<&str> = operation.path.iter().map(String::as_str).collect();
        let settings = || {
            operation
                .settings
                .iter()
                .map(|setting| (part, None, setting))
        };
        let is_flags = operation.settings.len() == operation.values;
        if let ["env", index, ..] = path.as_slice()
            && self.is_reordered
            && *index != "-"
        {
            return false;
        }
        match (operation.name.as_str(), path.as_slice()) {
            ("add" | "replace", [key @ ("command" | "args")]) if is_flags => {
                let list = if *key == "args" {
                    &mut self.args
                } else {
                    return false;
                };
                let words = settings().map(|given| Word {
                    settings: vec![given],
                    is_split: false,
                });
                *list = List {
                    words: words.collect(),
                    is_split: true,
                    has_more: false,
                };
                true
            }
            (name, [key @ ("command" | "args"), index]) => {
                let list = if *key == "args" {
                    &mut self.args
                } else {
                    &mut self.command
                };
                let word = Word {
                    settings: settings().collect(),
                    is_split: false,
                };
                list.operation(name, index, word, is_flags)
            }
            ("add" | "replace", ["env"]) => {
                self.variables = entries(operation, part);
                true
            }
            ("add", ["env", index]) => {
                let Some(entry) = entries(operation, part).pop() else {
                    return false;
                };
                let at = match index.parse() {
                    Ok(at) if at <= self.variables.len() => at,
                    _ if *index == "-" => self.variables.len(),
                    _ => return false,
                };
                self.variables.insert(at, entry);
                true
            }
            ("replace", ["env", index]) => {
                match (self.variable(index), entries(operation, part).pop()) {
                    (Some(variable), Some(entry)) => {
                        *variable = entry;
                        true
                    }
                    _ => false,
                }
            }
            ("remove", ["env", index]) => match index.parse() {
                Ok(at) if at < self.variables.len() => {
                    self.variables.remove(at);
                    true
                }
                _ => false,
            },
            (_, ["env", ..] | ["command" | "args", ..] | ["envFrom", ..] | []) => false,
            // Other parts of a container give etcd no options.
            _ => true,
        }
    }

    fn variable(&mut self, index: &str) -> Option<&mut (&'p str, Vec<Given<'p>>)> {
        let index: usize = index.parse().ok()?;
        self.variables.get_mut(index)
    }

    /// Returns the settings in the order in which the process gets them.
    pub(super) fn settings(&self) -> impl Iterator<Item = Given<'p>> + '_ {
        let variables = self.variables.iter().flat_map(|(_, settings)| settings);
        let words = self.command.words.iter().chain(&self.args.words);
        let flags = words.flat_map(|word| &word.settings);
        variables.chain(flags).copied()
    }
}

impl<'p> List<'p> {
    /// Splits a list into its words; the settings are flags of the member that are written there.
    fn of(
        part: &'p Part,
        reading: &Reading,
        text: usize,
        items: Option<&[Span]>,
        member: &'p Member,
    ) -> Self {
        let items = items.unwrap_or_default().iter();
        let items = items.map(|item| reading.file_span(Place::new(text, *item)));
        let mut list = Self {
            words: Vec::new(),
            is_split: true,
            has_more: false,
        };
        for item in items {
            let is_in = |place: Place| {
                let span = reading.file_span(place);
                item.start <= span.start && span.end <= item.end
            };
            let flags = member.settings.iter();
            let flags = flags
                .filter(|setting| setting.spelling == Spelling::Flag && is_in(setting.name_place));
            let flags: Vec<&Setting> = flags.collect();
            let is_split = flags.iter().any(|setting| !is_in(setting.value_place));
            list.words.push(Word {
                settings: flags
                    .into_iter()
                    .map(|setting| (part, Some(member), setting))
                    .collect(),
                is_split,
            });
        }
        list
    }

    /// Applies an operation on the word at an index; returns whether the result is known exactly.
    fn operation(&mut self, name: &str, index: &str, word: Word<'p>, is_flag: bool) -> bool {
        let last = self.words.len();
        let at = match index.parse::<usize>() {
            Ok(at) => at,
            Err(_) if index == "-" => last,
            Err(_) => return false,
        };
        // A word after one that continues is a part of it.
        let continues =
            |at: usize| at > 0 && self.words.get(at - 1).is_some_and(|word| word.is_split);
        let is_plain = |at: usize| {
            let word = self.words.get(at);
            !continues(at) && word.is_some_and(|word| !word.is_split && word.settings.len() == 1)
        };
        match name {
            "add" if index == "-" && is_flag && (self.has_more || !continues(last)) => {
                self.words.push(word);
                true
            }
            "add" if at <= last && is_flag && !self.has_more && !continues(at) && self.is_split => {
                self.words.insert(at, word);
                true
            }
            "replace" if is_plain(at) && is_flag && !self.has_more => {
                self.words[at] = word;
                true
            }
            "remove" if is_plain(at) && !self.has_more => {
                self.words.remove(at);
                true
            }
            _ => false,
        }
    }
}

/// Returns the variables that an operation writes.
fn entries<'p>(operation: &'p Operation, part: &'p Part) -> Vec<(&'p str, Vec<Given<'p>>)> {
    let names = operation.variable_names.iter();
    let entries = names.map(|name| {
        let settings = operation.settings.iter().filter(|own| own.name == *name);
        let settings = settings.map(|setting| (part, None, setting));
        (name.as_str(), settings.collect())
    });
    entries.collect()
}

/// Whether all flags of a member are known.
fn is_known(member: &Member) -> bool {
    member.completeness == Completeness::Whole
        || member.lacks_only_expansions && member.expansions.is_empty()
}
