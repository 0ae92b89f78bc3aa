//! A process that gets variables from other texts: environment files, config maps.

use super::given::{add_file, joined};
use super::part::{Assembled, Missing, OtherFiles, Own, Part, Referred, of_part, reading_of};
use super::services::{self, Interpolation};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Completeness, Member, Reference, Setting, TextId, Value};
use crate::surface::ConfigObject;

/// Returns the members of a text, and those of other texts that it gives variables.
pub(super) fn members(
    own: Own<'_>,
    catalogue: &Catalogue,
    files: &dyn OtherFiles,
    joined_texts: &[TextId],
) -> Vec<Assembled> {
    let finder = Finder {
        own,
        catalogue,
        files,
    };
    let is_part = |member: &&Member| member.completeness == Completeness::Part;
    let is_joined = |member: &&Member| {
        let mut joined = joined_texts.iter();
        joined.any(|text| own.1.is_inside(member.anchor.text, *text))
    };
    let left = own.1.members.iter().filter(|member| !is_joined(member));
    let (parts, processes): (Vec<&Member>, Vec<&Member>) = left.partition(is_part);
    let overridden = finder.beside(&Part::Own, services::overridden_name);
    let base = overridden.as_ref().map(|text| reading_of(own, text));
    let of_base = |member: &Member| {
        base.and_then(|base| services::of_name(base, member.service.as_ref()))
            .is_some()
    };
    let processes = processes.into_iter().filter(|member| !of_base(member));
    let mut members: Vec<Assembled> = processes
        .map(|member| finder.member(&Part::Own, member))
        .collect();
    if let (Some(text), Some(base)) = (&overridden, base) {
        let others = base
            .members
            .iter()
            .map(|member| finder.member(text, member));
        members.extend(others.filter(|joined| own_settings(joined).next().is_some()));
    }
    if parts.is_empty() {
        return members;
    }
    for text in files.processes(catalogue, &own.0.path) {
        let others = reading_of(own, &text).members.iter();
        let others = others.filter(|member| !member.inputs.variables.is_empty());
        let others = others.map(|member| finder.member(&text, member));
        members.extend(others.filter(|joined| own_settings(joined).next().is_some()));
    }
    // What no process gets is checked alone.
    for part in parts {
        let is_joined = members.iter().flat_map(own_settings).any(|setting| {
            let mut settings = part.settings.iter();
            settings.any(|own| own.site == setting.site || own.name_place == setting.name_place)
        });
        if !is_joined {
            members.push(Assembled::alone(part));
        }
    }
    members
}

/// Returns the settings of the text that is checked.
fn own_settings(assembled: &Assembled) -> impl Iterator<Item = &Setting> {
    let settings = assembled.member.settings.iter();
    settings.filter(|setting| setting.elsewhere.is_none())
}

/// The variables that other texts give a process.
pub(super) struct Variables {
    pub(super) settings: Vec<Setting>,
    /// The references of the text that is checked which lead to nothing.
    pub(super) missing: Vec<Missing>,
    /// Whether there may be more.
    pub(super) is_open: bool,
}

/// Joins a process with what it gets from other texts.
pub(super) struct Finder<'a> {
    pub(super) own: Own<'a>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) files: &'a dyn OtherFiles,
}

impl Finder<'_> {
    /// Returns the member that `part` starts.
    fn member(&self, part: &Part, member: &Member) -> Assembled {
        let override_file = member.service.as_ref();
        let override_file = override_file.and_then(|_| self.beside(part, services::override_name));
        let mut layers: Vec<(&Part, &Member)> = vec![(part, member)];
        if let Some(text) = &override_file {
            let reading = reading_of(self.own, text);
            let over = services::of_name(reading, member.service.as_ref());
            layers.extend(over.map(|over| (text, over)));
        }
        let has_inputs = |(_, member): &(&Part, &Member)| {
            !member.inputs.variables.is_empty() || !member.inputs.values.is_empty()
        };
        let env_file = || self.named(part, ".env");
        let interpolation = Interpolation::of(member, env_file, self.own.0);
        if layers.len() == 1 && !has_inputs(&layers[0]) && interpolation.is_none() {
            return Assembled::alone(member);
        }
        let Variables {
            mut settings,
            missing,
            mut is_open,
        } = self.variables(&layers);
        // The last command replaces those before it.
        let has_command = |(_, member): &(&Part, &Member)| {
            let service = member.service.as_ref();
            service.is_some_and(|service| service.has_command)
        };
        let command = layers.iter().rposition(has_command).unwrap_or(0);
        for (index, (part, member)) in layers.iter().enumerate() {
            is_open |=
                !(member.completeness == Completeness::Whole || member.lacks_only_expansions);
            let counts =
                |setting: &&Setting| index == command || setting.spelling == Spelling::Variable;
            let own = member.settings.iter().filter(counts);
            settings.extend(own.map(|setting| Setting {
                value: self.value(part, member, interpolation.as_ref(), setting),
                ..of_part(setting, part)
            }));
        }
        // etcd gets variables and flags separately.
        settings.sort_by_key(|setting| setting.spelling == Spelling::Flag);
        let (part, started) = layers[command];
        let are_all_known = started.expansions.is_empty();
        let started = Member {
            evidence: member.evidence.or(started.evidence),
            ..started.clone()
        };
        Assembled {
            member: joined(&started, part, settings, (are_all_known, is_open)),
            is_started_here: part.is_here(),
            missing,
            missing_for_others: Vec::new(),
            config_file: None,
        }
    }

    /// Returns the variables that other texts give a process.
    pub(super) fn variables(&self, layers: &[(&Part, &Member)]) -> Variables {
        let mut missing: Vec<Missing> = Vec::new();
        let mut is_open = false;
        let mut found: Vec<(Part, &Reference)> = Vec::new();
        for (part, member) in layers {
            for reference in &member.inputs.variables {
                match self.referred(part, reference) {
                    Referred::One(text) => found.push((text, reference)),
                    other => {
                        is_open = true;
                        missing.extend(part.is_here().then(|| Missing::of(reference, &other)));
                    }
                }
            }
        }
        let mut settings: Vec<Setting> = Vec::new();
        for (text, reference) in &found {
            let reading = reading_of(self.own, text);
            let Some(object) = &reference.object else {
                is_open |= add_file(&mut settings, reading, text);
                continue;
            };
            let named = reading.objects.iter().find(|one| one.is_named_by(object));
            let entries = named.map_or_else(Vec::new, |one| one.variables_with(&object.prefix));
            settings.extend(entries.iter().map(|setting| of_part(setting, text)));
            for file in named.map_or(&[][..], |one| &one.variable_files) {
                // With a prefix the variables have other names.
                let file = self.find(text, file).filter(|_| object.prefix.is_empty());
                match file {
                    Some(file) => {
                        is_open |= add_file(&mut settings, reading_of(self.own, &file), &file);
                    }
                    None => is_open = true,
                }
            }
        }
        Variables {
            settings,
            missing,
            is_open,
        }
    }

    /// Returns the value of a setting, which may be an entry of an object, or depend on variables of compose.
    pub(super) fn value(
        &self,
        part: &Part,
        member: &Member,
        interpolation: Option<&Interpolation>,
        setting: &Setting,
    ) -> Value {
        let mut values = member.inputs.values.iter();
        let borrowed = values.find(|(site, _)| *site == setting.site);
        let value = borrowed.and_then(|(_, reference)| {
            let object = reference.object.as_ref()?;
            let text = self.find(part, reference)?;
            let mut objects = reading_of(self.own, &text).objects.iter();
            let named = objects.find(|one| one.is_named_by(object))?;
            named.value(object.key.as_deref()?).cloned()
        });
        let value = value.or_else(|| interpolation?.value(&setting.value));
        value.unwrap_or_else(|| setting.value.clone())
    }

    /// Returns the file beside a part whose name follows from that of the part.
    fn beside(&self, part: &Part, name: impl Fn(&str) -> Option<String>) -> Option<Part> {
        let source = match part {
            Part::Own | Part::Inside(_) => self.own.0,
            Part::Other(text) => &text.source,
        };
        let name = name(source.file_name())?;
        self.named(part, &name)
    }

    /// Returns the file of that name in the folder of a part.
    fn named(&self, part: &Part, name: &str) -> Option<Part> {
        let own_path = &self.own.0.path;
        self.files.beside(self.catalogue, own_path, part, name)
    }

    /// Returns the text that a reference in `part` leads to.
    fn find(&self, part: &Part, reference: &Reference) -> Option<Part> {
        match self.referred(part, reference) {
            Referred::One(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what a reference in `part` leads to.
    pub(super) fn referred(&self, part: &Part, reference: &Reference) -> Referred {
        let own_path = &self.own.0.path;
        if let Some(object) = &reference.object {
            let reading = reading_of(self.own, part);
            let is_named = |one: &&ConfigObject| one.is_named_by(object);
            match reading.objects.iter().filter(is_named).count() {
                0 => {}
                1 => return Referred::One(part.clone()),
                // Which of them counts is not known.
                _ => return Referred::Unknown,
            }
        }
        self.files
            .referred(self.catalogue, own_path, part, reference)
    }
}
