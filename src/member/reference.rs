//! What a text says about other texts that configure the same process.

use std::path::Path;
use std::sync::Arc;

use super::place::Place;

/// What a process gets from another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// Environment variables.
    Variables,
    /// The variables of the process, as `/proc` shows them.
    Process,
    /// The configuration file of etcd.
    ConfigFile,
}

/// Another text that a process gets settings from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it gets.
    pub kind: ReferenceKind,
    /// The path on the host, as written.
    pub path: String,
    /// Where it is written.
    pub place: Place,
    /// Whether the process starts without the file.
    pub is_optional: bool,
    /// The object of Kubernetes that it is, instead of a file.
    pub object: Option<ObjectReference>,
}

/// A config map or a secret that a process gets something from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectReference {
    /// Whether it is a secret.
    pub is_secret: bool,
    /// Its namespace, if the text names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The entry of which the process gets the value, or the file; `None` for all entries.
    pub key: Option<String>,
    /// What precedes the names of its entries as variables.
    pub prefix: String,
}

impl ObjectReference {
    /// Returns the object as it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        let kind = if self.is_secret {
            "secret"
        } else {
            "config map"
        };
        match &self.key {
            Some(key) => format!("{key} of {kind} {}", self.name),
            None => format!("{kind} {}", self.name),
        }
    }
}

/// What a process gets from other texts.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// What sets variables, in order: a later one counts over an earlier one, and the text itself over all.
    pub variables: Vec<Reference>,
    /// Values of single variables, each with the site of its setting.
    pub values: Vec<(usize, Reference)>,
    /// The folders and files of its container that come from elsewhere.
    pub mounts: Vec<Mount>,
}

/// A folder or a file of a container that comes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Its path in the container.
    pub path: String,
    /// The path in the volume that is mounted; empty for all of it.
    pub sub_path: String,
    /// What is mounted.
    pub volume: Volume,
}

/// What a container mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Volume {
    /// A path on the host.
    Host(String),
    /// The entries of an object as files: `items` are pairs of a key and the path that it gets, all keys if empty.
    Object {
        /// Which.
        object: ObjectReference,
        /// The chosen keys, each with its path in the volume.
        items: Vec<(String, String)>,
    },
}

impl Inputs {
    /// Adds what another text says about the same process.
    pub fn extend(&mut self, other: Self) {
        self.variables.extend(other.variables);
        self.values.extend(other.values);
        self.mounts.extend(other.mounts);
    }

    /// Returns all references.
    pub fn references_mut(&mut self) -> impl Iterator<Item = &mut Reference> {
        let values = self.values.iter_mut().map(|(_, reference)| reference);
        self.variables.iter_mut().chain(values)
    }

    /// Returns what a file in the container is outside of it; `None` if nothing is mounted there.
    #[must_use]
    pub fn mounted(&self, file: &str) -> Option<MountedFile> {
        let below = |mount: &Mount| {
            let rest = file.strip_prefix(mount.path.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_matches('/').to_owned())
        };
        let mounts = self.mounts.iter();
        let mounts = mounts.filter_map(|mount| Some((mount, below(mount)?)));
        let (mount, rest) = mounts.max_by_key(|(mount, _)| mount.path.len())?;
        let parts = [mount.sub_path.trim_matches('/'), &rest];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let inside = parts.collect::<Vec<_>>().join("/");
        Some(match &mount.volume {
            Volume::Host(path) => {
                let path = path.trim_end_matches('/');
                let slash = if inside.is_empty() { "" } else { "/" };
                MountedFile::Host(format!("{path}{slash}{inside}"))
            }
            Volume::Object { object, items } => {
                let item = items.iter().find(|(_, path)| *path == inside);
                let key = match item {
                    Some((key, _)) => key.clone(),
                    None if items.is_empty() => inside,
                    // The volume does not have the file.
                    None => return None,
                };
                MountedFile::Entry(ObjectReference {
                    key: Some(key),
                    ..object.clone()
                })
            }
        })
    }
}

/// What a file in a container is outside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MountedFile {
    /// A path on the host.
    Host(String),
    /// An entry of an object.
    Entry(ObjectReference),
}

/// A word of a command that is a variable which the text does not set: it may hold flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The variable.
    pub variable: String,
    /// The word.
    pub place: Place,
}

/// Where a setting of a member is written, if that is another text than the one that is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The file.
    pub path: Arc<Path>,
    /// The line, 1-based.
    pub line: usize,
}

/// A service of a compose file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Whether it has a command or an entry point, which replaces that of the file that it overrides.
    pub has_command: bool,
}
