//! The configuration file of etcd: YAML, or JSON, which is YAML too.

mod top_level;

use std::collections::HashMap;
use std::ops::Range;

use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use super::site::Site;
use super::site::key::KeySite;
use crate::facts::catalogue::Spelling;
use crate::limits::{LIBYAML_SIZE, YAML_NESTING};
use crate::member::{Completeness, Delivery, Member, Place, Setting, Value};
use crate::source::Span;
use crate::text::yaml::{self, Document, Kind, NodeId, Scalar, Style, YamlError};
use top_level::TopLevel;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "config-file",
    syntax: Syntax::Settings,
    comments: Comments::Anywhere,
    continuation: Continuation::None,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let lines = TopLevel::of_lines(request);
    let by_name =
        request.discovery >= Discovery::Explicit && is_named_like_config(request.file_name);
    if request.discovery < Discovery::Forced && lines.known == 0 && !by_name {
        return Recognition::No("");
    }
    let document = match yaml::parse_first(request.text) {
        Ok(document) => document,
        Err(error)
            if by_name
                || request.discovery == Discovery::Forced
                || lines.known >= 2 && lines.is_config(request.discovery) =>
        {
            return Recognition::Unreadable(ReadError {
                message: format!(
                    "this looks like an etcd configuration file, but is not YAML: {error}"
                ),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No("it is not YAML"),
    };
    let sure = by_name || request.discovery == Discovery::Forced;
    let Some(document) = document else {
        return if sure {
            empty(yaml::refusal(request.text, None))
        } else {
            Recognition::No("it contains no YAML document")
        };
    };
    let Kind::Mapping { entries, .. } = &document.node(document.root).kind else {
        return if sure && is_null(&document) {
            empty(yaml::refusal(request.text, Some(&document)))
        } else if sure {
            let node = document.node(document.root);
            Recognition::Unreadable(ReadError {
                message: "an etcd configuration file is one mapping of keys to values; etcd refuses anything else".to_owned(),
                offset: node.span.start,
            })
        } else {
            Recognition::No("its top level is not a mapping")
        };
    };
    let sure = request.discovery == Discovery::Forced
        || by_name && may_be_config(request, &document, entries);
    let top_level = TopLevel::of_document(request, &document, entries);
    let is_expected =
        request.discovery >= Discovery::Explicit || is_default_name(request.file_name);
    let is_config =
        sure || top_level.is_config(request.discovery) || is_expected && top_level.is_all();
    if !is_config {
        return Recognition::No("its top level has no keys that only etcd has");
    }
    if let Some(offset) = document.escaped_slash(request.text) {
        return Recognition::Unreadable(ReadError {
            message: "etcd refuses this file (yaml: found unknown escape character): write `/` instead of `\\/`"
                .to_owned(),
            offset,
        });
    }
    let mut reading = Reading::of(SURFACE);
    let mut reader = SettingsReader {
        request,
        document: &document,
        reading: &mut reading,
        settings: Vec::new(),
        without_json: None,
    };
    if let Err(error) = reader.mapping(document.root, "", false, 0, &mut Seen::new()) {
        return Recognition::Unreadable(error);
    }
    let without_json = reader.without_json;
    let mut settings = reader.settings;
    mark_dead_keys(&mut settings);
    let start = document.node(document.root).span.start;
    let refusal = yaml::refusal(request.text, Some(&document)).or(without_json);
    let refused_at = refusal
        .as_ref()
        .map(|refusal| Place::new(0, Span::at(refusal.offset)));
    let anchor = settings
        .iter()
        .find(|setting| setting.name.eq_ignore_ascii_case("name"))
        .or_else(|| settings.first())
        .map_or(Place::new(0, Span::at(start)), |setting| setting.name_place);
    let anchor = refused_at.unwrap_or(anchor);
    if request.text.len() > LIBYAML_SIZE {
        let message = format!(
            "the file is larger than {} MiB: whether the YAML parser of etcd accepts it is not checked",
            LIBYAML_SIZE / 1024 / 1024
        );
        reading.report_unread(Place::new(0, Span::at(0)), message);
    }
    reading.members.push(Member {
        settings,
        completeness: Completeness::Whole,
        delivery: Delivery::ConfigFile,
        plain_colon_in_flow: document
            .plain_colon_in_flow()
            .map(|span| Place::new(0, span)),
        decoder_refusal: refusal.map(|refusal| refusal.message),
        ..Member::at(anchor)
    });
    Recognition::Read(reading)
}

/// Returns the path of a key. A key that has a dot itself is no path to etcd: it is quoted, and no option has such a key.
fn key_path(prefix: &str, name: &str) -> String {
    match (prefix, name.contains('.')) {
        ("", false) => name.to_owned(),
        ("", true) => format!("\"{name}\""),
        (_, false) => format!("{prefix}.{name}"),
        (_, true) => format!("{prefix}.\"{name}\""),
    }
}

/// Whether a float has an exponent without a sign.
fn has_bare_exponent(text: &str) -> bool {
    let exponent = text.find(['e', 'E']).map(|at| &text[at + 1..]);
    exponent.is_some_and(|exponent| exponent.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether the document is null: etcd then starts with its defaults.
fn is_null(document: &Document) -> bool {
    matches!(
        &document.node(document.root).kind,
        Kind::Scalar { text, style, tag }
            if yaml::resolve(text, *style == Style::Plain, tag.as_deref()) == Scalar::Null
    )
}

fn empty(refusal: Option<YamlError>) -> Recognition {
    let mut reading = Reading::of(SURFACE);
    let offset = refusal.as_ref().map_or(0, |error| error.offset);
    reading.members.push(Member {
        delivery: Delivery::ConfigFile,
        decoder_refusal: refusal.map(|error| error.message),
        ..Member::at(Place::new(0, Span::at(offset)))
    });
    Recognition::Read(reading)
}

pub(crate) fn is_named_like_config(file_name: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    let ends = [".yml", ".yaml", ".json", ".yml.sample", ".conf.sample"];
    name.starts_with("etcd") && ends.iter().any(|end| name.ends_with(end))
}

/// Whether the content fits a file name of etcd: other programs have files named after etcd too.
fn may_be_config(request: &Request<'_>, document: &Document, entries: &[(NodeId, NodeId)]) -> bool {
    let top_level = TopLevel::of_document(request, document, entries);
    top_level.is_config(request.discovery)
        || top_level.is_plain()
        || is_default_name(request.file_name)
}

/// Whether the documentation of etcd uses that file name.
fn is_default_name(file_name: &str) -> bool {
    ["etcd.conf.yml", "etcd.conf.yaml", "etcd.yml", "etcd.yaml"].contains(&file_name)
}

/// Marks keys that another key overrides. Of keys that differ only in case, the one that sorts last counts, unless it
/// is null: YAML becomes JSON with sorted keys, the last field of JSON counts, and null leaves a field unchanged.
fn mark_dead_keys(settings: &mut [Setting]) {
    let weight = |setting: &Setting| (setting.value != Value::Null, setting.name.clone());
    let mut winners: HashMap<String, usize> = HashMap::new();
    for index in 0..settings.len() {
        if settings[index].overridden {
            continue;
        }
        let folded = settings[index].name.to_ascii_lowercase();
        match winners.get(&folded).copied() {
            Some(winner) if weight(&settings[winner]) > weight(&settings[index]) => {
                settings[index].overridden = true;
            }
            Some(winner) => {
                settings[winner].overridden = true;
                winners.insert(folded, index);
            }
            None => {
                winners.insert(folded, index);
            }
        }
    }
}

/// The settings that each key of a mapping has added so far.
type Seen = HashMap<String, Range<usize>>;

struct SettingsReader<'a> {
    request: &'a Request<'a>,
    document: &'a Document,
    reading: &'a mut Reading,
    settings: Vec<Setting>,
    /// A number inside a value that JSON cannot represent.
    without_json: Option<YamlError>,
}

impl SettingsReader<'_> {
    /// Reads the entries of a mapping as settings below `prefix`, in the order in which go-yaml applies them.
    ///
    /// A merge key applies at its position, and a repeated key replaces everything that it set before: `mapping` in
    /// `decode.go` of gopkg.in/yaml.v2. `borrowed` is set for entries that come through an alias or a merge key; they
    /// are not edited.
    fn mapping(
        &mut self,
        id: NodeId,
        prefix: &str,
        borrowed: bool,
        depth: usize,
        seen: &mut Seen,
    ) -> Result<(), ReadError> {
        let document = self.document;
        let node = document.resolved(id);
        let is_alias = matches!(document.node(id).kind, Kind::Alias(_));
        let borrowed = borrowed || is_alias || node.shared;
        let Kind::Mapping { flow, entries } = &node.kind else {
            return Ok(());
        };
        self.check_depth(id, depth)?;
        for (index, &(key, value)) in entries.iter().enumerate() {
            let Some(name) = document.key_text(key).filter(|_| !self.reading.is_full()) else {
                continue;
            };
            if document.is_merge(key) {
                self.merge(value, prefix, depth, seen)?;
                continue;
            }
            if let Some(earlier) = seen.get(name) {
                for setting in &mut self.settings[earlier.clone()] {
                    setting.overridden = true;
                }
            }
            let first = self.settings.len();
            let path = key_path(prefix, name);
            let is_section = self.request.catalogue.is_key_section(&path)
                && matches!(document.resolved(value).kind, Kind::Mapping { .. });
            if is_section {
                self.mapping(value, &path, borrowed, depth + 1, &mut Seen::new())?;
            } else {
                let site = KeySite::new(
                    self.request.text,
                    document,
                    entries,
                    index,
                    *flow,
                    prefix,
                    borrowed,
                );
                self.setting(path, key, value, site)?;
            }
            seen.insert(name.to_owned(), first..self.settings.len());
        }
        Ok(())
    }

    fn setting(
        &mut self,
        name: String,
        key: NodeId,
        value: NodeId,
        site: KeySite,
    ) -> Result<(), ReadError> {
        let document = self.document;
        if !matches!(document.resolved(value).kind, Kind::Scalar { .. })
            && self.without_json.is_none()
        {
            self.without_json = yaml::number_without_json(document, value);
        }
        let mut value_span = document.node(value).span;
        // The span of a block scalar ends at the next token.
        let written = value_span.of(self.request.text).trim_end();
        value_span.end = value_span.start + written.len();
        let setting = Setting {
            spelling: Spelling::Key,
            name,
            name_place: Place::new(0, document.node(key).span),
            value: self.value(value, 0)?,
            value_place: Place::new(0, value_span),
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(Site::Key(site)),
        };
        self.settings.push(setting);
        Ok(())
    }

    fn merge(
        &mut self,
        value: NodeId,
        prefix: &str,
        depth: usize,
        seen: &mut Seen,
    ) -> Result<(), ReadError> {
        match &self.document.resolved(value).kind {
            Kind::Sequence { items, .. } => {
                // Of several merged mappings the first wins.
                for &item in items.iter().rev() {
                    self.mapping(item, prefix, true, depth + 1, seen)?;
                }
                Ok(())
            }
            _ => self.mapping(value, prefix, true, depth + 1, seen),
        }
    }

    /// Checks the depth, because aliases may nest deeper than the text.
    fn check_depth(&self, id: NodeId, depth: usize) -> Result<(), ReadError> {
        if depth <= YAML_NESTING {
            return Ok(());
        }
        Err(ReadError {
            message: format!("aliases and merge keys are nested more than {YAML_NESTING} deep"),
            offset: self.document.node(id).span.start,
        })
    }

    fn value(&self, id: NodeId, depth: usize) -> Result<Value, ReadError> {
        self.check_depth(id, depth)?;
        let document = self.document;
        Ok(match &document.resolved(id).kind {
            Kind::Scalar { text, style, tag } => {
                match yaml::resolve(text, *style == Style::Plain, tag.as_deref()) {
                    Scalar::Null => Value::Null,
                    Scalar::Bool(value) => Value::Bool(value),
                    Scalar::Integer(value) => Value::Integer(value),
                    Scalar::Float(value) if has_bare_exponent(text) => Value::Exponent(value),
                    Scalar::Float(value) => Value::Float(value),
                    Scalar::Text(value) => Value::Text(value),
                }
            }
            Kind::Sequence { items, .. } => {
                let mut values = Vec::with_capacity(items.len());
                for &item in items {
                    values.push(self.value(item, depth + 1)?);
                }
                Value::List(values)
            }
            _ => Value::Mapping,
        })
    }
}
