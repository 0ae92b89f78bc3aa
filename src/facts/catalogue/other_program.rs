//! Programs that read variables with names like those of etcd.

use serde::Deserialize;

/// A program that reads variables with names like those of etcd, which etcd ignores.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OtherProgram {
    /// What it is.
    pub name: String,
    /// Its variables.
    pub variables: Vec<String>,
}

impl OtherProgram {
    /// Whether it reads the variable.
    #[must_use]
    pub fn reads(&self, variable: &str) -> bool {
        self.variables.iter().any(|name| name == variable)
    }
}
