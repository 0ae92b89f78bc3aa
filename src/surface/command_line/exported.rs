//! What etcd gets from earlier commands of a script: exported variables, and variables and arrays of flags.

mod assignment;
mod windows;

use std::collections::{BTreeSet, HashMap, HashSet};

use assignment::{assignment, contains_flags, is_addition, value_start, variable_name};

use super::flags::{FlagList, expanded_variable, flag_list, insert_flags, variable_setting};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Place, Setting, TextId, Value};
use crate::source::Span;
use crate::surface::evidence::names_option;
use crate::surface::reading::Reading;
use crate::surface::site::Site;
use crate::text::quoting::Quoting;
use crate::text::words::{Dialect, Word, words};

/// The variables that a script has assigned so far.
#[derive(Default)]
pub(super) struct Exported {
    /// Those that etcd reads itself.
    settings: Vec<Setting>,
    /// Those that are not exported; etcd would read them if they were.
    kept: Vec<Setting>,
    /// The names of the latter.
    kept_names: HashSet<String>,
    /// Names that are exported.
    names: HashSet<String>,
    /// The variables and arrays of flags, in order; `None` once a member has them.
    flags: Vec<Option<Flags>>,
    /// The indices in `flags` of each name.
    flags_by_name: HashMap<String, Vec<usize>>,
    /// Whether every assignment is exported: `set -a`.
    all: bool,
    /// Whether other files set variables, or an earlier member has the variables of this script.
    elsewhere: bool,
    /// The sites of those that a member got.
    given: Vec<usize>,
    /// Whether the script sets its own arguments: `set -- …`.
    pub(super) sets_arguments: bool,
}

/// A variable or an array of flags.
struct Flags {
    settings: Vec<Setting>,
    /// Other variables that its value expands.
    expanded: Vec<(String, Place)>,
    /// Whether these are all its flags.
    whole: bool,
    /// Whether the last flag lacks its value, which may be the next word of the command.
    lacks_last_value: bool,
}

/// `NAME=(…)`.
pub(super) struct Array {
    name: String,
    /// Where the first item may begin.
    start: usize,
    /// Whether the items are appended: `NAME+=(…)`.
    added: bool,
    pub(super) items: Vec<Word>,
}

impl Array {
    /// Creates the array that the word `NAME=` or `NAME+=` begins.
    pub(super) fn named_by(word: Word) -> Self {
        let name = word.text().trim_end_matches('=');
        Self {
            name: name.trim_end_matches('+').to_owned(),
            start: word.span.end + 1,
            added: name.ends_with('+'),
            items: Vec::new(),
        }
    }
}

/// What a member gets from variables.
pub(super) struct Given {
    /// Whether something else may set more.
    pub(super) elsewhere: bool,
    /// How many of its words expand to flags that are all known.
    pub(super) words: usize,
    /// Where the words are that are values of flags in variables.
    pub(super) values: Vec<Place>,
}

impl Exported {
    /// Records the assignments of a command; returns whether it does nothing else.
    pub(super) fn assign(
        &mut self,
        catalogue: &Catalogue,
        reading: &mut Reading,
        words: &[Word],
        text_id: TextId,
    ) -> bool {
        if let Some(is_assignment) = self.assign_on_windows(catalogue, reading, words, text_id) {
            return is_assignment;
        }
        let declares = match words[0].text() {
            "." | "source" => {
                self.elsewhere = true;
                return false;
            }
            "set" => {
                let has = |options: [&str; 2]| {
                    let mut options = options.iter();
                    let mut words = words[1..].iter().map(Word::text);
                    let first = words.next().unwrap_or_default();
                    options.next() == Some(&first)
                        || options.next() == Some(&first) && words.next() == Some("allexport")
                };
                self.all = (self.all || has(["-a", "-o"])) && !has(["+a", "+o"]);
                self.sets_arguments |= words.len() > 2 && words[1].text() == "--";
                return false;
            }
            "export" | "local" | "readonly" | "declare" | "typeset" => true,
            _ => false,
        };
        let exports = words[0].text() == "export";
        let first = usize::from(declares);
        let is_name = |word: &Word| {
            declares && (word.text().starts_with('-') || variable_name(word.text()) == word.text())
        };
        if words[first..]
            .iter()
            .any(|word| assignment(word).is_none() && !is_name(word))
        {
            return false;
        }
        for (index, word) in words.iter().enumerate().skip(first) {
            let Some(name) = assignment(word) else {
                if exports {
                    self.export(reading, word.text());
                }
                continue;
            };
            let variable = name.of(word.text()).to_owned();
            let value = Span::new(value_start(word, name), word.text().len());
            if (contains_flags(word, value) || self.begins_with_flags(word, value))
                && !names_option(catalogue, &variable)
            {
                let inner = reading.embed(word.decoded.clone(), text_id);
                let text = word.text();
                let items = self::words(text, value, Dialect::Shell);
                reading.report_unread_rest(&items, inner);
                let list = flag_list(catalogue, &items, value.start, inner, reading);
                let list = list.unwrap_or_default();
                let again = items
                    .iter()
                    .filter(|item| expands_to(item, &variable))
                    .count();
                reading.hazards.set_holder(&list.settings, &variable);
                let added = again > 0 || is_addition(word, name);
                self.add_flags(reading, variable, list, added, again);
                continue;
            }
            for &index in self.flags_by_name.get(&variable).into_iter().flatten() {
                if let Some(flags) = &mut self.flags[index] {
                    flags.whole = false;
                    depend_on_the_run(reading, &flags.settings);
                }
            }
            let is_option = variable.starts_with("ETCD_")
                && catalogue.spelled(Spelling::Variable, &variable).is_some();
            if !is_option || is_addition(word, name) {
                continue;
            }
            let start = index
                .checked_sub(1)
                .map_or(word.span.start, |before| words[before].span.end);
            let removal = Span::new(start, word.span.end);
            let lead = " ".to_owned();
            let setting = variable_setting(reading, word, name, lead, removal, text_id);
            if exports || self.all {
                self.names.insert(variable.clone());
                self.settings.push(setting);
            } else if self.names.contains(&variable) {
                reading.sites[setting.site] = Site::Fixed;
                self.settings.push(setting);
            } else {
                self.kept_names.insert(variable.clone());
                self.kept.push(setting);
            }
            if exports {
                self.names.insert(variable);
            }
        }
        true
    }

    /// Records the flags of an array.
    pub(super) fn assign_array(
        &mut self,
        catalogue: &Catalogue,
        reading: &mut Reading,
        array: &Array,
        text_id: TextId,
    ) {
        reading.report_unread_rest(&array.items, text_id);
        let list = flag_list(catalogue, &array.items, array.start, text_id, reading);
        let again = array
            .items
            .iter()
            .filter(|item| expands_to(item, &array.name))
            .count();
        let added = array.added || again > 0;
        let list = list.unwrap_or_default();
        reading.hazards.set_holder(&list.settings, &array.name);
        self.add_flags(reading, array.name.clone(), list, added, again);
    }

    /// Appends flags to those of a variable, or assigns them if it has none.
    fn add_flags(
        &mut self,
        reading: &mut Reading,
        name: String,
        list: FlagList,
        added: bool,
        again: usize,
    ) {
        let same_name = self.flags_by_name.entry(name).or_default();
        let held = same_name
            .iter()
            .filter_map(|&index| self.flags[index].as_ref());
        let held: Vec<&Flags> = held.collect();
        let before = !held.is_empty();
        if before && !added {
            for flags in held {
                depend_on_the_run(reading, &flags.settings);
            }
            depend_on_the_run(reading, &list.settings);
        }
        same_name.push(self.flags.len());
        let last = list.settings.last().map(|last| &reading.sites[last.site]);
        let lacks_last_value = matches!(last, Some(Site::Flag(site)) if site.lacks_value);
        self.flags.push(Some(Flags {
            lacks_last_value,
            // Which of several assignments counts depends on the run.
            whole: list.unknown <= again && (before || !added) && added == before,
            settings: list.settings,
            expanded: list.expanded,
        }));
    }

    /// Exports a variable that was assigned before. It cannot be renamed, because the name is written twice.
    fn export(&mut self, reading: &mut Reading, name: &str) {
        let is_new = self.names.insert(name.to_owned());
        if !is_new || !self.kept_names.remove(name) {
            return;
        }
        let kept = std::mem::take(&mut self.kept);
        for setting in kept {
            if setting.name == name {
                reading.sites[setting.site] = Site::Fixed;
                self.settings.push(setting);
            } else {
                self.kept.push(setting);
            }
        }
    }

    /// Adds the variables and flags of earlier commands to the settings of a member. What an earlier member got, this
    /// one gets too.
    pub(super) fn complete(
        &mut self,
        settings: &mut Vec<Setting>,
        arguments: &[Word],
        reading: &mut Reading,
        text_id: TextId,
    ) -> Given {
        let elsewhere = self.elsewhere;
        let is_first = self.given.is_empty();
        let sites = self.settings.iter().map(|setting| setting.site);
        self.given.extend(sites);
        if !is_first {
            // A later export overrides an earlier one; without it the earlier one would count again.
            reading.hazards.shared.extend(&self.given);
        }
        if !self.settings.is_empty() {
            // They are settings of this member only; the next one gets them too.
            self.elsewhere = true;
            settings.splice(0..0, std::mem::take(&mut self.settings));
        }
        Given {
            elsewhere,
            ..self.flags_of(settings, arguments, reading, text_id)
        }
    }

    /// Whether a value begins with a variable of flags.
    fn begins_with_flags(&self, word: &Word, value: Span) -> bool {
        let first = word.expansions.iter().find(|one| one.start == value.start);
        first.is_some_and(|first| {
            let name = expanded_variable(first.of(word.text()));
            self.flags_by_name.contains_key(name)
        })
    }

    /// Returns the indices of the flags of a variable.
    fn held(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        self.flags_by_name.get(name).into_iter().flatten().copied()
    }

    /// Adds the flags that the arguments expand to.
    pub(super) fn flags_of(
        &mut self,
        settings: &mut Vec<Setting>,
        arguments: &[Word],
        reading: &mut Reading,
        text_id: TextId,
    ) -> Given {
        let last = arguments.len().saturating_sub(1);
        let known = |(at, word): &(usize, &Word)| {
            let held = self.held(sole_variable(word).unwrap_or_default());
            let mut parts = held.filter_map(|index| self.flags[index].as_ref());
            let has_value = *at == last || value_after(arguments, *at).is_some();
            let is_known = |part: &Flags| part.whole && (has_value || !part.lacks_last_value);
            parts.next().is_some_and(is_known) && parts.all(is_known)
        };
        let words = arguments.iter().enumerate().filter(known).count();
        let mut values = Vec::new();
        for (at, word) in arguments.iter().enumerate() {
            let expansions = word.expansions.iter();
            let names = expansions.map(|expansion| expanded_variable(expansion.of(word.text())));
            let mut open: Vec<usize> = names.flat_map(|name| self.held(name)).collect();
            let mut used = BTreeSet::new();
            while let Some(index) = open.pop() {
                if used.insert(index)
                    && let Some(flags) = &self.flags[index]
                {
                    let names = flags.expanded.iter();
                    open.extend(names.flat_map(|(name, _)| self.held(name)));
                }
            }
            let held = used.into_iter();
            let held = held.filter_map(|index| self.flags[index].take());
            let mut given = Vec::new();
            for mut flags in held {
                let lacks_value = flags.lacks_last_value && at < last;
                if lacks_value && let Some(open) = flags.settings.last_mut() {
                    let value = value_after(arguments, at);
                    if let Some(value) = value {
                        open.value_place = Place::new(text_id, value.span);
                        values.push(open.value_place);
                    }
                    open.value = value.map_or(Value::Unknown(String::new()), |value| {
                        Value::Text(value.text().to_owned())
                    });
                }
                if lacks_value || is_one_word(word) {
                    for setting in &flags.settings {
                        if let Site::Flag(site) = &mut reading.sites[setting.site] {
                            site.is_alone = true;
                        }
                    }
                }
                given.extend(flags.settings);
            }
            insert_flags(settings, given, Place::new(text_id, word.span));
        }
        Given {
            elsewhere: false,
            words,
            values,
        }
    }
}

/// Marks settings as conditional: which of several assignments counts depends on the run.
fn depend_on_the_run(reading: &mut Reading, settings: &[Setting]) {
    for setting in settings {
        reading.add_branch(setting.place());
    }
}

/// Whether the whole word is `$NAME`, `${NAME}` or `${NAME[@]}`.
fn expands_to(word: &Word, name: &str) -> bool {
    sole_variable(word) == Some(name)
}

/// Returns the variable if the whole word is its expansion.
fn sole_variable(word: &Word) -> Option<&str> {
    let text = word.text();
    let all = |expansion: &Span| *expansion == Span::new(0, text.len());
    let name = expanded_variable(text);
    let rest = &text[text.find(name)? + name.len()..];
    let is_sole = matches!(rest, "" | "}" | "[@]}" | "[*]}");
    (word.expansions.iter().any(all) && is_sole).then_some(name)
}

/// Returns the word after another one, if it is the value of a flag that the other ends with.
fn value_after(arguments: &[Word], at: usize) -> Option<&Word> {
    let next = arguments.get(at + 1)?;
    let is_flag = next.text().starts_with('-');
    (next.expansions.is_empty() && !is_flag).then_some(next)
}

/// Whether a word stays one word whatever its variable contains: `"$NAME"` in a shell, `${NAME}` in a unit.
fn is_one_word(word: &Word) -> bool {
    match word.quoting() {
        Some(Quoting::ShellDouble) => !word.text().ends_with("[@]}"),
        Some(Quoting::UnitBare | Quoting::UnitSingle | Quoting::UnitDouble) => {
            word.text().starts_with("${")
        }
        _ => false,
    }
}

/// Whether the command gets the arguments of the script: `"$@"`.
pub(super) fn passes_script_arguments(words: &[Word]) -> bool {
    words.iter().any(|word| {
        word.expansions.iter().any(|one| {
            let one = one.of(word.text());
            ["$@", "$*", "${@", "${*"]
                .iter()
                .any(|all| one.starts_with(all))
        })
    })
}
