//! The configuration that a release runs a member with: every option with its value and where it comes from.

use std::path::PathBuf;

use crate::assemble::{Assembled, Part};
use crate::facts::catalogue::{Catalogue, ValueType};
use crate::facts::go_value::{format_duration, parse_duration};
use crate::facts::version::Release;
use crate::member::{Completeness, Member, Place, Value, sets_nothing};
use crate::server::effective::Effective;
use crate::source::Source;
use crate::surface::Reading;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing sets the option.
    Default,
    /// A line of a file, 1-based.
    Line(PathBuf, usize),
}

/// One option of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The option, by its catalogue name.
    pub option: String,
    /// Its value; `None` if the text does not decide it.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A member that a text starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The line that starts it, 1-based.
    pub line: usize,
    /// Its options, in the order of the catalogue. Without defaults if files that may set more are missing.
    pub rows: Vec<Row>,
    /// The files that are not in the tree.
    pub missing: Vec<String>,
    /// Whether all that sets its options is known.
    pub is_complete: bool,
}

/// Returns the configuration of the members that a text starts, at `release`.
#[must_use]
pub fn members(
    catalogue: &Catalogue,
    (source, reading): (&Source, &Reading),
    members: &[Assembled],
    release: Release,
) -> Vec<Shown> {
    let started = members.iter().filter(|member| member.is_started_here);
    let shown = started.map(|assembled| {
        let member = &assembled.member;
        let missing = assembled.missing.iter();
        let is_complete =
            member.completeness == Completeness::Whole && assembled.missing.is_empty();
        let own = (source, reading);
        let rows = match &assembled.config_file {
            Some(Part::Other(text)) => {
                let file = (&text.source, &text.reading);
                let members = text.reading.members.iter();
                let rows = members.flat_map(|member| rows(catalogue, file, member, release, true));
                rows.collect()
            }
            _ => rows(catalogue, own, member, release, is_complete),
        };
        Shown {
            line: line(own, member.anchor),
            rows,
            missing: missing.map(|reference| reference.path.clone()).collect(),
            is_complete,
        }
    });
    shown.collect()
}

fn rows(
    catalogue: &Catalogue,
    own: (&Source, &Reading),
    member: &Member,
    release: Release,
    with_defaults: bool,
) -> Vec<Row> {
    let effective = Effective::new(catalogue, member, release);
    let options = catalogue.options().iter();
    let options = options.filter(|option| option.exists_at(release) && !sets_nothing(&option.name));
    let rows = options.filter_map(|option| {
        let held = effective.source(&option.name);
        if held.is_none() && !with_defaults {
            return None;
        }
        let is_duration = option.type_at(release) == ValueType::Duration;
        let value = effective.resolved(&option.name);
        let value = value.map(|text| if is_duration { readable(text) } else { text });
        let origin = held.map_or(Origin::Default, |held| {
            let setting = &member.settings[held.setting];
            match &setting.elsewhere {
                Some(other) => Origin::Line(other.path.to_path_buf(), other.line),
                None => Origin::Line(own.0.path.clone(), line(own, setting.place())),
            }
        });
        // What is written is shown if it is not known.
        let written = || {
            let setting = &member.settings[held?.setting];
            match &setting.value {
                Value::Unknown(text) => Some(text.clone()),
                _ => None,
            }
        };
        Some(Row {
            option: option.name.clone(),
            value: value.or_else(written),
            origin,
        })
    });
    rows.collect()
}

/// Returns a duration as Go writes it; a file has it in nanoseconds.
fn readable(text: String) -> String {
    let nanoseconds = text.parse().ok().or_else(|| parse_duration(&text).ok());
    nanoseconds.map_or(text, format_duration)
}

fn line((source, reading): (&Source, &Reading), place: Place) -> usize {
    source.line_column(reading.file_span(place).start).line
}
