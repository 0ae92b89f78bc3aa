//! The files of a host that are inside one text: units of cloud-init, Ignition or a playbook, and the files that they name.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::part::{Assembled, OtherFiles, Own, Part, Referred, Rendering};
use super::unit;
use crate::facts::catalogue::Catalogue;
use crate::member::{Delivery, Member, Reference, ReferenceKind, TextId};
use crate::surface::{HostFile, normalised};

/// The other texts of a tree, and the files inside the text that is checked, which count first.
pub(super) struct WithInside<'a> {
    files: Vec<InnerFile<'a>>,
    others: &'a dyn OtherFiles,
}

struct InnerFile<'a> {
    file: &'a HostFile,
    path: String,
    part: Part,
}

/// The members of the units inside a text.
pub(super) struct OfUnits {
    pub(super) members: Vec<Assembled>,
    /// The texts that are joined to them.
    pub(super) texts: Vec<TextId>,
}

impl<'a> WithInside<'a> {
    pub(super) fn of(own: Own<'a>, others: &'a dyn OtherFiles) -> Self {
        let files = own.1.files.iter().map(|file| InnerFile {
            file,
            path: normalised(&file.path),
            part: Part::Inside(Arc::new(own.1.of_file(file))),
        });
        Self {
            files: files.collect(),
            others,
        }
    }

    /// Returns the members that the units inside the text start.
    pub(super) fn members(&self, own: Own<'_>, catalogue: &Catalogue) -> OfUnits {
        let units = self.files.iter().filter(|inner| inner.file.unit.is_some());
        let names: BTreeSet<&str> = units.filter_map(|inner| unit_of(&inner.path)).collect();
        let mut found = OfUnits {
            members: Vec::new(),
            texts: Vec::new(),
        };
        for name in names {
            let of_unit = self.files.iter();
            let of_unit = of_unit.filter(|inner| unit_of(&inner.path) == Some(name));
            let mut of_unit: Vec<&InnerFile<'_>> = of_unit.collect();
            of_unit.sort_by_key(|inner| (is_drop_in(&inner.path), inner.path.as_str()));
            let is_unit = |inner: &&&InnerFile<'_>| !is_drop_in(&inner.path);
            // Whether one unit replaces another depends on what is not known; nothing is said of what is not read.
            let is_clear = of_unit.iter().filter(is_unit).count() == 1
                && of_unit.iter().all(|inner| inner.file.is_read);
            let parts: Vec<Part> = of_unit.iter().map(|inner| inner.part.clone()).collect();
            let members = if is_clear {
                unit::members(own, catalogue, &parts, self)
            } else {
                Vec::new()
            };
            if members.is_empty() {
                continue;
            }
            found
                .texts
                .extend(of_unit.iter().map(|inner| inner.file.text));
            found.members.extend(members);
        }
        let given: Vec<TextId> = self.given_to(&found.members).collect();
        found.texts.extend(given);
        found
    }

    /// Returns the texts that set variables of members.
    fn given_to<'m>(&'m self, members: &'m [Assembled]) -> impl Iterator<Item = TextId> + 'm {
        let files = self.files.iter().filter(|inner| {
            let settings = inner
                .file
                .members
                .iter()
                .flat_map(|member| &member.settings);
            let sites: BTreeSet<usize> = settings.map(|setting| setting.site).collect();
            let settings = members.iter().flat_map(|one| &one.member.settings);
            let mut own = settings.filter(|setting| setting.elsewhere.is_none());
            own.any(|setting| sites.contains(&setting.site))
        });
        files.map(|inner| inner.file.text)
    }

    /// Returns the file of that path, if a part of this text refers to it.
    fn inside(&self, reference: &Reference) -> Option<Referred> {
        let path = normalised(&reference.path);
        if reference.object.is_some() || path.is_empty() {
            return None;
        }
        let mut named = self.files.iter().filter(|inner| inner.path == path);
        let (Some(first), other) = (named.next(), named.next()) else {
            return None;
        };
        let is_config = |member: &Member| member.delivery == Delivery::ConfigFile;
        let is_kind = match reference.kind {
            ReferenceKind::Variables => !first.file.members.iter().any(is_config),
            ReferenceKind::ConfigFile => first.file.members.iter().any(is_config),
            ReferenceKind::Process => false,
        };
        Some(if other.is_none() && first.file.is_read && is_kind {
            Referred::One(first.part.clone())
        } else {
            Referred::Unread
        })
    }
}

impl OtherFiles for WithInside<'_> {
    fn units_of(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>> {
        self.others.units_of(catalogue, file)
    }

    fn units_that_read(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>> {
        self.others.units_that_read(catalogue, file)
    }

    fn processes(&self, catalogue: &Catalogue, file: &Path) -> Vec<Part> {
        self.others.processes(catalogue, file)
    }

    fn renderings(&self, catalogue: &Catalogue, file: &Path) -> Vec<Rendering> {
        self.others.renderings(catalogue, file)
    }

    fn beside(&self, catalogue: &Catalogue, file: &Path, part: &Part, name: &str) -> Option<Part> {
        self.others.beside(catalogue, file, part, name)
    }

    fn referred(
        &self,
        catalogue: &Catalogue,
        file: &Path,
        part: &Part,
        reference: &Reference,
    ) -> Referred {
        let inside = match part {
            Part::Other(_) => None,
            Part::Own | Part::Inside(_) => self.inside(reference),
        };
        inside.unwrap_or_else(|| self.others.referred(catalogue, file, part, reference))
    }
}

/// Returns the name of the unit that a file at a path is, or is a drop-in of.
fn unit_of(path: &str) -> Option<&str> {
    let is_unit = |name: &&str| name.ends_with(".service") || name.ends_with(".container");
    let (folder, name) = path.rsplit_once('/')?;
    if is_unit(&name) {
        return Some(name);
    }
    let folder = folder.rsplit('/').next()?;
    folder.strip_suffix(".d").filter(is_unit)
}

fn is_drop_in(path: &str) -> bool {
    path.ends_with(".conf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_ins_belong_to_the_unit_that_their_folder_names() {
        let unit = |path| unit_of(path).unwrap_or_default();
        assert_eq!(unit("/etc/systemd/system/etcd.service"), "etcd.service");
        assert_eq!(unit("/run/systemd/system/e.service.d/1.conf"), "e.service");
        assert_eq!(unit("/etc/etcd.d/1.conf"), "");
        assert_eq!(unit("etcd.service"), "");
    }
}
