//! Feature gates.

use serde::Deserialize;

use crate::facts::version::Release;

/// One feature gate.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeatureGate {
    /// Its name, such as `InitialCorruptCheck`.
    pub name: String,
    /// The first release that has it.
    pub since: Release,
    /// Whether it is on by default.
    pub default: bool,
    /// How stable it is.
    pub stage: Option<String>,
    /// Another gate that it requires.
    pub requires: Option<String>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}
