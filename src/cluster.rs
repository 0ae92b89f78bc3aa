//! Compares the members of one cluster, which may be in several files.
//!
//! [`seen`] takes from each file what its members say about their cluster. When all files are checked, [`clusters`] finds
//! which members belong together, and [`findings`] compares them. A member counts only if its whole configuration is
//! known; what a template, a variable or a missing file decides is not compared.

mod certificates;
mod finding;
mod grouping;
mod identity;
mod lists;
mod odd;
mod plain_path;
mod releases;
mod said;
mod seen;
mod sources;
mod timing;

pub use finding::ClusterFinding;
pub use grouping::{Cluster, clusters};
pub use plain_path::plain;
pub use said::{Said, Spot, Told};
pub use seen::{Key, SeenMember, TextOf, merged, seen};
pub use sources::Sources;

use crate::facts::catalogue::Catalogue;

/// The ids of findings about clusters, each with its summary.
pub const ABOUT_CLUSTERS: [(&str, &str); 9] = [
    (
        lists::DIFFER,
        "New members of one cluster have different `initial-cluster`.",
    ),
    (
        lists::TOKENS_DIFFER,
        "New members with the same `initial-cluster` have different tokens.",
    ),
    (
        lists::EVEN,
        "A cluster has an even number of members, which tolerates no more failures than one member fewer.",
    ),
    (
        identity::NAME_TWICE,
        "A member that joins a cluster has the name of another member.",
    ),
    (
        identity::FOLDER_TWICE,
        "Two members of a cluster on the same host have the same data folder.",
    ),
    (
        certificates::TLS_ON_ONE_SIDE,
        "A member listens without TLS where the other members use it, or the reverse.",
    ),
    (
        certificates::NOT_DEMANDED,
        "Only some members of a cluster require certificates of their peers.",
    ),
    (
        timing::DIFFERS,
        "Members of one cluster have different heartbeat intervals or election timeouts.",
    ),
    (
        releases::TOO_FAR_APART,
        "The texts name releases for members of one cluster that are more than one minor apart.",
    ),
];

/// Whether the id is that of a finding about clusters.
#[must_use]
pub fn is_about_clusters(rule: &str) -> bool {
    ABOUT_CLUSTERS.iter().any(|(id, _)| *id == rule)
}

/// Returns what is wrong between the members of a cluster.
#[must_use]
pub fn findings(cluster: &Cluster<'_>, catalogue: &Catalogue) -> Vec<ClusterFinding> {
    let mut found = lists::findings(cluster);
    found.extend(identity::names(cluster));
    found.extend(identity::folders(cluster));
    found.extend(certificates::schemes(cluster));
    found.extend(certificates::authentication(cluster));
    found.extend(timing::findings(cluster));
    found.extend(releases::findings(cluster, catalogue));
    found
}
