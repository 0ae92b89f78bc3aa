//! Reads the generators of a kustomization, which make config maps from literals and files.

use super::entries;
use crate::member::{Place, Reference, ReferenceKind};
use crate::surface::config_object::ConfigObject;
use crate::surface::document::DocumentReader;
use crate::surface::process::{arguments, assignment};
use crate::surface::rendering::{Kustomization, PatchSource, Target};
use crate::text::yaml::{self, NodeId};

impl DocumentReader<'_> {
    /// Adds the config maps that a kustomization makes, and what it says about its patches.
    pub(super) fn kustomization(&mut self, id: NodeId) {
        let document = self.document;
        let kustomization = self.patches(id);
        self.reading.rendered.kustomization = Some(kustomization);
        let generators = document.value(id, "configMapGenerator");
        for &generator in generators.map_or(&[][..], |list| document.items(list)) {
            let text = |id: NodeId, key: &str| document.scalar(document.value(id, key)?);
            let Some(name) = document.value(generator, "name") else {
                continue;
            };
            let namespace = text(generator, "namespace").or_else(|| text(id, "namespace"));
            let place = Place::new(0, document.node(name).span);
            let name = document.scalar(name).unwrap_or_default();
            let mut object = ConfigObject {
                namespace: namespace.map(str::to_owned),
                ..entries::object(self.reading, name, place)
            };
            self.add_entries(generator, &mut object);
            entries::add(self.request.catalogue, self.reading, object);
        }
    }

    fn patches(&mut self, id: NodeId) -> Kustomization {
        let document = self.document;
        let items = |key: &str| {
            let list = document.value(id, key);
            list.map_or(&[][..], |list| document.items(list))
        };
        let text = |id: NodeId, key: &str| document.scalar(document.value(id, key)?);
        let resources = items("resources").iter().chain(items("bases"));
        let resources = resources.filter_map(|&item| document.scalar(item));
        let has = |key: &&str| document.value(id, key).is_some();
        let mut found = Kustomization {
            resources: resources.map(str::to_owned).collect(),
            patches: Vec::new(),
            sets_images: has(&"images"),
            has_more: [
                "components",
                "replacements",
                "transformers",
                "vars",
                "helmCharts",
            ]
            .iter()
            .any(has),
        };
        for &item in items("patchesStrategicMerge") {
            let content = document.scalar(item).unwrap_or_default();
            let patch = if content.contains('\n') {
                self.inline_patch(item, None)
            } else {
                file_patch(self, content, item, None)
            };
            found.patches.push(patch);
        }
        for &item in items("patches").iter().chain(items("patchesJson6902")) {
            let target = document.value(item, "target").map(|target| Target {
                kind: text(target, "kind").map(str::to_owned),
                name: text(target, "name").map(str::to_owned),
                has_more: document
                    .entries(target)
                    .iter()
                    .filter_map(|&(key, _)| document.scalar(key))
                    .any(|key| !matches!(key, "kind" | "name" | "group" | "version")),
            });
            if let Some(patch) = document.value(item, "patch") {
                found.patches.push(self.inline_patch(patch, target));
            } else if let Some(path) = document.value(item, "path") {
                let file = document.scalar(path).unwrap_or_default();
                found.patches.push(file_patch(self, file, path, target));
            }
        }
        found
    }

    /// Reads a patch that is written in the kustomization.
    fn inline_patch(&mut self, id: NodeId, target: Option<Target>) -> PatchSource {
        let document = self.document;
        let place = Place::new(0, document.node(id).span);
        let decoded = yaml::decoded(self.request.text, document, id, false);
        let text = decoded.and_then(|decoded| {
            let text = self.reading.texts.len() + 1;
            let inner = self.request.patch(&decoded.text)?;
            self.reading.graft(inner, decoded, 0);
            Some(text)
        });
        PatchSource {
            file: None,
            text,
            place,
            target,
        }
    }

    fn add_entries(&mut self, generator: NodeId, object: &mut ConfigObject) {
        let document = self.document;
        if let Some(list) = document.value(generator, "literals") {
            let literals = arguments(self.request.text, document, list, |_| Vec::new());
            for literal in literals.unwrap_or_default() {
                object
                    .variables
                    .extend(assignment(self.reading, literal, |_| Vec::new()));
            }
        }
        let items = |key: &str| {
            let list = document.value(generator, key);
            list.map_or(&[][..], |list| document.items(list))
        };
        let files = items("files").iter();
        let files = files.filter_map(|&file| document.scalar(file));
        // `key=path`; the key is otherwise the name of the file.
        let keys = files.map(|file| match file.split_once('=') {
            Some((key, _)) => key,
            None => file.rsplit('/').next().unwrap_or(file),
        });
        object.files.extend(keys.map(str::to_owned));
        let one = document.value(generator, "env");
        for file in items("envs").iter().copied().chain(one) {
            if let Some(path) = document.scalar(file) {
                object.variable_files.push(Reference {
                    kind: ReferenceKind::Variables,
                    path: path.to_owned(),
                    place: Place::new(0, document.node(file).span),
                    is_optional: false,
                    object: None,
                });
            }
        }
    }
}

/// A patch that is a file.
fn file_patch(
    reader: &DocumentReader<'_>,
    file: &str,
    id: NodeId,
    target: Option<Target>,
) -> PatchSource {
    PatchSource {
        file: Some(file.to_owned()),
        text: None,
        place: Place::new(0, reader.document.node(id).span),
        target,
    }
}
