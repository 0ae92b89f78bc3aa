//! What a surface read from one file, and where the texts inside it lie.

use super::hazards::Hazards;
use super::properties::Surface;
use super::read_error::ReadError;
use super::site::Site;
use super::site::unwritable::Unwritable;
use super::uses::names_option_in;
use crate::edit::Edit;
use crate::facts::catalogue::EtcdOption;
use crate::facts::version::Version;
use crate::limits::SETTINGS;
use crate::member::{Completeness, Delivery, Member, Mention, Place, Setting, TextId, Value};
use crate::source::{Source, Span, disjoint, overlaps_any};
use crate::text::decoded::Decoded;
use crate::text::template;
use crate::text::words::{self, Word};

/// A text inside another one.
#[derive(Clone, Debug)]
pub(super) struct Embedded {
    pub(super) decoded: Decoded,
    parent: TextId,
}

/// What was read from one file.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The surface; `None` when only mentions were found.
    pub surface: Option<Surface>,
    /// One for each etcd process.
    pub members: Vec<Member>,
    /// References to etcd outside settings.
    pub mentions: Vec<Mention>,
    /// Parts that are etcd configuration and were not read.
    pub unread: Vec<ReadError>,
    pub(super) texts: Vec<Embedded>,
    pub(super) sites: Vec<Site>,
    pub(super) masks: Vec<Span>,
    /// Where statements of a template end: what stands there depends on them.
    pub(super) statement_ends: Vec<usize>,
    /// What makes rewrites uncertain.
    pub(super) hazards: Box<Hazards>,
}

impl Reading {
    /// Returns the releases that the text names for its members.
    #[must_use]
    pub fn evidence(&self) -> Vec<Version> {
        let members = self.members.iter();
        members.filter_map(|member| member.evidence).collect()
    }

    /// A reading of that surface with nothing in it yet.
    #[must_use]
    pub(super) fn of(surface: Surface) -> Self {
        Self {
            surface: Some(surface),
            ..Self::default()
        }
    }

    /// Returns the name of the surface; empty when only mentions were found.
    #[must_use]
    pub fn surface_name(&self) -> &'static str {
        self.surface.map_or("", |surface| surface.name)
    }

    /// Adds a text that lies in `parent`.
    pub(super) fn embed(&mut self, decoded: Decoded, parent: TextId) -> TextId {
        self.texts.push(Embedded { decoded, parent });
        self.texts.len()
    }

    pub(super) fn add_site(&mut self, site: Site) -> usize {
        self.sites.push(site);
        self.sites.len() - 1
    }

    /// Whether more was read than is judged: the file is refused, and reading on is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.sites.len() > SETTINGS
    }

    /// Whether the text says nothing of etcd.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.unread.is_empty()
    }

    /// Remembers that what stands there is etcd configuration and was not read.
    pub(super) fn report_unread(&mut self, place: Place, message: impl Into<String>) {
        let offset = self.file_span(place).start;
        self.unread.push(ReadError {
            message: message.into(),
            offset,
        });
    }

    /// Remembers that a line of variables or flags is too long to be read to its end, if it is.
    pub(super) fn report_unread_rest(&mut self, words: &[Word], text: TextId) {
        if words::are_too_many(words) {
            let message = words::too_many("a line of variables or flags");
            self.report_unread(Place::new(text, words[0].span), message);
        }
    }

    /// Remembers what a script runs only under a condition.
    pub(super) fn add_branch(&mut self, place: Place) {
        let span = self.file_span(place);
        self.hazards.branches.push(span);
    }

    /// Remembers words of which one has a quote that is never closed.
    pub(super) fn add_unclosed(&mut self, place: Place) {
        let span = self.file_span(place);
        self.hazards.unclosed.push(span);
    }

    /// Looks through the whole file for what makes rewrites uncertain.
    pub(super) fn find_hazards(&mut self, source: &Source) {
        let mut hazards = std::mem::take(&mut self.hazards);
        let settings = self.members.iter().flat_map(|member| &member.settings);
        let settings: Vec<(&Setting, Span)> = settings
            .map(|setting| (setting, self.file_span(setting.name_place)))
            .collect();
        hazards.complete(&source.text, source.file_name(), &settings);
        self.hazards = hazards;
    }

    /// The variable that a setting is, or is written in.
    #[must_use]
    pub fn variable<'s>(&'s self, setting: &'s Setting) -> Option<&'s str> {
        self.hazards.variable(setting)
    }

    /// Whether the text hands files of variables to commands.
    #[must_use]
    pub fn reads_variable_files(&self) -> bool {
        self.hazards.reads_variable_files
    }

    /// Whether etcd may be given a variable of that name that the member does not show: several commands are given it,
    /// or the text names it where nothing is read.
    #[must_use]
    pub fn is_given_elsewhere(&self, variable: &str) -> bool {
        self.hazards.is_given_elsewhere(variable)
    }

    /// Whether the option is named, as a flag, a variable or a key, in what counts only under a condition.
    #[must_use]
    pub fn names_in_branch(&self, text: &str, option: &EtcdOption) -> bool {
        let hazards = &self.hazards;
        let mut branches = hazards.branches.iter().map(|branch| branch.of(text));
        branches.any(|branch| names_option_in(branch, option))
    }

    /// Whether the setting counts only under a condition.
    #[must_use]
    pub fn is_in_branch(&self, setting: &Setting) -> bool {
        self.hazards.is_in_branch(self.file_span(setting.place()))
    }

    /// Takes over what was read from a text that lies in `parent`.
    pub(super) fn graft(&mut self, inner: Self, decoded: Decoded, parent: TextId) {
        let root = self.embed(decoded, parent);
        let (texts, sites) = (root, self.sites.len());
        let moved = |text: TextId| texts + text;
        self.texts
            .extend(inner.texts.into_iter().map(|text| Embedded {
                parent: moved(text.parent),
                ..text
            }));
        self.sites.extend(inner.sites);
        let mut hazards = std::mem::take(&mut self.hazards);
        hazards.graft(*inner.hazards, sites, |span| {
            self.file_span(Place::new(root, span))
        });
        self.hazards = hazards;
        for mask in inner.masks {
            let mask = self.file_span(Place::new(root, mask));
            self.masks.push(mask);
        }
        for error in inner.unread {
            let place = Place::new(root, Span::at(error.offset));
            self.report_unread(place, error.message);
        }
        for mut member in inner.members {
            for setting in &mut member.settings {
                setting.name_place.text = moved(setting.name_place.text);
                setting.value_place.text = moved(setting.value_place.text);
                setting.site += sites;
            }
            member.anchor.text = moved(member.anchor.text);
            if let Some(place) = &mut member.plain_colon_in_flow {
                place.text = moved(place.text);
            }
            for stray in &mut member.positional_arguments {
                stray.place.text = moved(stray.place.text);
            }
            self.members.push(member);
        }
    }

    /// Where a place lies in the file.
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

    /// The edit of the file that makes an edit of one of its texts.
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
        let behind_statement =
            edit.span.is_empty() && self.statement_ends.contains(&edit.span.start);
        if behind_statement || overlaps_any(&self.masks, edit.span) {
            return Err(Unwritable::Template);
        }
        Ok(edit)
    }

    /// How many settings were read.
    #[must_use]
    pub fn settings(&self) -> usize {
        self.members
            .iter()
            .map(|member| member.settings.len())
            .sum()
    }

    /// Values that a template fills are unknown; names that a template fills are no names.
    pub(super) fn apply_masks(&mut self, masks: Vec<Span>, source: &str) {
        let mut masks = masks;
        masks.append(&mut self.masks);
        let masks = disjoint(masks);
        if masks.is_empty() {
            return;
        }
        let mut members = std::mem::take(&mut self.members);
        for member in &mut members {
            let masked = |place: Place| {
                let span = self.file_span(place);
                overlaps_any(&masks, span).then_some(span)
            };
            let before = member.settings.len();
            member
                .settings
                .retain(|setting| masked(setting.name_place).is_none());
            if member.settings.len() < before {
                member.completeness = Completeness::Partial;
            }
            for setting in &mut member.settings {
                if let Some(span) = masked(setting.value_place) {
                    setting.value = Value::Unknown(span.of(source).to_owned());
                }
            }
            let positional_arguments = member.positional_arguments.len();
            member
                .positional_arguments
                .retain(|stray| masked(stray.place).is_none());
            if member.positional_arguments.len() < positional_arguments
                || self.may_have_more(member, &masks, source)
            {
                member.completeness = Completeness::Partial;
            }
        }
        members.retain(|member| {
            !member.settings.is_empty() || member.delivery == Delivery::ConfigFile
        });
        self.members = members;
        let statements = masks
            .iter()
            .filter(|mask| template::is_bracketed_statement(mask.of(source)));
        self.statement_ends = statements.map(|mask| mask.end).collect();
        self.masks = masks;
    }

    /// Whether a template writes more among a member's settings, or right behind the last one.
    fn may_have_more(&self, member: &Member, masks: &[Span], source: &str) -> bool {
        let places = member
            .settings
            .iter()
            .flat_map(|setting| [setting.name_place, setting.value_place]);
        let mut extent = self.file_span(member.anchor);
        for place in places {
            extent = extent.cover(self.file_span(place));
        }
        let behind = masks.partition_point(|mask| mask.start < extent.start);
        for (index, mask) in masks.iter().enumerate().skip(behind) {
            if mask.start > extent.end {
                let between = &source[extent.end..mask.start];
                if !between
                    .trim_matches([' ', '\t', '\r', '\n', '"', '\'', '\\'])
                    .is_empty()
                {
                    return false;
                }
                extent.end = mask.end;
            }
            let line = source[..mask.start].rfind('\n').map_or(0, |at| at + 1);
            let begins_line = source[line..mask.start].trim().is_empty();
            let loop_without_text = template::is_loop(mask.of(source))
                && masks[index..].get(1).is_some_and(|next| {
                    Span::new(mask.end, next.start.max(mask.end))
                        .of(source)
                        .trim()
                        .is_empty()
                        && !next.of(source).starts_with("{{ ")
                });
            if begins_line && !loop_without_text && template::writes_more(mask.of(source)) {
                return true;
            }
        }
        false
    }
}
