//! A systemd unit: the unit file, its drop-ins and its environment files, as `systemd.exec(5)` joins them.

use std::collections::BTreeSet;

use super::given::{Given, add_file};
use super::part::{Assembled, Missing, OtherFiles, Own, Part, Referred, of_part, reading_of};
use crate::facts::catalogue::Catalogue;
use crate::member::{Member, Reference, Setting};
use crate::surface::{Reading, UnitFile};

/// Returns the members that a unit starts.
pub(super) fn members(
    own: Own<'_>,
    catalogue: &Catalogue,
    parts: &[Part],
    files: &dyn OtherFiles,
) -> Vec<Assembled> {
    let unit = Unit::of(own, parts);
    let mut missing: Vec<Missing> = Vec::new();
    let mut missing_for_others: Vec<String> = Vec::new();
    let mut instances: BTreeSet<String> = BTreeSet::new();
    let mut referred: Vec<Referred> = Vec::new();
    for (part, reference) in &unit.environment_files {
        let found = files.referred(catalogue, &own.0.path, part, reference);
        match (&found, part.is_here()) {
            (Referred::Unknown | Referred::Unread | Referred::Edited(_), true) => {
                missing.push(Missing::of(reference, &found));
            }
            (Referred::Unknown | Referred::Unread | Referred::Edited(_), false) => {
                missing_for_others.push(reference.path.clone());
            }
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
            let found = referred.of_instance(name);
            is_open |= found.is_none();
            read.extend(found);
        }
        for (part, member) in &unit.commands {
            let inputs = member.inputs.variables.iter();
            let inputs: Vec<(&Reference, Referred)> = inputs
                .map(|input| (input, files.referred(catalogue, &own.0.path, part, input)))
                .collect();
            let mut container: Vec<&Part> = Vec::new();
            let mut is_open = is_open;
            let mut missing = missing.clone();
            for (input, referred) in &inputs {
                let found = referred.of_instance(name);
                container.extend(found);
                if found.is_none() {
                    is_open = true;
                    let is_own = part.is_here();
                    missing.extend(is_own.then(|| Missing::of(input, referred)));
                }
            }
            let member = unit.member(own, (part, member), (&read, &container), is_open);
            assembled.push(Assembled {
                member,
                is_started_here: part.is_here(),
                missing,
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

    /// Returns the member that a command of the unit starts with the environment files, those of the unit and those of its
    /// container.
    fn member(
        &self,
        own: Own<'_>,
        (part, command): (&Part, &Member),
        (environment_files, of_container): (&[&Part], &[&Part]),
        is_open: bool,
    ) -> Member {
        let mut given = Given::default();
        for (part, holder, setting) in &self.variables {
            given.begin(part);
            given.take(*holder, of_part(setting, part));
        }
        let mut is_open = is_open;
        for part in environment_files {
            is_open |= given.take_file(own, part);
        }
        given.unset(&self.unset);

        let unit = reading_of(own, part).unit.as_deref();
        let is_own = |setting: &Setting| !unit.is_some_and(|unit| is_of_unit(unit, setting));
        let mut settings: Vec<Setting> = Vec::new();
        for part in of_container {
            is_open |= add_file(&mut settings, reading_of(own, part), part);
        }
        let commands = command.settings.iter().filter(|setting| is_own(setting));
        settings.extend(commands.map(|setting| of_part(setting, part)));
        given.member(command, part, settings, is_open)
    }
}

/// Whether a setting of a member is one of the unit's variables.
fn is_of_unit(unit: &UnitFile, setting: &Setting) -> bool {
    let mut variables = unit.variables.iter();
    variables.any(|(_, variable)| variable.site == setting.site)
}
