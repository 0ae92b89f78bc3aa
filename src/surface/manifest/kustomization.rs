//! Reads the generators of a kustomization, which make config maps from literals and files.

use super::entries;
use crate::member::{Place, Reference, ReferenceKind};
use crate::surface::config_object::ConfigObject;
use crate::surface::document::DocumentReader;
use crate::surface::process::{arguments, assignment};
use crate::text::yaml::NodeId;

impl DocumentReader<'_> {
    /// Adds the config maps that a kustomization makes.
    pub(super) fn kustomization(&mut self, id: NodeId) {
        let document = self.document;
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
