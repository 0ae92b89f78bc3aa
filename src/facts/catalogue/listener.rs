//! Where a member listens, and for whom.

use serde::Deserialize;

/// Who connects to a URL that a member listens on, in the order in which etcd opens the listeners:
/// `embed/etcd.go:125@v3.4.45`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listener {
    /// Other members.
    Peers,
    /// Clients, over gRPC; over HTTP too if there is no listener for [`Self::HttpClients`].
    Clients,
    /// Clients over HTTP alone.
    HttpClients,
    /// Whoever reads metrics and health.
    Metrics,
}

/// An address that etcd 2.3 makes a URL of: `pkg/flags/flag.go:143@v2.3.8`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Address {
    /// The option whose URLs it replaces; both together are refused.
    pub urls: String,
    /// The option whose port it takes if it is not set, with the host `::`.
    pub port_of: Option<String>,
    /// The options of which one makes it a URL of https.
    pub https_with: Vec<String>,
}
