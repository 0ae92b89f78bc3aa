//! Files and objects of tools that set up clusters, as far as they contain options for etcd.

mod helm_values;
mod kubespray;
mod options;
mod tools;

use super::document::DocumentReader;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Recognition, Request};
use crate::text::yaml::{self, NodeId};

/// Every file of this kind contains one of these.
const SIGNS: [&str; 8] = [
    "etcd-arg",
    "extra_args",
    "extra_env",
    "extraArgs",
    "extraEnvVars",
    "autoCompaction",
    "etcd_",
    "configuration:",
];

/// Top-level keys that only these files have.
const CERTAIN_KEYS: [&str; 3] = ["etcd-arg:", "etcd-arg+:", "etcd_extra_vars:"];

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "cluster-tool",
    syntax: Syntax::Yaml,
    comments: Comments::Anywhere,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    if !text.contains("etcd") || !SIGNS.iter().any(|sign| text.contains(sign)) {
        return Recognition::No("");
    }
    let documents = match yaml::parse_all(text) {
        Ok(documents) => documents,
        Err(error) if is_certain(request) => {
            return Recognition::Unreadable(ReadError {
                message: format!(
                    "this looks like a file with options of etcd, but is not YAML: {error}"
                ),
                offset: error.offset,
            });
        }
        Err(_) => return Recognition::No(""),
    };
    let mut reading = Reading::of(SURFACE);
    for document in &documents {
        let root = document.root;
        let is_object =
            document.value(root, "apiVersion").is_some() && document.value(root, "kind").is_some();
        if is_object {
            continue;
        }
        let mut reader = DocumentReader::new(request, document, &mut reading);
        for tool in &tools::FILES {
            options::read(&mut reader, root, tool);
        }
        kubespray::read(&mut reader, root);
        helm_values::read(&mut reader, root);
        if let Some(error) = reader.error {
            return Recognition::Unreadable(error);
        }
    }
    if reading.is_empty() {
        return Recognition::No("");
    }
    Recognition::Read(reading)
}

/// Adds the members that a Kubernetes object of a tool describes.
pub(super) fn object(reader: &mut DocumentReader<'_>, id: NodeId, api: &str, kind: &str) {
    let matching = tools::OBJECTS.iter().filter(|tool| {
        tool.apis.iter().any(|name| api.contains(name))
            && (tool.kinds.is_empty() || tool.kinds.contains(&kind))
    });
    for tool in matching {
        options::read(reader, id, tool);
    }
    let folder = reader.below(id, &["patches", "directory"]);
    let folder = folder.and_then(|folder| reader.document.scalar(folder));
    if let Some(folder) = folder.filter(|_| api.starts_with("kubeadm.k8s.io/")) {
        let folders = &mut reader.reading.rendered.kubeadm_patches;
        folders.push(folder.to_owned());
    }
    if kind == "HelmRelease"
        && let Some(values) = reader.below(id, &["spec", "values"])
    {
        helm_values::read(reader, values);
    }
}

fn is_certain(request: &Request<'_>) -> bool {
    let is_yaml = [".yaml", ".yml"]
        .iter()
        .any(|end| request.file_name.ends_with(end));
    is_yaml
        && request.text.lines().any(|line| {
            CERTAIN_KEYS
                .iter()
                .any(|key| line.trim_start_matches('\u{feff}').starts_with(key))
        })
}
