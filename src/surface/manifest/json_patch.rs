//! Reads JSON patches (RFC 6902) of objects that run pods: what their operations write in containers.

use super::POD_PATHS;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Member, Place, Setting, Value};
use crate::surface::document::DocumentReader;
use crate::surface::evidence::is_telling;
use crate::surface::process::is_variable;
use crate::surface::rendering::{JsonPatch, Operation};
use crate::surface::site::Site;
use crate::text::yaml::NodeId;

impl DocumentReader<'_> {
    /// Reads a list of operations; returns whether it is one.
    pub(super) fn json_patch(&mut self, id: NodeId) -> bool {
        let document = self.document;
        let items = document.items(id);
        let text = |id: NodeId, key: &str| document.scalar(document.value(id, key)?);
        let is_operation = |item: &NodeId| {
            text(*item, "op").is_some()
                && text(*item, "path").is_some_and(|path| path.starts_with('/'))
        };
        if items.is_empty() || !items.iter().all(is_operation) {
            return false;
        }
        let mut operations = Vec::new();
        for &item in items {
            let path = text(item, "path").unwrap_or_default();
            let Some((container, path)) = in_container(path) else {
                continue;
            };
            let mut operation = Operation {
                name: text(item, "op").unwrap_or_default().to_owned(),
                container,
                path,
                values: 0,
                variable_names: Vec::new(),
                settings: Vec::new(),
            };
            if let Some(value) = document.value(item, "value") {
                self.value(value, &mut operation);
            }
            operations.push(operation);
        }
        self.add_part(&operations);
        self.reading.rendered.json_patches.push(JsonPatch {
            text: 0,
            operations,
        });
        true
    }

    fn value(&mut self, value: NodeId, operation: &mut Operation) {
        let document = self.document;
        let is_list = !document.items(value).is_empty();
        let values = if is_list {
            document.items(value).to_vec()
        } else {
            vec![value]
        };
        operation.values = values.len();
        let of_env = operation.path.first().is_some_and(|key| key == "env");
        for value in values {
            if of_env {
                let name = document.value(value, "name");
                let name = name.and_then(|name| document.scalar(name));
                operation.variable_names.extend(name.map(str::to_owned));
                operation.settings.extend(self.variable(value));
            } else {
                operation.settings.extend(self.flag(value));
            }
        }
    }

    /// Reads a variable `name: X`, `value: Y`, or the value of one.
    fn variable(&mut self, id: NodeId) -> Option<Setting> {
        let document = self.document;
        let name = document.value(id, "name");
        let (name_text, name_place) = match name {
            Some(name) => (document.scalar(name)?, document.node(name).span),
            // `/env/0/value`: the name is that of the entry.
            None => ("", document.node(id).span),
        };
        let value = match name {
            Some(_) => document.value(id, "value"),
            None => Some(id),
        };
        let place = value.map_or(name_place, |value| document.node(value).span);
        let text = value.and_then(|value| document.scalar(value));
        if name.is_some() && !is_variable(name_text) {
            return None;
        }
        Some(Setting {
            spelling: Spelling::Variable,
            name: name_text.to_owned(),
            name_place: Place::new(0, name_place),
            value: match text {
                Some(text) if !text.contains("$(") => Value::Text(text.to_owned()),
                _ => Value::Unknown(text.unwrap_or_default().to_owned()),
            },
            value_place: Place::new(0, place),
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(Site::Fixed),
        })
    }

    /// Reads a word `--name=value`.
    fn flag(&mut self, id: NodeId) -> Option<Setting> {
        let document = self.document;
        let word = document.scalar(id)?;
        let flag = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) if value.contains("$(") => (name, Value::Unknown(value.to_owned())),
            Some((name, value)) => (name, Value::Text(value.to_owned())),
            None => (flag, Value::Bare),
        };
        let place = Place::new(0, document.node(id).span);
        Some(Setting {
            spelling: Spelling::Flag,
            name: name.to_owned(),
            name_place: place,
            value,
            value_place: place,
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(Site::Fixed),
        })
    }

    /// Adds a part of a member, if only etcd has these settings.
    fn add_part(&mut self, operations: &[Operation]) {
        let catalogue = self.request.catalogue;
        let settings = operations.iter().flat_map(|operation| &operation.settings);
        let settings: Vec<Setting> = settings
            .filter(|setting| !setting.name.is_empty())
            .cloned()
            .collect();
        let is_known = |setting: &Setting| setting.option_in(catalogue).is_some();
        let is_etcd = settings
            .iter()
            .any(|setting| is_telling(catalogue, setting.spelling, &setting.name))
            && settings.iter().any(is_known);
        if let Some(first) = settings.first().filter(|_| is_etcd) {
            let anchor = first.name_place;
            self.reading.members.push(Member {
                settings,
                completeness: Completeness::Partial,
                ..Member::at(anchor)
            });
        }
    }
}

/// Returns the container that a path leads into, and the rest of the path; `None` for other parts of an object. The
/// container is not known for a path that leads to all of them.
fn in_container(path: &str) -> Option<(Option<usize>, Vec<String>)> {
    let keys = path.split('/').skip(1);
    let keys: Vec<String> = keys
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect();
    let pod = POD_PATHS.iter().find(|pod| {
        let mut keys = keys.iter();
        pod.iter()
            .all(|key| keys.next().is_some_and(|own| own == key))
            && keys.next().is_some_and(|key| key == "containers")
    });
    if let Some(pod) = pod {
        let rest = &keys[pod.len() + 1..];
        let (index, rest) = rest
            .split_first()
            .map_or((None, rest), |(index, rest)| (index.parse().ok(), rest));
        return Some((index, rest.to_vec()));
    }
    // A path to what contains the containers.
    let is_around = POD_PATHS
        .iter()
        .any(|pod| keys.len() <= pod.len() && pod.iter().zip(&keys).all(|(key, own)| own == key));
    is_around.then(|| (None, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_into_containers() {
        let of = |path: &str| {
            let (index, rest) = in_container(path)?;
            Some((index, rest.join(" ")))
        };
        let args = of("/spec/template/spec/containers/0/args/2");
        assert_eq!(args, Some((Some(0), "args 2".to_owned())));
        let env = of("/spec/containers/1/env/-");
        assert_eq!(env, Some((Some(1), "env -".to_owned())));
        assert_eq!(of("/spec/template/spec"), Some((None, String::new())));
        assert_eq!(of("/spec/replicas"), None);
        assert_eq!(of("/metadata/labels"), None);
    }
}
