//! Containers of objects, the patches that change them, and the kustomizations that say which patch changes what.

use crate::member::{Member, Place, Setting, TextId};
use crate::source::Span;
use crate::surface::reading::Moved;

/// What a text says about objects that are rendered from several texts.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The containers of its objects, which may be patches.
    pub containers: Vec<Container>,
    /// Its JSON patches (RFC 6902).
    pub json_patches: Vec<JsonPatch>,
    /// The kustomization that it is.
    pub kustomization: Option<Kustomization>,
    /// The folders with patches that it names for kubeadm.
    pub kubeadm_patches: Vec<String>,
}

/// The kind and the name of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectName {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A container of an object that runs pods.
#[derive(Clone, Debug)]
pub struct Container {
    /// The text that it is in.
    pub text: TextId,
    /// Its object.
    pub object: ObjectName,
    /// Its name.
    pub name: String,
    /// Its index among the containers of the pod.
    pub index: usize,
    /// Whether it has no image, which a patch leaves to the object that it changes.
    pub is_patch: bool,
    /// Whether it says something that a patch does to a list instead of merging it: `$patch`, `$setElementOrder`.
    pub has_directive: bool,
    /// The items of `command`, if it has one.
    pub command: Option<Vec<Span>>,
    /// The items of `args`, if it has some.
    pub args: Option<Vec<Span>>,
    /// The names of all its variables, in order.
    pub variable_names: Vec<String>,
    /// The settings of its variables.
    pub variables: Vec<Setting>,
    /// The members that it starts, or of which it sets something.
    pub members: Vec<Member>,
    /// Whether a tool adds arguments of its own, which are not known.
    pub has_more_arguments: bool,
}

/// The operations of a JSON patch on the containers of a pod.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    /// The text that it is in.
    pub text: TextId,
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

/// An operation of a JSON patch.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does: `add`, `replace`, `remove`.
    pub name: String,
    /// The index of the container.
    pub container: Option<usize>,
    /// The path in the container; empty for the container itself.
    pub path: Vec<String>,
    /// How many words or variables the value has.
    pub values: usize,
    /// The names of the variables of the value.
    pub variable_names: Vec<String>,
    /// The settings of the value.
    pub settings: Vec<Setting>,
}

/// What a kustomization is made of.
#[derive(Clone, Debug, Default)]
pub struct Kustomization {
    /// The files and folders with its objects.
    pub resources: Vec<String>,
    /// Its patches, in the order in which they are applied.
    pub patches: Vec<PatchSource>,
    /// Whether it changes objects in other ways too.
    pub has_more: bool,
    /// Whether it changes images.
    pub sets_images: bool,
}

/// A patch of a kustomization.
#[derive(Clone, Debug)]
pub struct PatchSource {
    /// The file, if it is one.
    pub file: Option<String>,
    /// The text inside the kustomization, if it is one.
    pub text: Option<TextId>,
    /// Where it is written.
    pub place: Place,
    /// The object that it changes; `None` if the patch itself names it.
    pub target: Option<Target>,
}

/// The objects that a patch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Their kind, if it matters.
    pub kind: Option<String>,
    /// Their name, if it matters.
    pub name: Option<String>,
    /// Whether labels, annotations or patterns decide too.
    pub has_more: bool,
}

impl Rendered {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.containers.is_empty()
            && self.json_patches.is_empty()
            && self.kustomization.is_none()
            && self.kubeadm_patches.is_empty()
    }

    /// Moves it from an inner text to the outer one.
    pub(in crate::surface) fn moved(mut self, moved: Moved) -> Self {
        for container in &mut self.containers {
            container.text += moved.texts;
            let variables = container.variables.iter_mut();
            variables.for_each(|setting| moved.setting(setting));
            let members = container.members.iter_mut();
            members.for_each(|member| moved.member(member));
        }
        for patch in &mut self.json_patches {
            patch.text += moved.texts;
            let operations = patch.operations.iter_mut();
            for setting in operations.flat_map(|operation| &mut operation.settings) {
                moved.setting(setting);
            }
        }
        // A kustomization inside another text has no folder.
        self.kustomization = None;
        self
    }

    /// Adds what an inner text says.
    pub(in crate::surface) fn extend(&mut self, other: Self) {
        self.containers.extend(other.containers);
        self.json_patches.extend(other.json_patches);
        self.kubeadm_patches.extend(other.kubeadm_patches);
    }
}

/// Whether kubeadm reads a file of that name as a patch of etcd's static pod: `etcd0+merge.yaml`.
#[must_use]
pub fn is_kubeadm_patch(file_name: &str) -> bool {
    let stem = [".yaml", ".json"].iter();
    let stem = stem.filter_map(|end| file_name.strip_suffix(end)).next();
    let Some(rest) = stem.and_then(|stem| stem.strip_prefix("etcd")) else {
        return false;
    };
    let (suffix, kind) = rest.split_once('+').unwrap_or((rest, "strategic"));
    let is_kind = matches!(kind, "strategic" | "merge" | "json");
    is_kind && suffix.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_patches_for_kubeadm() {
        for name in [
            "etcd.yaml",
            "etcd0+merge.yaml",
            "etcd+json.json",
            "etcdb.json",
        ] {
            assert!(is_kubeadm_patch(name), "{name}");
        }
        for name in ["etcd.conf.yaml", "etcd+other.yaml", "etcd.yml", "kube.yaml"] {
            assert!(!is_kubeadm_patch(name), "{name}");
        }
    }
}
