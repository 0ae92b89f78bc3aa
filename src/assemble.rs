//! Joins what several texts say about one etcd process: a systemd unit, its drop-ins, and the files that they name; a
//! container, the environment files and config maps that it names, and the patches that change it.
//!
//! A pure function of what was read; [`OtherFiles`] finds the other texts. A text is checked with the members that it
//! is a part of, and its findings are those about its own settings.

mod given;
mod inside;
mod part;
mod patched;
mod process;
mod rendered;
mod services;
mod unit;
mod values;

use crate::facts::catalogue::Catalogue;
use crate::member::{
    Completeness, Delivery, Member, MountedFile, NamedRelease, Reference, ReferenceKind, Value,
};
use crate::source::Source;
use crate::surface::Reading;
use inside::WithInside;
use part::NoFiles;
pub use part::{
    Assembled, EditingTask, Missing, OtherFiles, OtherText, Part, Patch, Referred, Rendering, Why,
};
use process::Finder;

/// Returns the members that a text is a part of.
#[must_use]
pub fn members(
    source: &Source,
    reading: &Reading,
    catalogue: &Catalogue,
    files: Option<&dyn OtherFiles>,
) -> Vec<Assembled> {
    let own = (source, reading);
    let with_inside = WithInside::of(own, files.unwrap_or(&NoFiles));
    let files: &dyn OtherFiles = &with_inside;
    let inside = with_inside.members(own, catalogue);
    let mut groups = files.units_of(catalogue, &source.path);
    let is_part = |member: &Member| member.completeness == Completeness::Part;
    if groups.is_empty() && reading.unit.is_some() {
        groups = vec![vec![Part::Own]];
    } else if groups.is_empty() && reading.members.iter().any(is_part) {
        groups = files.units_that_read(catalogue, &source.path);
    }
    let joined = groups
        .iter()
        .flat_map(|parts| unit::members(own, catalogue, parts, files));
    let joined: Vec<Assembled> = joined.filter(concerns_own).collect();
    let mut members = if !joined.is_empty() || unit::replaces_all(own, &groups) {
        joined
    } else {
        process::members(own, catalogue, files, &inside.texts)
    };
    members.extend(inside.members);
    let finder = Finder {
        own,
        catalogue,
        files,
    };
    let rendered = rendered::members(&finder);
    rendered.without_patches(own.1, &mut members);
    members.extend(rendered.members);
    for assembled in &mut members {
        find_config_file(assembled, &finder);
    }
    name_release_of_config_files(&mut members);
    members
}

/// Gives the configuration files in the text the release that the text names for the processes which read them; of several
/// the oldest, which may refuse what a later one takes.
fn name_release_of_config_files(members: &mut [Assembled]) {
    let readers = members.iter().filter(|assembled| {
        let file = assembled.config_file.as_ref();
        file.is_some_and(|part| part.is_here())
    });
    let named = readers.filter_map(|assembled| Some(assembled.member.evidence?.version));
    let Some(oldest) = named.min_by_key(|version| version.first_release()) else {
        return;
    };
    let files = members.iter_mut().map(|assembled| &mut assembled.member);
    for file in files.filter(|member| member.delivery == Delivery::ConfigFile) {
        file.evidence.get_or_insert(NamedRelease::fixed(oldest));
    }
}

/// Finds the configuration file that a member names.
fn find_config_file(assembled: &mut Assembled, finder: &Finder<'_>) {
    let Some(setting) = assembled.member.config_file(true) else {
        return;
    };
    // A path with a template or a variable may be any file.
    let path = match &setting.value {
        Value::Text(path) | Value::Unknown(path) => path.as_str(),
        _ => "",
    };
    let mut reference = Reference {
        kind: ReferenceKind::ConfigFile,
        path: path.to_owned(),
        place: setting.value_place,
        is_optional: false,
        object: None,
    };
    match assembled.member.inputs.mounted(path) {
        Some(MountedFile::Host(path)) => reference.path = path,
        Some(MountedFile::Entry(object)) => {
            reference.path = object.shown();
            reference.object = Some(object);
        }
        None => {}
    }
    match finder.referred(&Part::Own, &reference) {
        Referred::One(part) => assembled.config_file = Some(part),
        other if setting.elsewhere.is_none() => {
            assembled.missing.push(Missing::of(&reference, &other));
        }
        _ => assembled.missing_for_others.push(reference.path),
    }
}

/// Whether a member has a setting of the text that is checked, or is started there.
fn concerns_own(assembled: &Assembled) -> bool {
    let mut settings = assembled.member.settings.iter();
    assembled.is_started_here || settings.any(|setting| setting.elsewhere.is_none())
}
