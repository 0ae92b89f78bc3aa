//! What a surface read from one file: members, mentions, texts inside the file, and how to edit them.

mod host_file;
mod masks;

pub use host_file::HostFile;
pub(super) use host_file::Moved;

use super::config_object::ConfigObject;
use super::hazards::Hazards;
use super::output::Doubt;
use super::properties::{Surface, Syntax};
use super::read_error::ReadError;
use super::rendering::Rendered;
use super::site::Site;
use super::site::unwritable::Unwritable;
use super::unit_file::UnitFile;
use super::uses::names_option_in;
use crate::edit::Edit;
use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::facts::version::Version;
use crate::limits::SETTINGS;
use crate::member::{
    Completeness, Member, Mention, MentionKind, NamedRelease, Place, Setting, TextId,
};
use crate::source::{Source, Span, overlaps_any};
use crate::text::decoded::Decoded;
use crate::text::words::{self, Word};

/// A text inside another one.
#[derive(Clone, Debug)]
pub(super) struct Embedded {
    pub(super) decoded: Decoded,
    parent: TextId,
}

/// The result of reading one file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The surface; `None` if only mentions were found.
    pub surface: Option<Surface>,
    /// One member for each etcd process.
    pub members: Vec<Member>,
    /// References to etcd outside of settings.
    pub mentions: Vec<Mention>,
    /// Parts that are etcd configuration and were not read.
    pub unread: Vec<ReadError>,
    /// What a file of a systemd unit says about the whole unit.
    pub unit: Option<Box<UnitFile>>,
    /// The config maps and secrets, whose entries may be variables and files of processes.
    pub objects: Vec<ConfigObject>,
    /// The texts inside this one that become files on a host.
    pub files: Vec<HostFile>,
    /// What it says about objects that are rendered from several texts.
    pub rendered: Box<Rendered>,
    pub(super) texts: Vec<Embedded>,
    pub(super) sites: Vec<Site>,
    /// What makes rewrites uncertain.
    pub(super) hazards: Box<Hazards>,
}

impl Reading {
    /// Returns the releases that the text names for its members.
    #[must_use]
    pub fn evidence(&self) -> Vec<Version> {
        let members = self.members.iter();
        members
            .filter_map(|member| Some(member.evidence?.version))
            .collect()
    }

    /// Creates an empty reading of a surface.
    #[must_use]
    pub(super) fn of(surface: Surface) -> Self {
        Self {
            surface: Some(surface),
            ..Self::default()
        }
    }

    /// Returns the name of the surface; empty if only mentions were found.
    #[must_use]
    pub fn surface_name(&self) -> &'static str {
        self.surface.map_or("", |surface| surface.name)
    }

    /// Adds a text inside the text `parent`, and returns its id.
    pub(super) fn embed(&mut self, decoded: Decoded, parent: TextId) -> TextId {
        self.texts.push(Embedded { decoded, parent });
        self.texts.len()
    }

    pub(super) fn add_site(&mut self, site: Site) -> usize {
        self.sites.push(site);
        self.sites.len() - 1
    }

    /// Whether the limit of settings is exceeded: the file is not checked, and reading can stop.
    pub(super) fn is_full(&self) -> bool {
        self.sites.len() > SETTINGS
    }

    /// Whether parts of the text are no file that a person writes, so that nothing is written into it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.hazards.output.is_read_only()
    }

    /// Returns where the text at that offset comes from, if it is a part of an output that shows it.
    #[must_use]
    pub fn origin(&self, at: usize) -> Option<&str> {
        self.hazards.output.origin(at)
    }

    /// Returns what the text does not show of its members.
    #[must_use]
    pub fn doubts(&self) -> &[Doubt] {
        &self.hazards.output.doubts
    }

    /// Returns the text without the variables of other programs, with the same lines and offsets; `None` if it shows
    /// none.
    #[must_use]
    pub fn redacted(&self, text: &str) -> Option<String> {
        self.hazards.output.redacted(text)
    }

    /// Whether nothing of etcd was found.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.unread.is_empty()
    }

    /// Records that the etcd configuration at `place` was not read.
    pub(super) fn report_unread(&mut self, place: Place, message: impl Into<String>) {
        let offset = self.file_span(place).start;
        self.unread.push(ReadError {
            message: message.into(),
            offset,
        });
    }

    /// Records that a line of variables or flags was not read to its end, if it exceeds the limit.
    pub(super) fn report_unread_rest(&mut self, words: &[Word], text: TextId) {
        if words::are_too_many(words) {
            let message = words::too_many("a line of variables or flags");
            self.report_unread(Place::new(text, words[0].span), message);
        }
    }

    /// Adds mentions of the paths that the health check in `span` asks a member of that release for.
    pub(super) fn add_probes(
        &mut self,
        text: &str,
        span: Span,
        catalogue: &Catalogue,
        named: Option<NamedRelease>,
    ) {
        let body = span.of(text);
        let is_end =
            |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let probes = catalogue.endpoints.iter();
        for probe in probes.filter(|endpoint| !endpoint.since.is_empty()) {
            let path = probe.path.as_str();
            for (at, _) in body.match_indices(path) {
                if is_end(&body[at + path.len()..]) {
                    let start = span.start + at;
                    self.mentions.push(Mention {
                        kind: MentionKind::Endpoint {
                            path: path.to_owned(),
                            named: named.map(|named| named.version),
                        },
                        span: Span::new(start, start + path.len()),
                    });
                }
            }
        }
    }

    /// Records what a script runs only under a condition.
    pub(super) fn add_branch(&mut self, place: Place) {
        let span = self.file_span(place);
        self.hazards.branches.push(span);
    }

    /// Records words of which one has a quote that is never closed.
    pub(super) fn add_unclosed(&mut self, place: Place) {
        let span = self.file_span(place);
        self.hazards.unclosed.push(span);
    }

    /// Searches the whole file for what makes rewrites uncertain.
    pub(super) fn find_hazards(&mut self, source: &Source) {
        let mut hazards = std::mem::take(&mut self.hazards);
        let settings = self.members.iter().flat_map(|member| &member.settings);
        let settings: Vec<(&Setting, Span)> = settings
            .map(|setting| (setting, self.file_span(setting.name_place)))
            .collect();
        hazards.complete(&source.text, source.file_name(), &settings);
        self.hazards = hazards;
    }

    /// Returns the variable that a setting is, or in whose value it is written.
    #[must_use]
    pub fn variable<'s>(&'s self, setting: &'s Setting) -> Option<&'s str> {
        self.hazards.variable(setting)
    }

    /// Whether the text passes environment files to commands.
    #[must_use]
    pub fn reads_variable_files(&self) -> bool {
        self.hazards.reads_variable_files
    }

    /// Whether etcd may get a variable of that name that is not among the settings of its member: several commands get
    /// it, or the text names it in a place that is not read.
    #[must_use]
    pub fn is_given_elsewhere(&self, variable: &str) -> bool {
        self.hazards.is_given_elsewhere(variable)
    }

    /// Whether a conditional part of the text names the option, as a flag, a variable or a key.
    #[must_use]
    pub fn names_in_branch(&self, text: &str, option: &EtcdOption) -> bool {
        let hazards = &self.hazards;
        let mut branches = hazards.branches.iter().map(|branch| branch.of(text));
        branches.any(|branch| names_option_in(branch, option))
    }

    /// Whether the setting is in a conditional part of the text.
    #[must_use]
    pub fn is_in_branch(&self, setting: &Setting) -> bool {
        self.hazards.is_in_branch(self.file_span(setting.place()))
    }

    /// Adds what was read from a text inside the text `parent`.
    pub(super) fn graft(&mut self, inner: Self, decoded: Decoded, parent: TextId) {
        let root = self.embed(decoded, parent);
        let moved = Moved {
            texts: root,
            sites: self.sites.len(),
        };
        let masks = inner.hazards.masks.clone();
        self.texts
            .extend(inner.texts.into_iter().map(|text| Embedded {
                parent: root + text.parent,
                ..text
            }));
        self.sites.extend(inner.sites);
        let mut hazards = std::mem::take(&mut self.hazards);
        hazards.graft(*inner.hazards, moved.sites, |span| {
            self.file_span(Place::new(root, span))
        });
        self.hazards = hazards;
        for mask in masks {
            let mask = self.file_span(Place::new(root, mask));
            self.hazards.masks.push(mask);
        }
        for error in inner.unread {
            let place = Place::new(root, Span::at(error.offset));
            self.report_unread(place, error.message);
        }
        self.files.extend(inner.files.into_iter().map(|mut file| {
            moved.file(&mut file);
            file
        }));
        self.rendered.extend(inner.rendered.moved(moved));
        // Without its other files a unit is not whole.
        let is_open = inner
            .unit
            .is_some_and(|unit| unit.is_drop_in || !unit.environment_files.is_empty());
        for mut member in inner.members {
            if is_open || !member.inputs.variables.is_empty() {
                member.completeness = Completeness::Partial;
                member.lacks_only_expansions = false;
                member.inputs.variables.clear();
            }
            moved.member(&mut member);
            self.members.push(member);
        }
    }

    /// Adds a file on a host whose content is not read.
    pub(super) fn add_unread_file(&mut self, path: &str, path_place: Option<Place>) {
        self.files.push(HostFile {
            path: path.to_owned(),
            path_place,
            is_read: false,
            members: Vec::new(),
            unit: None,
            text: 0,
        });
    }

    /// Returns what was read from a file inside the text; settings and places are those of this reading.
    #[must_use]
    pub fn of_file(&self, file: &HostFile) -> Self {
        Self {
            surface: self.surface,
            members: file.members.clone(),
            unit: file.unit.clone(),
            ..Self::default()
        }
    }

    /// Whether a text is `outer`, or is inside it.
    #[must_use]
    pub fn is_inside(&self, text: TextId, outer: TextId) -> bool {
        let mut text = text;
        while text > 0 && text != outer {
            text = self.texts[text - 1].parent;
        }
        text == outer
    }

    /// Returns the span of a place in the file.
    #[must_use]
    pub fn file_span(&self, place: Place) -> Span {
        let mut span = place.span;
        let mut text = place.text;
        while text > 0 {
            let embedded = &self.texts[text - 1];
            span = embedded
                .decoded
                .outer_span(span)
                .unwrap_or_else(|| Span::at(0));
            text = embedded.parent;
        }
        span
    }

    /// Returns the edit of the file that makes an edit of one of its texts.
    pub(super) fn file_edit(&self, text: TextId, edit: Edit) -> Result<Edit, Unwritable> {
        let mut edit = edit;
        let mut text = text;
        while text > 0 {
            let embedded = &self.texts[text - 1];
            edit = embedded
                .decoded
                .outer_edit(&edit)
                .ok_or(Unwritable::Quoting)?;
            text = embedded.parent;
        }
        let after_statement =
            edit.span.is_empty() && self.hazards.statement_ends.contains(&edit.span.start);
        if after_statement || overlaps_any(&self.hazards.masks, edit.span) {
            return Err(Unwritable::Template);
        }
        Ok(edit)
    }

    /// Returns the first part of a configuration file that only a template renders; `None` for another surface.
    #[must_use]
    pub fn template_in_config_file(&self) -> Option<Span> {
        let is_config_file = self
            .surface
            .is_some_and(|surface| surface.syntax == Syntax::Settings);
        self.hazards
            .masks
            .first()
            .copied()
            .filter(|_| is_config_file)
    }

    /// Returns how many settings were read.
    #[must_use]
    pub fn settings(&self) -> usize {
        self.members
            .iter()
            .map(|member| member.settings.len())
            .sum()
    }
}
