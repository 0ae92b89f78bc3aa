//! Kubernetes objects: pods and what makes pods, config maps that hold etcd's files, and objects of tools that set up
//! clusters.

mod container;
mod emptied;
pub(super) mod entries;
pub(super) mod item;
pub(super) mod process;
mod site;

pub(super) use container::is_etcd_image;
pub(super) use site::{ArgumentSite, AssignmentSite, EntrySite, PairSite, fixed_word};

use super::encoded::Encoding;
use super::{ReadError, Reading, Recognition, Request, cluster_tool, concerns_server, ignition};
use crate::limits::LISTS_IN_LISTS;
use crate::member::Place;
use crate::text::yaml;
use crate::text::yaml::{Document, NodeId};

/// Where an object keeps the pods it makes.
const POD_PATHS: [&[&str]; 4] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
    &["template", "spec"],
];

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let is_object = text.lines().any(|line| {
        let line = line.trim_start_matches('\u{feff}');
        let flow = line.strip_prefix("---").unwrap_or(line).trim_start();
        line.starts_with("apiVersion:") || flow.starts_with('{') && text.contains("apiVersion:")
    }) || text.contains("\"apiVersion\"");
    if !is_object || !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if begins_as_yaml(text) && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!("this looks like a Kubernetes manifest and is not YAML: {error}"),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No("it is not YAML"),
    };
    let mut reading = Reading::of("manifest");
    for document in &documents {
        let mut reader = Reader::new(request, document, &mut reading);
        reader.object(document.root, 0);
        if let Some(error) = reader.error {
            return Recognition::Unreadable(error);
        }
    }
    if reading.is_empty() {
        return Recognition::No("its Kubernetes objects run no etcd with options of its own");
    }
    Recognition::Read(reading)
}

/// Whether the first line with content may be one of YAML or of a template; program code and prose may hold manifests
/// too.
fn begins_as_yaml(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    // A line that a template writes is masked.
    let is_masked = |line: &str| line.trim_start_matches('x').is_empty();
    let first = lines.find(|line| !is_masked(line) && !line.starts_with('#'));
    first.is_some_and(|line| {
        let key = line.split(':').next().unwrap_or_default();
        line.starts_with(['{', '[', '-', '%', '<', '$']) || line.contains(':') && !key.contains(' ')
    })
}

/// Reads one document of a file.
pub(super) struct Reader<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) document: &'a Document,
    pub(super) reading: &'a mut Reading,
    pub(super) error: Option<ReadError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        document: &'a Document,
        reading: &'a mut Reading,
    ) -> Self {
        Self {
            request,
            document,
            reading,
            error: None,
        }
    }

    fn object(&mut self, id: NodeId, depth: usize) {
        let document = self.document;
        let kind = document
            .value(id, "kind")
            .and_then(|kind| document.scalar(kind));
        let Some(kind) = kind else { return };
        if kind.ends_with("List") {
            if depth >= LISTS_IN_LISTS {
                self.too_deep(id, "lists of objects", LISTS_IN_LISTS);
                return;
            }
            if let Some(items) = document.value(id, "items") {
                for &item in document.items(items) {
                    self.object(item, depth + 1);
                }
            }
            return;
        }
        let api = document
            .value(id, "apiVersion")
            .and_then(|api| document.scalar(api));
        let Some(api) = api else { return };
        match kind {
            "ConfigMap" => {
                self.texts(id, "data");
                self.encoded(id, "binaryData");
            }
            "Secret" => {
                self.texts(id, "stringData");
                self.encoded(id, "data");
            }
            "MachineConfig" => {
                if let Some(config) = self.below(id, &["spec", "config"]) {
                    ignition::config(self.request, document, config, self.reading);
                }
            }
            _ => {
                cluster_tool::object(self, id, api, kind);
                self.pods(id);
            }
        }
    }

    fn pods(&mut self, id: NodeId) {
        let document = self.document;
        for path in POD_PATHS {
            let Some(spec) = self.below(id, path) else {
                continue;
            };
            for list in ["initContainers", "containers"] {
                if let Some(list) = document.value(spec, list) {
                    for &container in document.items(list) {
                        self.container(container);
                    }
                }
            }
        }
    }

    /// The node at the end of a path of keys.
    pub(super) fn below(&self, id: NodeId, path: &[&str]) -> Option<NodeId> {
        path.iter()
            .try_fold(id, |id, key| self.document.value(id, key))
    }

    /// Entries that are files of etcd's: its configuration file, a file of variables, a script that starts it.
    fn texts(&mut self, id: NodeId, entries: &str) {
        let document = self.document;
        let Some(data) = document.value(id, entries) else {
            return;
        };
        for &(key, value) in document.entries(data) {
            let name = document.scalar(key).unwrap_or_default();
            self.inner_file(value, document.is_flow(data), name);
        }
    }

    /// A scalar of several lines that is a file of its own.
    pub(super) fn inner_file(&mut self, value: NodeId, flow: bool, file_name: &str) {
        let Some(decoded) = yaml::decoded(self.request.text, self.document, value, flow) else {
            return;
        };
        if decoded.text.contains('\n') {
            self.request.open(self.reading, decoded, 0, file_name);
        }
    }

    /// Entries in base64.
    fn encoded(&mut self, id: NodeId, entries: &str) {
        let document = self.document;
        let Some(data) = document.value(id, entries) else {
            return;
        };
        for &(key, value) in document.entries(data) {
            let name = document.scalar(key).unwrap_or_default();
            let place = Place::new(0, document.node(value).span);
            if let Some(raw) = document.scalar(value) {
                let base64 = Encoding::BASE64;
                self.request
                    .look_into(self.reading, place, base64, raw, name);
            }
        }
    }

    /// What lies there is not read; where it sets options of etcd, that is said.
    pub(super) fn too_deep(&mut self, id: NodeId, what: &str, limit: usize) {
        let span = self.document.resolved(id).span;
        if concerns_server(self.request.catalogue, span.of(self.request.text)) {
            let message = format!(
                "{what} lie more than {limit} deep in one another here, and etcd's configuration in the innermost is not read"
            );
            self.reading.leave_unread(Place::new(0, span), message);
        }
    }

    pub(super) fn refuse(&mut self, error: ReadError) {
        self.error.get_or_insert(error);
    }
}
