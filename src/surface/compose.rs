//! Compose files: services that run etcd by `command`, `entrypoint`, `environment` and image.

use std::collections::HashSet;

use super::evidence::concerns_server;
use super::launch::{Image, Launch, Part};
use super::process::map::{Names, map_settings};
use super::process::{self, arguments, is_variable};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use crate::facts::catalogue::Spelling;
use crate::member::Setting;
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
        for &(_, service) in document.entries(services) {
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

/// Reads one document of a file.
pub(super) struct ServiceReader<'a> {
    pub(super) request: &'a Request<'a>,
    document: &'a Document,
    pub(super) reading: &'a mut Reading,
    /// Where the commands and variables are that were already read: services may share them through anchors.
    seen: HashSet<[Option<usize>; 3]>,
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
            seen: HashSet::new(),
        }
    }

    /// Adds the members that a service runs.
    pub(super) fn service(&mut self, id: NodeId, keys: &Keys) -> Result<(), ReadError> {
        let document = self.document;
        let value = |key: &str| document.value(id, key);
        let image = value(keys.image);
        if image.is_none() && value("build").is_none() {
            return Ok(());
        }
        let parts = ["entrypoint", "command", keys.variables];
        let places = parts.map(|key| value(key).map(|id| document.resolved(id).span.start));
        if places != [None; 3] && !self.seen.insert(places) {
            return Ok(());
        }
        let flow = document.is_flow(id);
        let (Some(entry_point), Some(command)) = (
            self.part(value("entrypoint"), flow),
            self.part(value("command"), flow),
        ) else {
            return Ok(());
        };
        let name = image.and_then(|image| document.scalar(image));
        let (variables, more) = self.variables(value(keys.variables));
        let launch = Launch {
            entry_point,
            command,
            variables,
            has_more_variables: more || value("env_file").is_some() || value("extends").is_some(),
            image: name.map_or(Image::default(), Image::named),
            ..Launch::default()
        };
        let release = launch.image.release;
        let before = self.reading.members.len();
        launch.add_members(self.request, self.reading)?;
        if self.reading.members.len() > before
            && let Some(check) = value("healthcheck")
        {
            let span = document.resolved(check).span;
            let (text, catalogue) = (self.request.text, self.request.catalogue);
            self.reading.add_probes(text, span, catalogue, release);
        }
        Ok(())
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
