//! The variables that other texts give a process, joined with its command.

use std::collections::{BTreeMap, BTreeSet};

use super::part::{Own, Part, anchor_of, of_part, reading_of};
use super::values;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Member, Place, Setting, Value, mark_overridden};
use crate::surface::Reading;

/// The site of a setting that is written in no text.
const NO_SITE: usize = usize::MAX;

/// What a process gets besides its command.
#[derive(Default)]
pub(super) struct Given<'p> {
    variables: Vec<Setting>,
    /// The flags in variables that the command expands.
    held: BTreeMap<String, Vec<Setting>>,
    /// The text that gives the next settings.
    part: Option<&'p Part>,
    /// The variables of flags that this text has set already.
    in_text: BTreeSet<String>,
}

impl<'p> Given<'p> {
    /// Begins a text, if it is not the one before.
    pub(super) fn begin(&mut self, part: &'p Part) {
        if !self.part.is_some_and(|last| std::ptr::eq(last, part)) {
            self.part = Some(part);
            self.in_text.clear();
        }
    }

    pub(super) fn take(&mut self, holder: Option<&str>, setting: Setting) {
        let Some(holder) = holder else {
            self.variables.push(setting);
            return;
        };
        let held = self.held.entry(holder.to_owned()).or_default();
        if self.in_text.insert(holder.to_owned()) {
            // A later text replaces the whole variable.
            held.clear();
        }
        held.push(setting);
    }

    /// Adds the variables of an environment file; returns whether it may set more.
    pub(super) fn take_file(&mut self, own: Own<'_>, part: &'p Part) -> bool {
        let reading = reading_of(own, part);
        let outer = match part {
            Part::Other(_) => reading,
            Part::Own | Part::Inside(_) => own.1,
        };
        self.begin(part);
        let mut is_open = false;
        for member in &reading.members {
            is_open |= member.completeness == Completeness::Partial;
            for setting in &member.settings {
                let holder = outer
                    .variable(setting)
                    .filter(|_| setting.spelling == Spelling::Flag);
                self.take(holder, of_part(setting, part));
            }
        }
        is_open
    }

    /// Removes variables.
    pub(super) fn unset(&mut self, names: &BTreeSet<&str>) {
        let is_unset = |name: &str| names.contains(name);
        // `NAME=value` removes the variable if it has that value: systemd.exec(5).
        let has_value = |setting: &Setting| {
            let value = setting.value.text().unwrap_or_default();
            names.contains(format!("{}={value}", setting.name).as_str())
        };
        self.variables
            .retain(|setting| !is_unset(&setting.name) && !has_value(setting));
        self.held.retain(|holder, _| !is_unset(holder));
    }

    /// Returns the member that a command of a part starts; `settings` are those of the command, as settings of that part.
    pub(super) fn member(
        mut self,
        command: &Member,
        part: &Part,
        settings: Vec<Setting>,
        is_open: bool,
    ) -> Member {
        let mut flags = settings;
        self.give_values(&mut flags, is_open);
        let mut are_all_known = true;
        // From the last to the first, so that the places of those before stay.
        let places: Vec<usize> = command
            .expansions
            .iter()
            .map(|expansion| place_of(&flags, expansion.place))
            .collect();
        for (expansion, place) in command.expansions.iter().zip(places).rev() {
            match self.held.get(&expansion.variable) {
                Some(held) => {
                    flags.splice(place..place, held.iter().cloned());
                }
                None => are_all_known = false,
            }
        }
        let mut settings = self.variables;
        settings.retain(|setting| command.inherited.contains(&setting.name));
        settings.append(&mut flags);
        joined(command, part, settings, (are_all_known, is_open))
    }

    /// Replaces the variables in the values of flags. Where texts are missing, a variable of etcd's that a flag expands
    /// is set in one of them, and etcd gets it too.
    fn give_values(&mut self, flags: &mut [Setting], is_open: bool) {
        let mut implied: Vec<Setting> = Vec::new();
        for flag in flags {
            let names = values::expanded(&flag.value).unwrap_or_default();
            let is_set = |name: &str| {
                let mut variables = self.variables.iter().chain(&implied);
                variables.any(|setting| setting.name == name)
            };
            let names = names.into_iter().filter(|name| name.starts_with("ETCD_"));
            let unset: Vec<&str> = names.filter(|name| is_open && !is_set(name)).collect();
            let unset = unset.into_iter().map(|name| Setting {
                spelling: Spelling::Variable,
                name: name.to_owned(),
                name_place: flag.value_place,
                value: Value::Unknown(format!("${{{name}}}")),
                overridden: false,
                site: NO_SITE,
                ..flag.clone()
            });
            let unset: Vec<Setting> = unset.collect();
            implied.extend(unset);
            let value = |name: &str| values::value_of(&self.variables, name);
            if let Some(value) = values::substituted(&flag.value, value) {
                flag.value = value;
            }
        }
        self.variables.extend(implied);
    }
}

/// Returns the member that a command of a part starts with these settings. It is whole if the flags that its words expand
/// to are known, and nothing else is open.
pub(super) fn joined(
    command: &Member,
    part: &Part,
    mut settings: Vec<Setting>,
    (are_all_known, is_open): (bool, bool),
) -> Member {
    for setting in &mut settings {
        setting.overridden = false;
    }
    mark_overridden(&mut settings);
    let is_whole = command.completeness == Completeness::Whole
        || command.lacks_only_expansions && are_all_known;
    Member {
        settings,
        completeness: if is_whole && !is_open {
            Completeness::Whole
        } else {
            Completeness::Partial
        },
        anchor: anchor_of(command, part),
        ..command.clone()
    }
}

/// Adds the variables of an environment file that a container gets; returns whether it may set more. What else the file
/// sets, the container gets too, and its command does not expand it.
pub(super) fn add_file(settings: &mut Vec<Setting>, reading: &Reading, part: &Part) -> bool {
    for setting in reading.members.iter().flat_map(|member| &member.settings) {
        if setting.spelling == Spelling::Variable {
            settings.push(of_part(setting, part));
        }
    }
    let mut members = reading.members.iter();
    members.any(|member| member.completeness == Completeness::Partial)
}

/// Where the flags that a word expands to belong: because of two equal flags the later one counts.
fn place_of(flags: &[Setting], word: Place) -> usize {
    let is_later = |setting: &Setting| {
        setting.spelling == Spelling::Flag
            && setting.name_place.text == word.text
            && setting.name_place.span.start > word.span.start
    };
    flags.iter().position(is_later).unwrap_or(flags.len())
}
