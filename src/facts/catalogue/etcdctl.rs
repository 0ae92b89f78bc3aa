//! The commands of etcdctl's v2 API.

use serde::Deserialize;

use crate::facts::version::Release;

/// The commands of etcdctl that only the v2 API has, and when they were removed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Etcdctl {
    /// The commands that the etcdctl of the v3 API does not have.
    pub v2_commands: Vec<String>,
    /// The first release that uses the v3 API unless `ETCDCTL_API` selects another.
    pub v3_by_default: Release,
    /// The first release that has no other API, whatever the variable is set to.
    pub only_v3: Release,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}
