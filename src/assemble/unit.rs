//! A systemd unit: the unit file, its drop-ins and its environment files, as `systemd.exec(5)` joins them.

use std::collections::{BTreeMap, BTreeSet};

use super::part::{Assembled, OtherFiles, Part, Referred, anchor_of, of_part};
use super::values;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Completeness, Member, Place, Reference, Setting, Value, mark_overridden};
use crate::source::Source;
use crate::surface::{Reading, UnitFile};

/// The text that is checked, and what was read from it.
type Own<'a> = (&'a Source, &'a Reading);

/// A setting that stands for a variable which another text sets; it is written nowhere.
const NO_SITE: usize = usize::MAX;

/// Returns the members that a unit starts.
pub(super) fn members(
    own: Own<'_>,
    catalogue: &Catalogue,
    parts: &[Part],
    files: &dyn OtherFiles,
) -> Vec<Assembled> {
    let unit = Unit::of(own, parts);
    let mut missing: Vec<Reference> = Vec::new();
    let mut missing_for_others: Vec<String> = Vec::new();
    let mut instances: BTreeSet<String> = BTreeSet::new();
    let mut referred: Vec<Referred> = Vec::new();
    for (part, reference) in &unit.environment_files {
        let found = files.referred(catalogue, &own.0.path, part, reference);
        match (&found, part) {
            (Referred::Unknown, Part::Own) => missing.push((*reference).clone()),
            (Referred::Unknown, Part::Other(_)) => missing_for_others.push(reference.path.clone()),
            (Referred::Instances(parts), _) => {
                instances.extend(parts.iter().map(|(name, _)| name.clone()));
            }
            (Referred::One(_), _) => {}
        }
        referred.push(found);
    }
    let names: Vec<Option<&str>> = if instances.is_empty() {
        vec![None]
    } else {
        instances.iter().map(|name| Some(name.as_str())).collect()
    };
    let mut assembled = Vec::new();
    for name in names {
        let mut is_open = unit.lacks_unit || !missing.is_empty() || !missing_for_others.is_empty();
        let mut read: Vec<&Part> = Vec::new();
        for referred in &referred {
            let found = match referred {
                Referred::One(part) => Some(part),
                Referred::Instances(parts) => {
                    let mut parts = parts.iter();
                    let own = parts.find(|(instance, _)| Some(instance.as_str()) == name);
                    own.map(|(_, part)| part)
                }
                Referred::Unknown => None,
            };
            is_open |= found.is_none();
            read.extend(found);
        }
        for (part, member) in &unit.commands {
            let member = unit.member(own, (part, member), &read, is_open);
            assembled.push(Assembled {
                member,
                is_started_here: matches!(part, Part::Own),
                missing: missing.clone(),
                missing_for_others: missing_for_others.clone(),
                config_file: None,
            });
        }
    }
    assembled
}

/// Returns whether the text starts processes, and another file of each of its units replaces their commands.
pub(super) fn replaces_all(own: Own<'_>, groups: &[Vec<Part>]) -> bool {
    !groups.is_empty()
        && !own.1.members.is_empty()
        && groups.iter().all(|parts| {
            let unit = Unit::of(own, parts);
            let is_other = |(part, _): &(&Part, &Member)| matches!(part, Part::Other(_));
            !unit.commands.is_empty() && unit.commands.iter().all(is_other)
        })
}

/// The files of a unit, after later ones have continued or reset what earlier ones say.
struct Unit<'a> {
    commands: Vec<(&'a Part, &'a Member)>,
    variables: Vec<(&'a Part, Option<&'a str>, &'a Setting)>,
    environment_files: Vec<(&'a Part, &'a Reference)>,
    unset: BTreeSet<&'a str>,
    /// Whether the drop-ins are there without their unit.
    lacks_unit: bool,
}

impl<'a> Unit<'a> {
    fn of(own: Own<'a>, parts: &'a [Part]) -> Self {
        let mut all = Self {
            commands: Vec::new(),
            variables: Vec::new(),
            environment_files: Vec::new(),
            unset: BTreeSet::new(),
            lacks_unit: true,
        };
        for part in parts {
            let reading = reading_of(own, part);
            if let Some(unit) = &reading.unit {
                all.add(part, reading, unit);
            }
        }
        all
    }

    fn add(&mut self, part: &'a Part, reading: &'a Reading, unit: &'a UnitFile) {
        self.lacks_unit &= unit.is_drop_in;
        if unit.resets_commands {
            self.commands.clear();
        }
        if unit.resets_variables {
            self.variables.clear();
        }
        if unit.resets_environment_files {
            self.environment_files.clear();
        }
        // Variables without a command are anchored at the first of them.
        let is_command = |member: &&Member| {
            let mut variables = unit.variables.iter();
            !variables.any(|(_, variable)| variable.name_place == member.anchor)
        };
        let commands = reading.members.iter().filter(is_command);
        self.commands.extend(commands.map(|member| (part, member)));
        let variables = unit.variables.iter();
        self.variables
            .extend(variables.map(|(holder, setting)| (part, holder.as_deref(), setting)));
        let files = unit.environment_files.iter();
        self.environment_files
            .extend(files.map(|reference| (part, reference)));
        self.unset.extend(unit.unset.iter().map(String::as_str));
    }

    /// Returns the member that a command of the unit starts with the environment files.
    fn member(
        &self,
        own: Own<'_>,
        (part, command): (&Part, &Member),
        environment_files: &[&Part],
        is_open: bool,
    ) -> Member {
        let mut given = Given::default();
        for (part, holder, setting) in &self.variables {
            given.begin(part);
            given.take(*holder, of_part(setting, part));
        }
        let mut is_open = is_open;
        for part in environment_files {
            let reading = reading_of(own, part);
            given.begin(part);
            for member in &reading.members {
                is_open |= member.completeness == Completeness::Partial;
                for setting in &member.settings {
                    let holder = reading
                        .variable(setting)
                        .filter(|_| setting.spelling == Spelling::Flag);
                    given.take(holder, of_part(setting, part));
                }
            }
        }
        let is_unset = |name: &str| self.unset.contains(name);
        given.variables.retain(|setting| !is_unset(&setting.name));
        given.held.retain(|holder, _| !is_unset(holder));

        let unit = reading_of(own, part).unit.as_deref();
        let is_own = |setting: &&Setting| !unit.is_some_and(|unit| is_of_unit(unit, setting));
        let mut flags: Vec<Setting> = command
            .settings
            .iter()
            .filter(is_own)
            .map(|setting| of_part(setting, part))
            .collect();
        given.give_values(&mut flags, is_open);
        let mut are_all_known = true;
        // From the last to the first, so that the places of those before stay.
        let places: Vec<usize> = command
            .expansions
            .iter()
            .map(|expansion| place_of(&flags, expansion.place))
            .collect();
        for (expansion, place) in command.expansions.iter().zip(places).rev() {
            match given.held.get(&expansion.variable) {
                Some(held) => {
                    flags.splice(place..place, held.iter().cloned());
                }
                None => are_all_known = false,
            }
        }
        let mut settings = given.variables;
        settings.append(&mut flags);
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
}

/// What a process gets besides its command.
#[derive(Default)]
struct Given<'p> {
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
    fn begin(&mut self, part: &'p Part) {
        if !self.part.is_some_and(|last| std::ptr::eq(last, part)) {
            self.part = Some(part);
            self.in_text.clear();
        }
    }

    fn take(&mut self, holder: Option<&str>, setting: Setting) {
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

/// Where the flags that a word expands to belong: because of two equal flags the later one counts.
fn place_of(flags: &[Setting], word: Place) -> usize {
    let is_later = |setting: &Setting| {
        setting.spelling == Spelling::Flag
            && setting.name_place.text == word.text
            && setting.name_place.span.start > word.span.start
    };
    flags.iter().position(is_later).unwrap_or(flags.len())
}

fn reading_of<'a>(own: Own<'a>, part: &'a Part) -> &'a Reading {
    match part {
        Part::Own => own.1,
        Part::Other(text) => &text.reading,
    }
}

/// Whether a setting of a member is one of the unit's variables.
fn is_of_unit(unit: &UnitFile, setting: &Setting) -> bool {
    let mut variables = unit.variables.iter();
    variables.any(|(_, variable)| variable.site == setting.site)
}
