//! Kubernetes objects: pods and objects with pod templates, config maps with files of etcd, and objects of tools that
//! set up clusters.

mod container;
mod entries;
mod inputs;
mod json_patch;
mod kustomization;
mod live;
mod pod_paths;

use super::config_object::ConfigObject;
use super::document::DocumentReader;
use super::encoded::Encoding;
use super::evidence::concerns_server;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::rendering::{ObjectName, is_kubeadm_patch};
use super::request::{Discovery, Recognition, Request};
use super::{cluster_tool, ignition};
use crate::limits::LISTS_IN_LISTS;
use crate::member::Place;
use crate::text::yaml::{self, NodeId};
use pod_paths::POD_PATHS;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "manifest",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let is_object = text.lines().any(|line| {
        let line = line.trim_start_matches('\u{feff}');
        let flow = line.strip_prefix("---").unwrap_or(line).trim_start();
        line.starts_with("apiVersion:") || flow.starts_with('{') && text.contains("apiVersion:")
    }) || text.contains("\"apiVersion\"")
        || is_kustomization(request.file_name)
        || is_kubeadm_patch(request.file_name) && text.contains("containers:");
    let is_patch = is_json_patch(text);
    // A patch names its container by its place.
    let names_etcd = || text.contains("etcd") || text.contains("ETCD_");
    let is_forced = request.discovery == Discovery::Forced;
    if !is_patch && (!is_object || !names_etcd() && !is_forced) {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if begins_as_yaml(text) && concerns_server(request.catalogue, text) => {
            return Recognition::Unreadable(ReadError {
                message: format!("this looks like a Kubernetes manifest, but is not YAML: {error}"),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No("it is not YAML"),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        let mut reader = DocumentReader::new(request, document, &mut reading);
        if !reader.json_patch(document.root) {
            reader.object(document.root, 0);
        }
        if let Some(error) = reader.error {
            return Recognition::Unreadable(error);
        }
    }
    // Of another text a process may get an object.
    let is_asked_for = is_forced && (!reading.objects.is_empty() || !reading.rendered.is_empty());
    if reading.is_empty() && !is_asked_for {
        return Recognition::No("its Kubernetes objects do not run etcd with options");
    }
    Recognition::Read(reading)
}

impl Request<'_> {
    /// Reads a patch inside a kustomization; returns `None` if it cannot be read.
    fn patch(&self, text: &str) -> Option<Reading> {
        let request = Request {
            text,
            file_name: "",
            catalogue: self.catalogue,
            discovery: Discovery::Forced,
            depth: self.depth + 1,
            readers: self.readers,
        };
        match read(&request) {
            Recognition::Read(reading) => Some(reading),
            _ => None,
        }
    }
}

/// Whether a text may be a list of operations on containers.
fn is_json_patch(text: &str) -> bool {
    text.contains("op") && text.contains("path") && text.contains("/containers/")
}

/// Whether kustomize reads a file of that name.
fn is_kustomization(file_name: &str) -> bool {
    matches!(
        file_name,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    )
}

/// Whether the first line with content may be YAML or a template; program code and prose may contain manifests too.
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

/// The pod of a container.
struct Pod<'a> {
    spec: NodeId,
    namespace: Option<&'a str>,
    object: &'a ObjectName,
}

impl DocumentReader<'_> {
    fn object(&mut self, id: NodeId, depth: usize) {
        let document = self.document;
        let kind = document
            .value(id, "kind")
            .and_then(|kind| document.scalar(kind));
        let Some(kind) = kind else {
            // A kustomization may leave out its kind.
            if is_kustomization(self.request.file_name) {
                self.kustomization(id);
            } else if is_kubeadm_patch(self.request.file_name) {
                self.pods(id);
            }
            return;
        };
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
        self.mark_live(id);
        match kind {
            "ConfigMap" => {
                self.config_object(id, false, "data");
                self.texts(id, "data");
                self.encoded(id, "binaryData");
            }
            "Secret" => {
                // What is encoded is not read.
                if document.value(id, "data").is_none() {
                    self.config_object(id, true, "stringData");
                }
                self.texts(id, "stringData");
                self.encoded(id, "data");
            }
            "Kustomization" => self.kustomization(id),
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

    /// Reads an object whose entries processes may get as variables and files.
    fn config_object(&mut self, id: NodeId, is_secret: bool, data: &str) {
        let document = self.document;
        let Some(name) = self.below(id, &["metadata", "name"]) else {
            return;
        };
        let namespace = self.below(id, &["metadata", "namespace"]);
        let namespace = namespace.and_then(|name| document.scalar(name));
        let place = Place::new(0, document.node(name).span);
        let name = document.scalar(name).unwrap_or_default();
        let mut object = ConfigObject {
            is_secret,
            namespace: namespace.map(str::to_owned),
            ..entries::object(self.reading, name, place)
        };
        if let Some(data) = document.value(id, data) {
            let text = self.request.text;
            entries::read(text, document, self.reading, data, &mut object);
        }
        if let Some(files) = document.value(id, "binaryData") {
            let keys = document.entries(files).iter();
            let keys = keys.filter_map(|&(key, _)| document.scalar(key));
            object.files.extend(keys.map(str::to_owned));
        }
        entries::add(self.request.catalogue, self.reading, object);
    }

    fn pods(&mut self, id: NodeId) {
        let document = self.document;
        let namespace = self.below(id, &["metadata", "namespace"]);
        let namespace = namespace.and_then(|name| document.scalar(name));
        let text = |path: &[&str]| {
            let text = self.below(id, path);
            let text = text.and_then(|text| document.scalar(text));
            text.unwrap_or_default().to_owned()
        };
        let object = ObjectName {
            kind: text(&["kind"]),
            name: text(&["metadata", "name"]),
        };
        for path in POD_PATHS {
            let Some(spec) = self.below(id, path) else {
                continue;
            };
            let pod = Pod {
                spec,
                namespace,
                object: &object,
            };
            for list in ["initContainers", "containers"] {
                if let Some(nodes) = document.value(spec, list) {
                    for (index, &container) in document.items(nodes).iter().enumerate() {
                        let index = (list == "containers").then_some(index);
                        self.container(container, &pod, index);
                    }
                }
            }
        }
    }

    /// Reads entries that may be files of etcd: its configuration file, an environment file, a script that starts it.
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

    /// Detects etcd configuration in entries in base64.
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
                    .detect_encoded(self.reading, place, base64, raw, name);
            }
        }
    }
}
