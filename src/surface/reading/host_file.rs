//! Texts inside a text that become files on a host: `write_files` of cloud-init, `storage.files` of Ignition, `content` of
//! a task.

use crate::member::{Member, Place, Setting, TextId};
use crate::surface::unit_file::UnitFile;

/// A text inside the text that is read, which becomes a file on a host.
#[derive(Clone, Debug)]
pub struct HostFile {
    /// The path on the host.
    pub path: String,
    /// Where the path is written; `None` if it follows from other names.
    pub path_place: Option<Place>,
    /// Whether its content was read as etcd configuration.
    pub is_read: bool,
    /// The members that it has as a file of its own; settings and places are those of the whole reading.
    pub members: Vec<Member>,
    /// What it says about its systemd unit.
    pub unit: Option<Box<UnitFile>>,
    /// The text.
    pub text: TextId,
}

/// How far the ids of an inner reading move when it becomes part of an outer one.
#[derive(Clone, Copy)]
pub(in crate::surface) struct Moved {
    pub(in crate::surface) texts: usize,
    pub(in crate::surface) sites: usize,
}

impl Moved {
    fn place(self, place: &mut Place) {
        place.text += self.texts;
    }

    pub(in crate::surface) fn setting(self, setting: &mut Setting) {
        self.place(&mut setting.name_place);
        self.place(&mut setting.value_place);
        setting.site += self.sites;
    }

    pub(in crate::surface) fn member(self, member: &mut Member) {
        for setting in &mut member.settings {
            self.setting(setting);
        }
        self.place(&mut member.anchor);
        let named = member.evidence.as_mut();
        if let Some(place) = named.and_then(|named| named.place.as_mut()) {
            self.place(place);
        }
        if let Some(place) = &mut member.plain_colon_in_flow {
            self.place(place);
        }
        for argument in &mut member.positional_arguments {
            self.place(&mut argument.place);
        }
        for expansion in &mut member.expansions {
            self.place(&mut expansion.place);
        }
        for reference in member.inputs.references_mut() {
            self.place(&mut reference.place);
        }
        for (site, _) in &mut member.inputs.values {
            *site += self.sites;
        }
    }

    pub(in crate::surface) fn unit(self, unit: &mut UnitFile) {
        for (_, setting) in &mut unit.variables {
            self.setting(setting);
        }
        for reference in &mut unit.environment_files {
            self.place(&mut reference.place);
        }
    }

    pub(in crate::surface) fn file(self, file: &mut HostFile) {
        if let Some(place) = &mut file.path_place {
            self.place(place);
        }
        for member in &mut file.members {
            self.member(member);
        }
        if let Some(unit) = &mut file.unit {
            self.unit(unit);
        }
        file.text += self.texts;
    }
}
