//! Pipelines and playbooks in YAML: reads the scripts and commands of their steps, and the containers that they run.

use std::collections::HashMap;
use std::ops::Range;

use super::command_line::Finder;
use super::compose::{self, Keys};
use super::evidence::concerns_server;
use super::launch::{Launch, Part};
use super::placement::module_name;
use super::process::arguments;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use crate::limits::YAML_NESTING;
use crate::member::Place;
use crate::source::Span;
use crate::text::words::Dialect;
use crate::text::yaml::{self, Document, Kind, NodeId};

/// Keys whose texts are run by a shell, or directly.
const SCRIPTS: [&str; 14] = [
    "run",
    "script",
    "before_script",
    "after_script",
    "commands",
    "shell",
    "raw",
    "command",
    "cmd",
    "ansible.builtin.shell",
    "ansible.builtin.raw",
    "ansible.builtin.command",
    "argv",
    "bash",
];

/// Of these, those whose text is one command even if it has several lines.
const ONE_COMMAND: [&str; 3] = ["command", "cmd", "ansible.builtin.command"];

/// Keys of the variables of a step.
const VARIABLES: [&str; 3] = ["env", "environment", "variables"];

/// Keys of a pipeline.
const PIPELINE: [&str; 4] = ["jobs", "stages", "steps", "pipeline"];

/// How containers are described: in workflows and playbooks, and as services of a GitLab job.
const CONTAINERS: [Keys; 3] = [
    Keys {
        image: "image",
        variables: "env",
    },
    Keys {
        image: "image",
        variables: "environment",
    },
    Keys {
        image: "name",
        variables: "variables",
    },
];

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "task-file",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    if !text.contains("etcd") && !text.contains("ETCD_") || text.starts_with("#!") {
        return Recognition::No("");
    }
    if !has_task_keys(text) {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error)
            if concerns_server(request.catalogue, text)
                && text
                    .lines()
                    .any(|line| line.starts_with("jobs:") || line.starts_with("- hosts:")) =>
        {
            return Recognition::Unreadable(ReadError {
                message: format!(
                    "this looks like a pipeline or a playbook, but is not YAML: {error}"
                ),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No(""),
    };
    let mut reading = Reading::of(SURFACE);
    for document in documents.iter().filter(|document| has_tasks(document)) {
        let mut reader = TaskReader {
            request,
            document,
            containers: compose::ServiceReader::new(request, document, &mut reading),
            given: HashMap::new(),
        };
        if let Err(error) = reader.node(document.root, &[], 0) {
            return Recognition::Unreadable(error);
        }
    }
    if reading.is_empty() {
        return Recognition::No("");
    }
    Recognition::Read(reading)
}

/// Whether the text has a key of a task anywhere: at the start of a line, in quotes or in flow style.
fn has_task_keys(text: &str) -> bool {
    text.match_indices(':').any(|(colon, _)| {
        let before = text[..colon].trim_end_matches(['"', '\'']);
        let is_in_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let key = &before[before.trim_end_matches(is_in_key).len()..];
        SCRIPTS.contains(&key) || matches!(key, "services" | "image" | "content")
    })
}

/// Whether a document is a list of plays or tasks, or a pipeline.
fn has_tasks(document: &Document) -> bool {
    let root = document.root;
    let is_list = document
        .items(root)
        .iter()
        .any(|&item| !document.entries(item).is_empty());
    let is_pipeline = PIPELINE
        .iter()
        .any(|key| document.value(root, key).is_some());
    let has_jobs = document
        .entries(root)
        .iter()
        .any(|&(_, job)| document.value(job, "script").is_some());
    is_list || is_pipeline || has_jobs
}

struct TaskReader<'a> {
    request: &'a Request<'a>,
    document: &'a Document,
    containers: compose::ServiceReader<'a>,
    /// Variables that are already settings of a member.
    given: HashMap<NodeId, Range<usize>>,
}

impl TaskReader<'_> {
    /// Reads a node and the nodes below it; `variables` are those of the nodes around it.
    fn node(&mut self, id: NodeId, variables: &[NodeId], depth: usize) -> Result<(), ReadError> {
        let document = self.document;
        // A shared node is read at its anchor.
        if depth > YAML_NESTING || matches!(document.node(id).kind, Kind::Alias(_)) {
            return Ok(());
        }
        for &item in document.items(id) {
            self.node(item, variables, depth + 1)?;
        }
        let entries = document.entries(id);
        if entries.is_empty() {
            return Ok(());
        }
        if let Some(keys) = self.container(id) {
            return self.containers.service(id, keys);
        }
        let own = VARIABLES.iter().filter_map(|key| document.value(id, key));
        let mut all = variables.to_vec();
        all.extend(own);
        for &(key, value) in entries {
            if document.scalar(key).map(module_name) == Some("copy") {
                self.content(value);
            }
            let script = document.scalar(key).filter(|key| SCRIPTS.contains(key));
            match script {
                // `command: { cmd: … }` is a mapping.
                Some(key) if document.entries(value).is_empty() => self.script(key, value, &all)?,
                _ => self.node(value, &all, depth + 1)?,
            }
        }
        Ok(())
    }

    /// Reads the content of a file that a task of Ansible writes.
    fn content(&mut self, task: NodeId) {
        let document = self.document;
        let content = document.value(task, "content");
        let path = document.value(task, "dest");
        let (Some(content), Some(path)) = (content, path) else {
            return;
        };
        let flow = document.is_flow(task);
        let Some(decoded) = yaml::decoded(self.request.text, document, content, flow) else {
            return;
        };
        let place = Place::new(0, document.node(path).span);
        let path = document.scalar(path).unwrap_or_default();
        self.containers.request.read_host_file(
            self.containers.reading,
            decoded,
            0,
            (path, Some(place)),
        );
    }

    /// Returns the keys of the container that the mapping describes; `None` if it describes none.
    fn container(&self, id: NodeId) -> Option<&'static Keys> {
        let document = self.document;
        let has = |key: &str| document.value(id, key).is_some();
        // A step of a pipeline has an image and a script too.
        if ["run", "script", "commands", "args", "steps"]
            .iter()
            .any(|key| has(key))
        {
            return None;
        }
        let named = |keys: &&Keys| {
            let image = document.value(id, keys.image);
            let image = image.and_then(|image| document.scalar(image));
            // The name of a task describes what it does.
            image.is_some_and(|image| {
                keys.image == "image"
                    || image.contains("etcd") && !image.contains(char::is_whitespace)
            })
        };
        let described = || CONTAINERS.iter().filter(named);
        let with_variables = described().find(|keys| has(keys.variables));
        with_variables.or_else(|| described().find(|_| has("command")))
    }

    fn script(&mut self, key: &str, value: NodeId, variables: &[NodeId]) -> Result<(), ReadError> {
        let document = self.document;
        let text = self.request.text;
        let catalogue = self.request.catalogue;
        let first = self.containers.reading.members.len();
        let mut launch = Launch::default();
        if key == "argv" {
            let list = arguments(text, document, value, |_| Vec::new()).unwrap_or_default();
            launch.command = Some(Part::List(list));
            launch.start(self.containers.request, self.containers.reading)?;
        } else {
            let flow = document.is_flow(value);
            let items = match document.items(value) {
                [] => vec![value],
                items => items.to_vec(),
            };
            let mut finder = Finder::new(self.containers.request, self.containers.reading);
            for item in items {
                let Some(decoded) = yaml::decoded(text, document, item, flow) else {
                    continue;
                };
                let inner = decoded.text.clone();
                let several_lines = inner.trim().contains('\n');
                if ONE_COMMAND.contains(&key) && several_lines
                    || !inner.contains("etcd") && !inner.contains("ETCD_")
                {
                    continue;
                }
                let inner_id = finder.reading.embed(decoded, 0);
                finder.find(
                    &inner,
                    Span::new(0, inner.len()),
                    Dialect::Shell,
                    inner_id,
                    0,
                );
            }
            let contained = finder.contained;
            if let Some(error) = finder.error {
                return Err(error);
            }
            // A container does not get the variables of the step that starts it.
            if self.containers.reading.members.len() == first + contained {
                return Ok(());
            }
        }
        if self.containers.reading.members.len() == first {
            return Ok(());
        }
        let several = self.containers.reading.members.len() > first + 1;
        for &id in variables {
            let sites = self.containers.reading.sites.len();
            if !self.given.contains_key(&id) {
                let (found, more) = self.containers.variables(Some(id));
                launch.variables.extend(found);
                launch.has_more_variables |= more;
                let sites = sites..self.containers.reading.sites.len();
                self.given.insert(id, sites.clone());
                if !several {
                    continue;
                }
            } else {
                launch.has_more_variables = true;
            }
            // Another command gets them too.
            if let Some(sites) = self.given.get(&id) {
                self.containers.reading.hazards.shared.extend(sites.clone());
            }
        }
        launch.complete(catalogue, self.containers.reading, first);
        Ok(())
    }
}
