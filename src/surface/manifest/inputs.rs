//! Reads what a container gets from other objects: `envFrom`, `valueFrom`, `volumeMounts`.

use crate::member::{
    Inputs, Mount, ObjectReference, Place, Reference, ReferenceKind, Setting, Volume,
};
use crate::surface::document::DocumentReader;
use crate::text::yaml::NodeId;

impl DocumentReader<'_> {
    /// Returns what a container gets from elsewhere; `variables` are those of its `env`.
    pub(super) fn inputs(
        &self,
        container: NodeId,
        (spec, namespace): (NodeId, Option<&str>),
        variables: &[Setting],
    ) -> Inputs {
        let document = self.document;
        let items = |id: NodeId, key: &str| {
            let list = document.value(id, key);
            list.map_or(&[][..], |list| document.items(list))
        };
        let mut inputs = Inputs::default();
        for &source in items(container, "envFrom") {
            let prefix = document
                .value(source, "prefix")
                .and_then(|prefix| document.scalar(prefix));
            for (key, is_secret) in [("configMapRef", false), ("secretRef", true)] {
                let reference = self.reference(source, key, namespace, is_secret);
                if let Some(mut reference) = reference {
                    if let Some(object) = &mut reference.object {
                        prefix.unwrap_or_default().clone_into(&mut object.prefix);
                    }
                    inputs.variables.push(reference);
                }
            }
        }
        for &pair in items(container, "env") {
            let name = document.value(pair, "name");
            let name = name.map(|name| Place::new(0, document.node(name).span));
            let own = variables
                .iter()
                .find(|setting| Some(setting.name_place) == name);
            let from = document.value(pair, "valueFrom");
            let reference =
                from.and_then(|from| self.reference(from, "configMapKeyRef", namespace, false));
            if let (Some(own), Some(reference)) = (own, reference) {
                inputs.values.push((own.site, reference));
            }
        }
        let mounts = items(container, "volumeMounts").iter();
        inputs.mounts = mounts
            .filter_map(|&mount| self.mount(mount, spec, namespace))
            .collect();
        inputs
    }

    /// Returns the reference to an object under a key.
    fn reference(
        &self,
        id: NodeId,
        key: &str,
        namespace: Option<&str>,
        is_secret: bool,
    ) -> Option<Reference> {
        let document = self.document;
        let source = document.value(id, key)?;
        let name = document.value(source, "name")?;
        let text = |key: &str| document.scalar(document.value(source, key)?);
        let object = ObjectReference {
            is_secret,
            namespace: namespace.map(str::to_owned),
            name: document.scalar(name)?.to_owned(),
            key: text("key").map(str::to_owned),
            prefix: String::new(),
        };
        Some(Reference {
            kind: ReferenceKind::Variables,
            path: object.shown(),
            place: Place::new(0, document.node(name).span),
            is_optional: text("optional") == Some("true"),
            object: Some(object),
        })
    }

    /// Reads a mount of an object or of a path on the host.
    fn mount(&self, mount: NodeId, spec: NodeId, namespace: Option<&str>) -> Option<Mount> {
        let document = self.document;
        let text = |id: NodeId, key: &str| document.scalar(document.value(id, key)?);
        let name = text(mount, "name")?;
        let volumes = document.items(document.value(spec, "volumes")?);
        let mut volumes = volumes.iter().copied();
        let volume = volumes.find(|&volume| text(volume, "name") == Some(name))?;
        let host = document.value(volume, "hostPath");
        let object = |key: &str, named_by: &str, is_secret: bool| {
            let source = document.value(volume, key)?;
            let items = document.value(source, "items");
            let items = items.map_or(&[][..], |items| document.items(items));
            let items = items.iter().filter_map(|&item| {
                Some((
                    text(item, "key")?.to_owned(),
                    text(item, "path")?.to_owned(),
                ))
            });
            Some(Volume::Object {
                object: ObjectReference {
                    is_secret,
                    namespace: namespace.map(str::to_owned),
                    name: text(source, named_by)?.to_owned(),
                    ..ObjectReference::default()
                },
                items: items.collect(),
            })
        };
        let host = host.and_then(|host| text(host, "path"));
        let volume = host
            .map(|path| Volume::Host(path.to_owned()))
            .or_else(|| object("configMap", "name", false))
            .or_else(|| object("secret", "secretName", true))?;
        Some(Mount {
            path: text(mount, "mountPath")?.to_owned(),
            sub_path: text(mount, "subPath").unwrap_or_default().to_owned(),
            volume,
        })
    }
}
