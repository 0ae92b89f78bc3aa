//! The output of `docker inspect` and `podman inspect`: a member for each container that runs etcd.

use super::argv;
use super::document::DocumentReader;
use super::launch::{Image, Launch, Part};
use super::process::{Argument, arguments, assignment, is_variable};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use super::site::unwritable::Unwritable;
use crate::facts::catalogue::Spelling;
use crate::member::{Inputs, Mount, Setting, Volume};
use crate::source::Span;
use crate::text::yaml::{self, NodeId};

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "container-state",
    syntax: Syntax::Yaml,
    comments: Comments::OwnLine,
    continuation: Continuation::None,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let is_json = text.trim_start().starts_with(['[', '{']);
    if !is_json || !text.contains("\"Config\"") || !text.contains("\"State\"") {
        return Recognition::No("");
    }
    let Ok(documents) = yaml::parse_all(text) else {
        return Recognition::No("");
    };
    let mut reading = Reading::of(SURFACE);
    reading
        .hazards
        .output
        .set_read_only(Span::new(0, text.len()), Unwritable::Container);
    let mut containers = 0;
    for document in &documents {
        let mut reader = DocumentReader::new(request, document, &mut reading);
        let root = document.root;
        let items = document.items(root);
        let all = if items.is_empty() {
            vec![root]
        } else {
            items.to_vec()
        };
        for container in all {
            match reader.inspected(container) {
                Ok(is_container) => containers += usize::from(is_container),
                Err(error) => return Recognition::Unreadable(error),
            }
        }
    }
    if containers == 0 {
        return Recognition::No("");
    }
    if reading.is_empty() {
        return Recognition::No("none of its containers runs an etcd server");
    }
    Recognition::Read(reading)
}

impl DocumentReader<'_> {
    /// Adds the members that a container runs; returns whether the object is a container.
    fn inspected(&mut self, container: NodeId) -> Result<bool, ReadError> {
        let document = self.document;
        let scalar = |id: Option<NodeId>| id.and_then(|id| document.scalar(id));
        let config = document.value(container, "Config");
        let (Some(config), Some(_)) = (config, document.value(container, "State")) else {
            return Ok(false);
        };
        let name = scalar(document.value(container, "Name")).unwrap_or_default();
        let name = name.trim_start_matches('/');
        if !name.is_empty() {
            let start = document.resolved(container).span.start;
            self.reading
                .hazards
                .output
                .begin(start, format!("container {name}"));
        }
        let variables = self.environment(document.value(config, "Env"));
        let image = Image::named(scalar(document.value(config, "Image")).unwrap_or_default());
        // The path and the arguments are those of the process, after the defaults of the image.
        let path = document.value(container, "Path");
        let (entry_point, command) = if scalar(path).is_some_and(|path| !path.is_empty()) {
            for repeated in ["Entrypoint", "Cmd", "CreateCommand"] {
                if let Some(id) = document.value(config, repeated) {
                    let span = document.node(id).span;
                    self.reading.hazards.output.add_repeated(span);
                }
            }
            (
                self.part(path),
                self.part(document.value(container, "Args")),
            )
        } else {
            let of_config = |key: &str| document.value(config, key);
            (
                self.part(of_config("Entrypoint")),
                self.part(of_config("Cmd")),
            )
        };
        let launch = Launch {
            entry_point,
            command,
            variables,
            inputs: Inputs {
                mounts: self.mounts(document.value(container, "Mounts")),
                ..Inputs::default()
            },
            image,
            ..Launch::default()
        };
        launch.add_members(self.request, self.reading)?;
        Ok(true)
    }

    /// Returns a text or a list of texts as a part of a command line.
    fn part<'p>(&self, id: Option<NodeId>) -> Option<Part<'p>> {
        let id = id?;
        let text = self.request.text;
        if self.document.scalar(id).is_some() && !self.document.is_null(id) {
            let decoded = yaml::decoded(text, self.document, id, true)?;
            let span = self.document.node(id).span;
            return Some(Part::Word(argv::decoded_argument(span, decoded)));
        }
        arguments(text, self.document, id, |_| Vec::new()).map(Part::List)
    }

    /// Reads the variables of a container. Only those that some release of etcd reads are settings; the others may be
    /// secrets of other programs.
    fn environment(&mut self, list: Option<NodeId>) -> Vec<Setting> {
        let catalogue = self.request.catalogue;
        let text = self.request.text;
        let list = list.and_then(|list| arguments(text, self.document, list, |_| Vec::new()));
        let mut settings = Vec::new();
        for argument in list.into_iter().flatten() {
            let Argument { word, .. } = &argument;
            let name = word.text().split('=').next().unwrap_or_default();
            if is_variable(name) && catalogue.spelled(Spelling::Variable, name).is_some() {
                settings.extend(assignment(self.reading, argument, |_| Vec::new()));
            } else {
                let all = Span::new(0, word.text().len());
                self.reading.hazards.output.hide(word.outer(all));
            }
        }
        settings
    }

    /// Returns the folders and files of the host that the container has.
    fn mounts(&self, list: Option<NodeId>) -> Vec<Mount> {
        let document = self.document;
        let text = |id: NodeId, key: &str| document.scalar(document.value(id, key)?);
        let list = list.map_or(&[][..], |list| document.items(list));
        let mounts = list.iter().filter_map(|&mount| {
            Some(Mount {
                path: text(mount, "Destination")?.to_owned(),
                sub_path: String::new(),
                volume: Volume::Host(text(mount, "Source")?.to_owned()),
            })
        });
        mounts.collect()
    }
}
