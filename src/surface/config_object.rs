//! Config maps and secrets, as processes get variables, values and files from them.

use crate::member::{ObjectReference, Place, Reference, Setting, Value};

/// A config map or a secret.
#[derive(Clone, Debug)]
pub struct ConfigObject {
    /// Whether it is a secret.
    pub is_secret: bool,
    /// Its namespace, if the text names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub name_place: Place,
    /// Its entries of one line, each as the variable that it may become.
    pub variables: Vec<Setting>,
    /// The environment files whose variables are entries too: `envs` of a generator of kustomize.
    pub variable_files: Vec<Reference>,
    /// The keys of its other entries.
    pub files: Vec<String>,
    /// A site that is never edited.
    pub fixed: usize,
}

impl ConfigObject {
    /// Whether a reference leads to it.
    #[must_use]
    pub fn is_named_by(&self, reference: &ObjectReference) -> bool {
        let namespaces = self.namespace.as_ref().zip(reference.namespace.as_ref());
        self.is_secret == reference.is_secret
            && self.name == reference.name
            && namespaces.is_none_or(|(own, other)| own == other)
            && reference.key.as_ref().is_none_or(|key| self.has(key))
    }

    /// Whether it has an entry of that key.
    fn has(&self, key: &str) -> bool {
        self.value(key).is_some() || self.files.iter().any(|file| file == key)
    }

    /// Returns the value of an entry of one line.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        let mut variables = self.variables.iter();
        let entry = variables.find(|setting| setting.name == key);
        entry.map(|setting| &setting.value)
    }

    /// Returns the variables of etcd that a process gets whose names a prefix precedes.
    #[must_use]
    pub fn variables_with(&self, prefix: &str) -> Vec<Setting> {
        let variables = self.variables.iter().map(|setting| {
            let name = format!("{prefix}{}", setting.name);
            // A new name would have the prefix too.
            let site = if prefix.is_empty() {
                setting.site
            } else {
                self.fixed
            };
            Setting {
                name,
                site,
                ..setting.clone()
            }
        });
        variables
            .filter(|setting| setting.name.starts_with("ETCD_"))
            .collect()
    }
}
