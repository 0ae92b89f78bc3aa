//! What is shown of a member.

use std::path::{Path, PathBuf};

use super::difference::{Difference, differences};
use super::in_force::{InForce, Origin, members};
use super::not_in_force::{NotInForce, not_in_force};
use super::row::{Row, rows};
use super::spelled::{Spelled, spelled};
use crate::assemble::OtherFiles;
use crate::check::Knowledge;
use crate::facts::catalogue::Spelling;
use crate::facts::version::Release;
use crate::member::Delivery;
use crate::source::Source;
use crate::surface::Reading;

/// What to show.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The release.
    pub release: Release,
    /// The release to compare it with.
    pub from: Option<Release>,
    /// Whether options at their defaults are left out.
    pub only_set: bool,
    /// The spelling to write what is set in.
    pub spelling: Option<Spelling>,
}

/// A member as it is shown.
#[derive(Clone, Debug)]
pub struct ShownMember {
    /// Its name, as written, if it is set.
    pub name: Option<String>,
    /// Where it is started.
    pub start: Origin,
    /// The release.
    pub release: Release,
    /// The release that it is compared with.
    pub from: Option<Release>,
    /// The configuration file that decides, if that is another text than the one that starts the member.
    pub config_file: Option<Origin>,
    /// Whether this is a configuration file without the command that names it.
    pub is_config_file: bool,
    /// The files that it refers to and that are not in the tree, as written.
    pub missing: Vec<String>,
    /// Whether all settings are known.
    pub is_complete: bool,
    /// The options in force.
    pub rows: Vec<Row>,
    /// What differs from the other release.
    pub differences: Vec<Difference>,
    /// What is written and not in force.
    pub not_in_force: Vec<NotInForce>,
    /// What is set, in one spelling.
    pub spelled: Option<Spelled>,
}

impl ShownMember {
    /// Replaces the path of each origin by what `path` returns for it.
    pub fn map_paths(&mut self, path: impl Fn(&Origin) -> PathBuf) {
        let rows = self.rows.iter_mut();
        let compared = self.differences.iter_mut();
        let compared = compared.flat_map(|one| [&mut one.old, &mut one.new].into_iter().flatten());
        let rows = rows.chain(compared).filter_map(|row| row.origin.as_mut());
        let dead = self.not_in_force.iter_mut();
        let dead = dead.filter_map(|one| one.origin.as_mut());
        let origins = rows.chain(dead).chain(&mut self.config_file);
        for origin in origins.chain([&mut self.start]) {
            origin.path = path(origin);
        }
    }

    /// Whether a setting of the member is written in that file.
    #[must_use]
    pub fn has_setting_in(&self, path: &Path) -> bool {
        let rows = self.rows.iter().filter_map(|row| row.origin.as_ref());
        let dead = self.not_in_force.iter();
        let mut origins = rows.chain(dead.filter_map(|one| one.origin.as_ref()));
        origins.any(|origin| origin.path == path)
    }

    /// Whether the file of this member is the configuration file of `other`, with which it is shown.
    #[must_use]
    pub fn is_file_of(&self, other: &Self) -> bool {
        let file = other.config_file.as_ref().map(|file| file.path.as_path());
        self.is_config_file && file == Some(self.start.path.as_path())
    }
}

/// Returns the members that a text starts, as they are shown.
#[must_use]
pub fn shown(
    own: (&Source, &Reading),
    options: &Options,
    knowledge: &Knowledge,
    files: Option<&dyn OtherFiles>,
) -> Vec<ShownMember> {
    let catalogue = &knowledge.catalogue;
    let at = |release| members(own, catalogue, files, release);
    let old = options.from.map(at);
    let new = at(options.release);
    let new = new.iter().enumerate();
    let shown = new.map(|(index, member)| {
        let old = old.as_ref().and_then(|old| old.get(index));
        of_member(member, old, options, knowledge)
    });
    shown.collect()
}

fn of_member(
    member: &InForce,
    old: Option<&InForce>,
    options: &Options,
    knowledge: &Knowledge,
) -> ShownMember {
    let catalogue = &knowledge.catalogue;
    let mut rows = rows(catalogue, member);
    rows.retain(|row| row.origin.is_some() || !options.only_set);
    ShownMember {
        name: member.name.clone(),
        start: member.start.clone(),
        release: member.release,
        from: old.map(|old| old.release),
        config_file: member.config_file.clone(),
        is_config_file: member.config_file.is_none()
            && member
                .checked
                .iter()
                .all(|one| one.delivery == Delivery::ConfigFile),
        missing: member.missing.clone(),
        is_complete: member.is_complete,
        rows,
        differences: old.map_or_else(Vec::new, |old| differences(old, member, knowledge)),
        not_in_force: not_in_force(catalogue, member),
        spelled: options
            .spelling
            .map(|spelling| spelled(catalogue, member, spelling)),
    }
}
