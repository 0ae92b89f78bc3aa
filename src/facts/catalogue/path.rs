//! Paths that etcd answers over HTTP, or once did.

use serde::Deserialize;

use super::Timeline;
use crate::facts::version::Release;

/// How a release answers an HTTP path prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrefixStatus {
    /// etcd answers.
    Served,
    /// etcd answers as it answers the next prefix.
    Rewritten,
    /// etcd answers 404.
    Absent,
}

/// A path prefix of the v3 API over HTTP and its history.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApiPrefix {
    /// The prefix, such as `/v3beta`.
    pub prefix: String,
    status: Timeline<PrefixStatus>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}

impl ApiPrefix {
    /// Returns how `release` answers it.
    #[must_use]
    pub fn at(&self, release: Release) -> PrefixStatus {
        self.status
            .at(release)
            .copied()
            .unwrap_or(PrefixStatus::Absent)
    }
}

/// A path that etcd once answered over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Endpoint {
    /// The path, such as `/config/local/log`.
    pub path: String,
    /// The first release that no longer answers it.
    pub removed: Release,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}
