//! The members that a text starts, each with the settings that a release reads.

use std::path::{Path, PathBuf};

use crate::assemble::{self, Assembled, OtherFiles, Part};
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Release;
use crate::member::{CONFIG_FILE, Completeness, Delivery, Member, Setting, Value};
use crate::server::effective::{counts_beside_file, is_decided_by_other_file};
use crate::source::Source;
use crate::surface::Reading;

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file, as it is shown.
    pub path: PathBuf,
    /// The line, 1-based.
    pub line: usize,
    /// Whether the file is another one than the text that is read.
    pub is_elsewhere: bool,
}

/// A member at a release.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The release.
    pub release: Release,
    /// Its name, as written, if it is set.
    pub name: Option<String>,
    /// Where it is started.
    pub start: Origin,
    /// The configuration file that decides, if that is another text than the one that starts the member.
    pub config_file: Option<Origin>,
    /// The files that it refers to and that are not in the tree, as written.
    pub missing: Vec<String>,
    /// Whether all settings are known, so that defaults apply to the others.
    pub is_complete: bool,
    /// The settings that the release reads.
    pub member: Member,
    /// For each setting of the member, where it is written.
    pub origins: Vec<Origin>,
    /// The settings beside the configuration file, which the release does not read.
    pub beside: Vec<(Setting, Origin)>,
    /// What checks are made of: the process as it is started, and the configuration file that decides.
    pub checked: Vec<Member>,
}

/// Returns the members that a text starts at `release`. A text that only gives settings to members which other texts
/// start has those members, and without such a text its own settings.
#[must_use]
pub fn members(
    own: (&Source, &Reading),
    catalogue: &Catalogue,
    files: Option<&dyn OtherFiles>,
    release: Release,
) -> Vec<InForce> {
    let started = |(source, reading): (&Source, &Reading), is_elsewhere: bool, path: &Path| {
        let text = Text {
            source,
            reading,
            path,
            is_elsewhere,
        };
        let members = assemble::members(source, reading, catalogue, files);
        let members = members
            .iter()
            .filter(|assembled| assembled.is_started_here && !assembled.member.only_informs());
        let members = members.map(|assembled| text.in_force(assembled, catalogue, release));
        members.collect::<Vec<InForce>>()
    };
    let here = started(own, false, &own.0.path);
    let Some(files) = files.filter(|_| here.is_empty()) else {
        return here;
    };
    let mut units = files.units_of(catalogue, &own.0.path);
    units.extend(files.units_that_read(catalogue, &own.0.path));
    units.push(files.processes(catalogue, &own.0.path));
    let mut others: Vec<&Path> = Vec::new();
    let mut found = Vec::new();
    for part in units.iter().flatten() {
        let Part::Other(text) = part else { continue };
        if !others.contains(&text.path.as_ref()) {
            others.push(&text.path);
            found.extend(started((&text.source, &text.reading), true, &text.path));
        }
    }
    found
}

/// A text that starts members.
#[derive(Clone, Copy)]
struct Text<'a> {
    source: &'a Source,
    reading: &'a Reading,
    path: &'a Path,
    is_elsewhere: bool,
}

impl Text<'_> {
    fn origin(&self, setting: &Setting) -> Origin {
        match &setting.elsewhere {
            Some(other) => Origin {
                path: other.path.to_path_buf(),
                line: other.line,
                is_elsewhere: true,
            },
            None => self.origin_at(self.reading.file_span(setting.place()).start),
        }
    }

    fn origin_at(&self, offset: usize) -> Origin {
        Origin {
            path: self.path.to_path_buf(),
            line: self.source.line_column(offset).line,
            is_elsewhere: self.is_elsewhere,
        }
    }

    fn in_force(&self, assembled: &Assembled, catalogue: &Catalogue, release: Release) -> InForce {
        let process = &assembled.member;
        let start = self.origin_at(self.reading.file_span(process.anchor).start);
        let own = assembled.missing.iter();
        let own = own.map(|missing| missing.reference.path.clone());
        let mut missing: Vec<String> = own.chain(assembled.missing_for_others.clone()).collect();
        let is_file_read = is_decided_by_other_file(catalogue, process, release);
        if !is_file_read {
            let names = process.config_file(true);
            let unread = names.and_then(|setting| setting.value.text());
            missing.retain(|path| Some(path.as_str()) != unread);
            let origins = process.settings.iter();
            return InForce {
                release,
                name: name_of(process, catalogue),
                start,
                config_file: None,
                missing,
                is_complete: process.completeness == Completeness::Whole,
                origins: origins.map(|setting| self.origin(setting)).collect(),
                member: process.clone(),
                beside: Vec::new(),
                checked: vec![process.clone()],
            };
        }
        let file = self.config_file(assembled);
        let mut member = match &file {
            Some((_, file)) => (*file).clone(),
            None => Member {
                completeness: Completeness::Partial,
                delivery: Delivery::ConfigFile,
                ..Member::at(process.anchor)
            },
        };
        let mut checked = vec![process.clone()];
        checked.extend(file.iter().map(|(_, file)| (*file).clone()));
        let mut origins: Vec<Origin> = match &file {
            Some((text, file)) => {
                let settings = file.settings.iter();
                settings.map(|setting| text.origin(setting)).collect()
            }
            None => Vec::new(),
        };
        let mut beside = Vec::new();
        for setting in &process.settings {
            let origin = self.origin(setting);
            if counts_beside_file(catalogue, setting, release) {
                member.settings.push(setting.clone());
                origins.push(origin);
            } else if !setting.gives(catalogue, CONFIG_FILE) {
                beside.push((setting.clone(), origin));
            }
        }
        if file.is_some() {
            // The environment files are not read.
            missing.clear();
        }
        InForce {
            release,
            name: name_of(&member, catalogue),
            start,
            config_file: file
                .map(|(text, file)| text.origin_at(text.reading.file_span(file.anchor).start)),
            missing,
            is_complete: member.completeness == Completeness::Whole,
            member,
            origins,
            beside,
            checked,
        }
    }

    /// Returns the configuration file of a member, and the member that it describes.
    fn config_file<'s>(&self, assembled: &'s Assembled) -> Option<(Text<'s>, &'s Member)>
    where
        Self: 's,
    {
        let (text, members) = match assembled.config_file.as_ref()? {
            Part::Own => (*self, &self.reading.members),
            Part::Inside(inner) => (*self, &inner.members),
            Part::Other(text) => {
                let other = Text {
                    source: &text.source,
                    reading: &text.reading,
                    path: &text.path,
                    is_elsewhere: true,
                };
                (other, &text.reading.members)
            }
        };
        let objects = text.reading.objects.iter();
        let with_files = objects.filter(|object| !object.files.is_empty());
        if with_files.count() > 1 {
            return None;
        }
        let members = members.iter();
        let mut files = members.filter(|member| member.delivery == Delivery::ConfigFile);
        let member = files.next()?;
        // Of several files in one text it is not known which one is meant.
        files.next().is_none().then_some((text, member))
    }
}

fn name_of(member: &Member, catalogue: &Catalogue) -> Option<String> {
    let live = member.live().map(|(_, setting)| setting);
    let named = live.filter(|setting| setting.gives(catalogue, "name"));
    let last =
        named.max_by_key(|setting| setting.spelling == crate::facts::catalogue::Spelling::Flag)?;
    match &last.value {
        Value::Text(text) | Value::Unknown(text) => {
            Some(text.clone()).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}
