//! Compose files: services that run etcd by `command`, `entrypoint`, `environment` and image.

use std::collections::HashSet;

use super::command_line::Finder;
use super::evidence::concerns_server;
use super::launch::image::{image_version, is_etcd_image};
use super::launch::program::starts_with_server_flags;
use super::process::map::{Names, map_settings};
use super::process::{self, Argument, Surroundings, arguments, is_variable};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use super::site::list::fixed_word;
use crate::facts::catalogue::Spelling;
use crate::member::Setting;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::words::{Dialect, Word, words};
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
    let says_services = text
        .lines()
        .any(|line| line.trim_start_matches('\u{feff}').starts_with("services:"));
    let may_be = says_services || text.contains("image:") || text.contains("\"services\"");
    if !may_be || !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if says_services && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!("this looks like a compose file and is not YAML: {error}"),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No(""),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        let root = document.root;
        let services = document.value(root, "services").unwrap_or(root);
        let mut reader = Reader::new(request, document, &mut reading);
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

/// How a service's parts are called.
pub(super) struct Keys {
    pub(super) image: &'static str,
    pub(super) variables: &'static str,
}

const COMPOSE: Keys = Keys {
    image: "image",
    variables: "environment",
};

/// What a service runs, as it is written.
enum Part {
    /// A list of arguments.
    List(Vec<Argument>),
    /// A line that is split into words.
    Line(Decoded),
}

impl Part {
    fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Line(decoded) => decoded.text.trim().is_empty(),
        }
    }

    fn words(&self) -> Vec<Word> {
        match self {
            Self::List(items) => items.iter().map(|item| item.word.clone()).collect(),
            Self::Line(decoded) => line_words(&decoded.text),
        }
    }
}

fn line_words(text: &str) -> Vec<Word> {
    words(text, Span::new(0, text.len()), Dialect::Shell)
}

/// Reads one document of a file.
pub(super) struct Reader<'a> {
    pub(super) request: &'a Request<'a>,
    document: &'a Document,
    pub(super) reading: &'a mut Reading,
    /// Where commands and variables stand that were read: services may share them through anchors.
    seen: HashSet<[Option<usize>; 3]>,
}

impl<'a> Reader<'a> {
    /// A reader that has read nothing yet.
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
        let (Some(entrypoint), Some(command)) = (
            self.part(value("entrypoint"), flow),
            self.part(value("command"), flow),
        ) else {
            return Ok(());
        };
        let image_name = image.and_then(|image| document.scalar(image));
        let is_etcd = image_name.is_some_and(is_etcd_image);
        let starts_etcd = is_etcd && entrypoint.is_none() && command.is_none();
        let (variables, more) = self.variables(value(keys.variables));
        let first = self.reading.members.len();
        self.start(entrypoint, command, image.filter(|_| is_etcd))?;
        let surroundings = Surroundings {
            variables,
            partial: more || value("env_file").is_some() || value("extends").is_some(),
            evidence: image_name.and_then(image_version),
            starts_etcd,
        };
        process::complete(self.request.catalogue, self.reading, first, surroundings);
        Ok(())
    }

    /// What is written there; none where it is neither a text nor a list of texts.
    #[allow(clippy::option_option, reason = "absent is fine, unreadable is not")]
    fn part(&self, id: Option<NodeId>, flow: bool) -> Option<Option<Part>> {
        let text = self.request.text;
        let Some(id) = id else { return Some(None) };
        let part = match &self.document.resolved(id).kind {
            Kind::Sequence { .. } => Part::List(arguments(text, self.document, id, expansions)?),
            Kind::Scalar { .. } if self.document.node(id).span.is_empty() => return Some(None),
            Kind::Scalar { .. } => Part::Line(yaml::decoded(text, self.document, id, flow)?),
            _ => return None,
        };
        Some(Some(part).filter(|part| !part.is_empty()))
    }

    /// Adds the members that entrypoint and command start together.
    fn start(
        &mut self,
        entrypoint: Option<Part>,
        command: Option<Part>,
        etcd_image: Option<NodeId>,
    ) -> Result<(), ReadError> {
        let catalogue = self.request.catalogue;
        let (head, body) = match (entrypoint, command) {
            (None, None) => return Ok(()),
            (Some(Part::List(mut first)), Some(Part::List(second))) => {
                first.extend(second);
                (Vec::new(), Part::List(first))
            }
            (Some(only), None) => (Vec::new(), only),
            (None, Some(only)) => {
                let words = only.words();
                let begins = words
                    .first()
                    .is_some_and(|word| word.text().starts_with('-'));
                let flags =
                    begins && (etcd_image.is_some() || starts_with_server_flags(&words, catalogue));
                let place = match &only {
                    Part::List(_) => words.first().map_or(0, |word| word.span.start),
                    Part::Line(_) => 0,
                };
                let head = flags.then(|| fixed_word("etcd", Span::at(place)));
                (head.into_iter().collect(), only)
            }
            (Some(Part::Line(first)), Some(Part::List(second))) => {
                let words = line_words(&first.text);
                let head = words.iter().map(|word| {
                    let place = first.outer_span(word.span);
                    Word {
                        expansions: word.expansions.clone(),
                        ..fixed_word(word.text(), place.unwrap_or(Span::at(0)))
                    }
                });
                (head.collect(), Part::List(second))
            }
            (Some(first), Some(second)) => {
                let words = first.words();
                // Flags in two texts, or a shell whose script is one word of a line.
                if words.iter().any(|word| word.text().starts_with('-')) {
                    return Ok(());
                }
                let head = words
                    .iter()
                    .map(|word| fixed_word(word.text(), Span::at(0)));
                (head.collect(), second)
            }
        };
        match body {
            Part::List(list) => process::start(self.request, self.reading, head, &list).map(|_| ()),
            Part::Line(decoded) => {
                let inner = decoded.text.clone();
                let mut all = head;
                all.extend(line_words(&inner));
                let text_id = self.reading.embed(decoded, 0);
                let mut finder = Finder::new(self.request, self.reading);
                finder.command(&all, text_id, 0);
                finder.error.map_or(Ok(()), Err)
            }
        }
    }

    /// The settings of `environment`, a map or a list, and whether there are more elsewhere.
    pub(super) fn variables(&mut self, id: Option<NodeId>) -> (Vec<Setting>, bool) {
        let document = self.document;
        let text = self.request.text;
        let Some(id) = id else {
            return (Vec::new(), false);
        };
        let names = Names {
            spelling: Spelling::Variable,
            takes: is_variable,
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
                // The value comes from whoever starts it.
                None => more = true,
            }
        }
        (settings, more)
    }
}

/// `$NAME` and `${NAME…}` are replaced when the file is read; `$$` is a dollar for a shell to come.
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
