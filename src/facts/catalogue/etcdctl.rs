//! What etcdctl knows of the v2 API.

use serde::Deserialize;

use crate::facts::version::Release;

/// The commands of etcdctl that only the v2 API has, and when they went.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Etcdctl {
    /// What the etcdctl of the v3 API does not know.
    pub v2_commands: Vec<String>,
    /// The first release that speaks the v3 API unless `ETCDCTL_API` says otherwise.
    pub v3_by_default: Release,
    /// The first release that speaks no other, whatever the variable says.
    pub only_v3: Release,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}
