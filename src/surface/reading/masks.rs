//! What a template fills in a reading: values that are not known, and names that are not read.

use super::Reading;
use crate::member::{Completeness, Delivery, Expansion, Member, Place, Reference, Setting, Value};
use crate::source::{Span, disjoint, overlaps_any};
use crate::surface::unit_file::UnitFile;
use crate::text::template;

impl Reading {
    /// Makes values that a template fills unknown, and removes settings whose name a template fills.
    pub(in crate::surface) fn apply_masks(&mut self, masks: Vec<Span>, source: &str) {
        let mut masks = masks;
        masks.append(&mut self.hazards.masks);
        let masks = disjoint(masks);
        if masks.is_empty() {
            return;
        }
        let mut members = std::mem::take(&mut self.members);
        self.mask_members(&mut members, &masks, source);
        self.members = members;
        let mut files = std::mem::take(&mut self.files);
        for file in &mut files {
            self.mask_members(&mut file.members, &masks, source);
            if let Some(unit) = &mut file.unit {
                self.mask_unit(unit, &masks, source);
            }
            let place = file.path_place.map(|place| self.file_span(place));
            if let Some(span) = place.filter(|span| overlaps_any(&masks, *span)) {
                as_written(span.of(source)).clone_into(&mut file.path);
            }
        }
        self.files = files;
        let mut rendered = std::mem::take(&mut self.rendered);
        let operations = rendered.json_patches.iter_mut();
        let operations = operations.flat_map(|patch| &mut patch.operations);
        let settings = operations.flat_map(|operation| &mut operation.settings);
        let mut settings: Vec<&mut Setting> = settings.collect();
        for container in &mut rendered.containers {
            self.mask_members(&mut container.members, &masks, source);
            settings.extend(&mut container.variables);
        }
        for setting in settings {
            let span = self.file_span(setting.value_place);
            if overlaps_any(&masks, span) {
                setting.value = Value::Unknown(span.of(source).to_owned());
            }
        }
        self.rendered = rendered;
        if let Some(mut unit) = self.unit.take() {
            self.mask_unit(&mut unit, &masks, source);
            self.unit = Some(unit);
        }
        self.mask_objects(&masks, source);
        let statements = masks
            .iter()
            .filter(|mask| template::is_bracketed_statement(mask.of(source)));
        self.hazards.statement_ends = statements.map(|mask| mask.end).collect();
        self.hazards.masks = masks;
    }

    /// Does the same with members.
    fn mask_members(&self, members: &mut Vec<Member>, masks: &[Span], source: &str) {
        for member in members.iter_mut() {
            let masked = |place: Place| {
                let span = self.file_span(place);
                overlaps_any(masks, span).then_some(span)
            };
            let before = member.settings.len();
            member
                .settings
                .retain(|setting| masked(setting.name_place).is_none());
            if member.settings.len() < before {
                member.completeness = Completeness::Partial;
                member.lacks_only_expansions = false;
            }
            for setting in &mut member.settings {
                if let Some(span) = masked(setting.value_place) {
                    setting.value = Value::Unknown(span.of(source).to_owned());
                }
            }
            for reference in member.inputs.references_mut() {
                if let Some(span) = masked(reference.place) {
                    fill(reference, span.of(source));
                }
            }
            let is_filled = |expansion: &Expansion| masked(expansion.place).is_some();
            member.lacks_only_expansions &= !member.expansions.iter().any(is_filled);
            let positional_arguments = member.positional_arguments.len();
            member
                .positional_arguments
                .retain(|argument| masked(argument.place).is_none());
            if member.positional_arguments.len() < positional_arguments
                || self.may_have_more(member, masks, source)
            {
                member.completeness = Completeness::Partial;
                member.lacks_only_expansions = false;
            }
        }
        members.retain(|member| {
            !member.settings.is_empty()
                || member.delivery == Delivery::ConfigFile
                || !member.inputs.variables.is_empty()
        });
    }

    /// Does the same with the variables of a unit.
    fn mask_unit(&self, unit: &mut UnitFile, masks: &[Span], source: &str) {
        let masked = |place: Place| {
            let span = self.file_span(place);
            overlaps_any(masks, span).then_some(span)
        };
        unit.variables
            .retain(|(_, setting)| masked(setting.name_place).is_none());
        for (_, setting) in &mut unit.variables {
            if let Some(span) = masked(setting.value_place) {
                setting.value = Value::Unknown(span.of(source).to_owned());
            }
        }
        for file in &mut unit.environment_files {
            if let Some(span) = masked(file.place) {
                span.of(source).clone_into(&mut file.path);
            }
        }
    }

    /// Does the same with objects and their entries.
    fn mask_objects(&mut self, masks: &[Span], source: &str) {
        let mut objects = std::mem::take(&mut self.objects);
        let masked = |place: Place| {
            let span = self.file_span(place);
            overlaps_any(masks, span).then_some(span)
        };
        for object in &mut objects {
            if let Some(span) = masked(object.name_place) {
                as_written(span.of(source)).clone_into(&mut object.name);
            }
            object
                .variables
                .retain(|setting| masked(setting.name_place).is_none());
            for setting in &mut object.variables {
                if let Some(span) = masked(setting.value_place) {
                    setting.value = Value::Unknown(span.of(source).to_owned());
                }
            }
        }
        self.objects = objects;
    }

    /// Whether a template writes more between the settings of a member, or right after the last one.
    fn may_have_more(&self, member: &Member, masks: &[Span], source: &str) -> bool {
        let places = member
            .settings
            .iter()
            .flat_map(|setting| [setting.name_place, setting.value_place]);
        let mut span = self.file_span(member.anchor);
        for place in places {
            span = span.cover(self.file_span(place));
        }
        let first = masks.partition_point(|mask| mask.start < span.start);
        for (index, mask) in masks.iter().enumerate().skip(first) {
            if mask.start > span.end {
                let between = &source[span.end..mask.start];
                if !between
                    .trim_matches([' ', '\t', '\r', '\n', '"', '\'', '\\'])
                    .is_empty()
                {
                    return false;
                }
                span.end = mask.end;
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

/// Replaces what a template fills in a reference by the template: an object that the same template names is the same.
fn fill(reference: &mut Reference, written: &str) {
    let name = as_written(written);
    match &mut reference.object {
        Some(object) => {
            name.clone_into(&mut object.name);
            reference.path = object.shown();
        }
        None => name.clone_into(&mut reference.path),
    }
}

/// Returns the text of a scalar without its quotes.
fn as_written(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}
