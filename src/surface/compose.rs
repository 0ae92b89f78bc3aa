//! Compose files: services that run etcd by `command`, `entrypoint`, `environment` and image.

use std::collections::HashSet;

use super::evidence::concerns_server;
use super::launch::entry_point::EntryPoint;
use super::launch::{Image, Launch, Part};
use super::process::map::{Names, map_settings};
use super::process::{self, arguments, is_variable};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use crate::facts::catalogue::Spelling;
use crate::member::{
    Completeness, Inputs, Member, Place, Reference, ReferenceKind, Service, Setting,
};
use crate::source::Span;
use crate::text::yaml::{self, Document, Kind, NodeId};

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "compose",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let has_services = text
        .lines()
        .any(|line| line.trim_start_matches('\u{feff}').starts_with("services:"));
    let may_be = has_services || text.contains("image:") || text.contains("\"services\"");
    if !may_be || !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if has_services && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!("this looks like a compose file, but is not YAML: {error}"),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No(""),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        let root = document.root;
        let services = document.value(root, "services").unwrap_or(root);
        let mut reader = ServiceReader::new(request, document, &mut reading);
        for &(name, service) in document.entries(services) {
            reader.name = document.scalar(name);
            if let Err(error) = reader.service(service, &COMPOSE) {
                return Recognition::Unreadable(error);
            }
        }
    }
    if reading.is_empty() {
        return Recognition::No("");
    }
    Recognition::Read(reading)
}

/// The names of the keys of a service.
pub(super) struct Keys {
    pub(super) image: &'static str,
    pub(super) variables: &'static str,
}

const COMPOSE: Keys = Keys {
    image: "image",
    variables: "environment",
};

/// The services that a service extends.
#[derive(Default)]
struct Base {
    /// Each before the one that extends it.
    services: Vec<NodeId>,
    /// Whether one of them is in another file.
    is_other_file: bool,
}

impl Base {
    /// Returns them and the service.
    fn all(&self, service: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.services.iter().copied().chain([service])
    }
}

/// Reads one document of a file.
pub(super) struct ServiceReader<'a> {
    pub(super) request: &'a Request<'a>,
    document: &'a Document,
    pub(super) reading: &'a mut Reading,
    /// The name of the service that is read, if it is one of a compose file.
    name: Option<&'a str>,
    /// Where the commands and variables are that were already read: services may share them through anchors.
    seen: HashSet<[Option<usize>; 4]>,
}

impl<'a> ServiceReader<'a> {
    /// Creates a reader for one document.
    pub(super) fn new(
        request: &'a Request<'a>,
        document: &'a Document,
        reading: &'a mut Reading,
    ) -> Self {
        Self {
            request,
            document,
            reading,
            name: None,
            seen: HashSet::new(),
        }
    }

    /// Adds the members that a service runs.
    pub(super) fn service(&mut self, id: NodeId, keys: &Keys) -> Result<(), ReadError> {
        let document = self.document;
        let base = self.base(id);
        // A service replaces what it has of the service that it extends.
        let value = |key: &str| {
            let mut services = base.all(id).rev();
            services.find_map(|service| document.value(service, key))
        };
        let image = value(keys.image);
        let lacks_image = image.is_none() && value("build").is_none();
        let overrides = self.name.is_some() && self.request.file_name.contains(".override.");
        if lacks_image && !overrides {
            return Ok(());
        }
        let parts = ["entrypoint", "command", keys.variables, "env_file"];
        let places = parts.map(|key| value(key).map(|id| document.resolved(id).span.start));
        if places != [None; 4] && !self.seen.insert(places) {
            return Ok(());
        }
        let part = |key: &str| {
            let mut services = base.all(id).rev();
            let holder = services.find(|&service| document.value(service, key).is_some());
            self.part(
                value(key),
                holder.is_some_and(|holder| document.is_flow(holder)),
            )
        };
        let (Some(entry_point), Some(command)) = (part("entrypoint"), part("command")) else {
            return Ok(());
        };
        let image = image.and_then(|image| {
            let place = document.node(image).span;
            Some(Image::of_document(document.scalar(image)?, document, place))
        });
        let mut variables = Vec::new();
        let mut more = false;
        for service in base.all(id) {
            let (own, own_more) = self.variables(document.value(service, keys.variables));
            variables.extend(own);
            more |= own_more;
        }
        let written = value("entrypoint").filter(|&id| !document.is_null(id));
        let resets_entry_point =
            written.is_some_and(|_| entry_point.as_ref().is_none_or(Part::is_empty));
        let inputs = self.env_files(base.all(id));
        let has_command = [&entry_point, &command].into_iter().any(Option::is_some);
        // What a service adds to another file may be anything.
        let added = lacks_image.then(|| (variables.clone(), inputs.clone()));
        let launch = Launch {
            entry_point,
            command,
            variables,
            has_more_variables: more || base.is_other_file,
            inputs,
            image: image_of(image, resets_entry_point || lacks_image),
            ..Launch::default()
        };
        let release = launch.image.release;
        let before = self.reading.members.len();
        launch.add_members(self.request, self.reading)?;
        if let Some((variables, inputs)) = added {
            self.add_to_other_file(before, variables, inputs);
        }
        if let Some(name) = self.name {
            for member in &mut self.reading.members[before..] {
                member.service = Some(Service {
                    name: name.to_owned(),
                    has_command,
                });
            }
        }
        if self.reading.members.len() > before
            && let Some(check) = value("healthcheck")
        {
            let span = document.resolved(check).span;
            let (text, catalogue) = (self.request.text, self.request.catalogue);
            self.reading.add_probes(text, span, catalogue, release);
        }
        Ok(())
    }

    /// Makes what a service without an image has a part of the member of another file.
    fn add_to_other_file(&mut self, first: usize, variables: Vec<Setting>, inputs: Inputs) {
        let catalogue = self.request.catalogue;
        let is_option = |setting: &Setting| setting.option_in(catalogue).is_some();
        if self.reading.members.len() == first && variables.iter().any(is_option) {
            self.reading.members.push(Member {
                inputs,
                lacks_only_expansions: true,
                ..Member::at(variables[0].name_place)
            });
            if let Some(member) = self.reading.members.last_mut() {
                member.settings = variables;
            }
        }
        for member in &mut self.reading.members[first..] {
            member.lacks_only_expansions |= member.completeness == Completeness::Whole;
            member.completeness = Completeness::Part;
        }
    }

    /// Returns what a service extends.
    fn base(&self, id: NodeId) -> Base {
        let document = self.document;
        let mut base = Base::default();
        let mut service = id;
        while let Some(extends) = document.value(service, "extends") {
            let name = document.value(extends, "service").unwrap_or(extends);
            let services = document.value(document.root, "services");
            let named = || document.value(services?, document.scalar(name)?);
            let is_here = document.value(extends, "file").is_none();
            let next = named().filter(|next| is_here && *next != id);
            match next.filter(|next| !base.services.contains(next)) {
                Some(next) => base.services.insert(0, next),
                None => {
                    base.is_other_file = true;
                    break;
                }
            }
            service = base.services[0];
        }
        base
    }

    /// Returns the files of `env_file`: a path, or a list of paths and of maps with a path.
    fn env_files(&self, services: impl Iterator<Item = NodeId>) -> Inputs {
        let document = self.document;
        let mut inputs = Inputs::default();
        for files in services.filter_map(|service| document.value(service, "env_file")) {
            let items = document.items(files);
            let items = if items.is_empty() {
                &[files][..]
            } else {
                items
            };
            for &item in items {
                let path = document.value(item, "path").unwrap_or(item);
                let required = document.value(item, "required");
                let required = required.and_then(|required| document.scalar(required));
                let Some(written) = document.scalar(path) else {
                    continue;
                };
                inputs.variables.push(Reference {
                    kind: ReferenceKind::Variables,
                    path: written.to_owned(),
                    place: Place::new(0, document.node(path).span),
                    is_optional: required == Some("false"),
                    object: None,
                });
            }
        }
        inputs
    }

    /// Reads a part of the command line; returns `None` if it is neither a text nor a list of texts.
    #[allow(clippy::option_option, reason = "absent is fine, unreadable is not")]
    fn part(&self, id: Option<NodeId>, flow: bool) -> Option<Option<Part<'a>>> {
        let text = self.request.text;
        let Some(id) = id else { return Some(None) };
        Some(Some(match &self.document.resolved(id).kind {
            Kind::Sequence { .. } => Part::List(arguments(text, self.document, id, expansions)?),
            Kind::Scalar { .. } if self.document.is_null(id) => return Some(None),
            Kind::Scalar { .. } => Part::Line(yaml::decoded(text, self.document, id, flow)?),
            _ => return None,
        }))
    }

    /// Returns the settings of `environment`, a map or a list, and whether there are more elsewhere.
    pub(super) fn variables(&mut self, id: Option<NodeId>) -> (Vec<Setting>, bool) {
        let document = self.document;
        let text = self.request.text;
        let Some(id) = id else {
            return (Vec::new(), false);
        };
        let names = Names {
            spelling: Spelling::Variable,
            accepts: is_variable,
            expansions,
        };
        let merged = document
            .entries(id)
            .iter()
            .any(|&(key, _)| document.scalar(key) == Some("<<"));
        let mut settings = map_settings(text, document, self.reading, id, &names);
        let mut more = merged;
        let list = arguments(text, document, id, expansions).unwrap_or_default();
        for argument in list {
            let name = argument.word.text().split('=').next().unwrap_or_default();
            if !is_variable(name) {
                continue;
            }
            match process::assignment(self.reading, argument, expansions) {
                Some(setting) => settings.push(setting),
                // The value comes from the environment of compose.
                None => more = true,
            }
        }
        (settings, more)
    }
}

/// Returns the image of a service; without a name it is built. An empty entry point replaces that of the image.
fn image_of(image: Option<Image>, resets_entry_point: bool) -> Image {
    let image = image.unwrap_or_else(|| Image::named(""));
    if resets_entry_point {
        return Image {
            entry_point: EntryPoint::Nothing,
            ..image
        };
    }
    image
}

/// Finds expansions: compose replaces `$NAME` and `${NAME…}`; `$$` is a dollar for a shell.
fn expansions(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$') {
        let start = at + dollar;
        let rest = &text[start + 1..];
        let length = match rest.as_bytes().first() {
            Some(b'{') => rest.find('}').map_or(1, |end| end + 2),
            Some(b'$') => 2,
            _ => {
                let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
                1 + rest.len() - name.len()
            }
        };
        found.push(Span::new(start, start + length));
        at = start + length;
    }
    found
}
