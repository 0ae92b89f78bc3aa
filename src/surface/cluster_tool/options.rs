//! Reads options for etcd in the forms that tools accept.

use super::tools::{Form, Tool};
use crate::facts::catalogue::Spelling;
use crate::facts::version::Version;
use crate::member::{
    Completeness, Delivery, Member, NamedRelease, Place, Setting, Value, mark_overridden,
};
use crate::source::Span;
use crate::surface::document::DocumentReader;
use crate::surface::launch::image::image_version;
use crate::surface::launch::{Image, Launch, Part};
use crate::surface::process::map::{Names, map_settings};
use crate::surface::process::{self, Argument, arguments, is_variable};
use crate::surface::rendering::{Container, ObjectName};
use crate::surface::site::item::Item;
use crate::surface::site::list::{AssignmentSite, fixed_word};
use crate::surface::site::word::Reads;
use crate::surface::site::{Site, k3s_value};
use crate::text::words::Word;
use crate::text::yaml::{self, Document, NodeId, Style};

/// Adds a member for each part of a document that sets options of etcd.
pub(super) fn read(reader: &mut DocumentReader<'_>, root: NodeId, tool: &Tool) {
    for path in tool.parts {
        for part in parts(reader.document, root, path) {
            member(reader, root, part, tool);
        }
    }
}

/// Returns the nodes at the end of a path, in which `*` is every item of a list.
fn parts(document: &Document, root: NodeId, path: &[&str]) -> Vec<NodeId> {
    let mut found = vec![root];
    for &key in path {
        found = found
            .iter()
            .flat_map(|&id| match key {
                "*" => document.items(id).to_vec(),
                _ => document.value(id, key).into_iter().collect(),
            })
            .collect();
    }
    found
}

fn member(reader: &mut DocumentReader<'_>, root: NodeId, part: NodeId, tool: &Tool) {
    let document = reader.document;
    let evidence = tool.versions.iter().find_map(|path| {
        let place = reader
            .below(part, path)
            .or_else(|| reader.below(root, path))?;
        version(document.scalar(place)?).map(NamedRelease::fixed)
    });
    let mut settings = Vec::new();
    let mut delivery = Delivery::Environment;
    for (path, form) in tool.options {
        let Some(list) = reader.below(part, path) else {
            continue;
        };
        match form {
            Form::Flags => settings.extend(flags(reader, list)),
            Form::Arguments => command(reader, list, evidence),
            Form::Keys => {
                delivery = Delivery::ConfigFile;
                settings.extend(keys(reader, list));
            }
            Form::Assignments => settings.extend(assignments(reader, list)),
            Form::Variables => {
                let variables = reader.pairs(Some(list), Spelling::Variable);
                let for_etcd = |setting: &Setting| !setting.name.starts_with(tool.own_variables);
                settings.extend(variables.into_iter().filter(for_etcd));
            }
        }
    }
    let before = reader.reading.members.len();
    add(reader, settings, delivery, evidence);
    if !tool.static_pod.is_empty() {
        describe(reader, tool.static_pod, before);
    }
}

/// Adds the container of a pod that the tool renders, with the member that was added last, for patches.
fn describe(reader: &mut DocumentReader<'_>, name: &str, first: usize) {
    let members = reader.reading.members[first..].to_vec();
    let Some(member) = members.first() else {
        return;
    };
    let is_flag = |setting: &&Setting| setting.spelling == Spelling::Flag;
    let (flags, variables): (Vec<&Setting>, Vec<&Setting>) =
        member.settings.iter().partition(is_flag);
    reader.reading.rendered.containers.push(Container {
        text: 0,
        object: ObjectName {
            kind: "Pod".to_owned(),
            name: name.to_owned(),
        },
        name: name.to_owned(),
        index: 0,
        is_patch: false,
        has_directive: false,
        command: Some(flags.iter().map(|flag| flag.place().span).collect()),
        args: None,
        variable_names: variables.iter().map(|own| own.name.clone()).collect(),
        variables: variables.into_iter().cloned().collect(),
        members,
        has_more_arguments: true,
    });
}

/// Adds a partial member with these settings; the tool adds its own.
pub(super) fn add(
    reader: &mut DocumentReader<'_>,
    mut settings: Vec<Setting>,
    delivery: Delivery,
    evidence: Option<NamedRelease>,
) {
    let Some(first) = settings.first() else {
        return;
    };
    let anchor = first.name_place;
    mark_overridden(&mut settings);
    reader.reading.members.push(Member {
        settings,
        completeness: Completeness::Partial,
        delivery,
        evidence,
        ..Member::at(anchor)
    });
}

/// Returns the version in the name of an image, in a tag, or alone.
pub(super) fn version(text: &str) -> Option<Version> {
    image_version(text).or_else(|| text.split(['-', '_', '+']).next()?.parse().ok())
}

fn no_expansions(_: &str) -> Vec<Span> {
    Vec::new()
}

fn flags(reader: &mut DocumentReader<'_>, id: NodeId) -> Vec<Setting> {
    let document = reader.document;
    if document.entries(id).is_empty() {
        return reader.pairs(Some(id), Spelling::Flag);
    }
    let names = Names {
        spelling: Spelling::Flag,
        accepts: |_| true,
        expansions: no_expansions,
    };
    let mut settings = map_settings(reader.request.text, document, reader.reading, id, &names);
    for &(key, value) in document.entries(id) {
        settings.extend(repeated_flag(reader, key, value));
    }
    settings
}

/// Returns the settings of a flag that is repeated for each item of a list; they are not edited.
fn repeated_flag(reader: &mut DocumentReader<'_>, key: NodeId, list: NodeId) -> Vec<Setting> {
    let document = reader.document;
    let Some(name) = document.scalar(key) else {
        return Vec::new();
    };
    let values = document.items(list).iter();
    values
        .filter_map(|&item| {
            let value = document.scalar(item)?;
            Some(Setting {
                spelling: Spelling::Flag,
                name: name.to_owned(),
                name_place: Place::new(0, document.node(key).span),
                value: Value::Text(value.to_owned()),
                value_place: Place::new(0, document.node(item).span),
                overridden: false,
                elsewhere: None,
                site: reader.reading.add_site(Site::Fixed),
            })
        })
        .collect()
}

/// Reads a list of arguments of etcd.
fn command(reader: &mut DocumentReader<'_>, list: NodeId, evidence: Option<NamedRelease>) {
    let document = reader.document;
    let Some(list) = arguments(reader.request.text, document, list, no_expansions) else {
        return;
    };
    let Some(place) = list.first().map(|argument| argument.word.span.start) else {
        return;
    };
    let launch = Launch {
        entry_point: Some(Part::Word(fixed_word("etcd", Span::at(place)))),
        command: Some(Part::List(list)),
        has_more_variables: true,
        image: Image {
            release: evidence,
            ..Image::default()
        },
        ..Launch::default()
    };
    if let Err(error) = launch.add_members(reader.request, reader.reading) {
        reader.refuse(error);
    }
}

fn assignments(reader: &mut DocumentReader<'_>, list: NodeId) -> Vec<Setting> {
    let list = arguments(reader.request.text, reader.document, list, no_expansions);
    let list = list.unwrap_or_default().into_iter();
    list.filter_map(|argument| process::assignment(reader.reading, argument, no_expansions))
        .filter(|setting| is_variable(&setting.name))
        .collect()
}

fn keys(reader: &mut DocumentReader<'_>, id: NodeId) -> Vec<Setting> {
    let (text, document) = (reader.request.text, reader.document);
    let is_scalar = document.scalar(id).is_some();
    let list = if is_scalar {
        yaml::decoded(text, document, id, false)
            .map(|decoded| {
                let item = Item::alone(text, document, id);
                let word = Word {
                    span: item.span,
                    decoded,
                    expansions: Vec::new(),
                    unclosed: None,
                    endless: None,
                };
                Argument {
                    word,
                    item,
                    style: document.style(id).unwrap_or(Style::Block),
                }
            })
            .into_iter()
            .collect()
    } else {
        arguments(text, document, id, no_expansions).unwrap_or_default()
    };
    list.into_iter()
        .filter_map(|argument| key(reader, argument, !is_scalar))
        .collect()
}

/// Returns the key of the configuration file that an argument `name=value` becomes.
fn key(reader: &mut DocumentReader<'_>, argument: Argument, free: bool) -> Option<Setting> {
    let Argument { word, item, style } = argument;
    let text = word.text();
    let (name, value) = k3s_value::assignment(text, 0)?;
    Some(Setting {
        spelling: Spelling::Key,
        name: name.of(text).to_owned(),
        name_place: Place::new(0, word.outer(name)),
        value: k3s_value::value(value.of(text)),
        value_place: Place::new(0, word.outer(value)),
        overridden: false,
        elsewhere: None,
        site: reader.reading.add_site(Site::Assignment(AssignmentSite {
            name,
            value,
            item,
            style,
            free,
            reads: Reads::K3s,
            word,
        })),
    })
}
