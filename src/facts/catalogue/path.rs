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

/// A path that only some releases answer over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Endpoint {
    /// The path, such as `/config/local/log`.
    pub path: String,
    /// The first release of each minor that answers it, from which on all do; empty if the first release of etcd does.
    #[serde(default)]
    pub since: Vec<Release>,
    /// The first release that no longer answers it.
    pub removed: Option<Release>,
    /// `path:line@tag`.
    pub sources: Vec<String>,
}

impl Endpoint {
    /// Whether `release` answers the path.
    #[must_use]
    pub fn is_served_at(&self, release: Release) -> bool {
        let of_line = self.since.iter().find(|since| since.same_line(release));
        let begun = match (of_line, self.since.first()) {
            (Some(since), _) => *since <= release,
            (None, Some(first)) => *first <= release,
            (None, None) => true,
        };
        begun && self.removed.is_none_or(|removed| release < removed)
    }
}
