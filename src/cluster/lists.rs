//! Initial clusters, tokens, and how many members there are.

use super::finding::ClusterFinding;
use super::grouping::Cluster;
use super::odd::{by_value, elsewhere, names};
use super::said::Said;
use crate::diagnostic::Severity;

/// Different initial clusters.
pub(super) const DIFFER: &str = "initial-clusters-differ";

/// Different tokens.
pub(super) const TOKENS_DIFFER: &str = "initial-cluster-tokens-differ";

/// An even number of members.
pub(super) const EVEN: &str = "even-number-of-members";

/// What etcd does with another identity of the cluster.
const MISMATCH: &str =
    "they compute different cluster IDs and refuse one another, `request cluster ID mismatch`";

/// Returns what is wrong between the lists of members that start with empty data folders.
pub(super) fn findings(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let new = cluster.said().filter(|said| said.is_new());
    let lists = by_value(new.map(|said| (said, said.urls())));
    let Some((most, others)) = lists.split_first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for said in others.iter().flat_map(|group| &group.members) {
        found.push(differs(said, &most.members));
    }
    found.extend(tokens(&most.members));
    let is_whole = others.is_empty() && most.members.len() == cluster.members.len();
    if is_whole && most.value.len().is_multiple_of(2) {
        found.push(even(most.members[0]));
    }
    found
}

fn differs(said: &Said, most: &[&Said]) -> ClusterFinding {
    let (missing, added) = (entries_beside(most[0], said), entries_beside(said, most[0]));
    let difference = match (missing.as_str(), added.as_str()) {
        (missing, "") => format!("it lacks {missing}"),
        ("", added) => format!("it also has {added}"),
        (missing, added) => format!("it has {added} in place of {missing}"),
    };
    ClusterFinding {
        rule: DIFFER,
        severity: Severity::Warning,
        member: said.name.clone(),
        option: Some("initial-cluster"),
        spot: said.spot("initial-cluster"),
        title: format!(
            "`initial-cluster` of {} differs from that of {}",
            said.name,
            names(most)
        ),
        message: format!("{difference}: with empty data folders {MISMATCH}"),
        instead: "write the same `initial-cluster` for every member; one that joins a running cluster needs `initial-cluster-state: existing`".to_owned(),
        notes: elsewhere(&most[..1], "initial-cluster"),
    }
}

/// Returns the entries of a list whose URLs the other list does not have.
fn entries_beside(said: &Said, other: &Said) -> String {
    let entries = said.list.iter();
    let entries = entries.filter(|(_, urls)| !other.list.values().any(|known| known == *urls));
    let entries =
        entries.flat_map(|(name, urls)| urls.iter().map(move |url| format!("{name}={url}")));
    entries.collect::<Vec<_>>().join(",")
}

fn tokens(members: &[&Said]) -> Vec<ClusterFinding> {
    let tokens = members.iter().filter_map(|said| {
        let token = said.told("initial-cluster-token")?;
        Some((*said, token.text.as_str()))
    });
    let groups = by_value(tokens);
    let Some((most, others)) = groups.split_first() else {
        return Vec::new();
    };
    let others = others
        .iter()
        .flat_map(|group| group.members.iter().map(move |said| (said, group.value)));
    let found = others.map(|(said, token)| ClusterFinding {
        rule: TOKENS_DIFFER,
        severity: Severity::Warning,
        member: said.name.clone(),
        option: Some("initial-cluster-token"),
        spot: said.spot("initial-cluster-token"),
        title: format!(
            "`initial-cluster-token` of {} is {token}, of {} it is {}",
            said.name,
            names(&most.members),
            most.value
        ),
        message: format!(
            "the members have the same `initial-cluster`, but with empty data folders {MISMATCH}"
        ),
        instead: format!(
            "write `initial-cluster-token` {} for every member",
            most.value
        ),
        notes: elsewhere(&most.members[..1], "initial-cluster-token"),
    });
    found.collect()
}

fn even(said: &Said) -> ClusterFinding {
    let count = said.list.len();
    let may_fail = match count / 2 - 1 {
        0 => "no member may fail".to_owned(),
        1 => "one member may fail".to_owned(),
        tolerated => format!("{tolerated} members may fail"),
    };
    ClusterFinding {
        rule: EVEN,
        severity: Severity::Note,
        member: said.name.clone(),
        option: Some("initial-cluster"),
        spot: said.spot("initial-cluster"),
        title: format!("the cluster has {count} members, an even number"),
        message: format!(
            "etcd needs a majority, {} of {count}: {may_fail}, as in a cluster of {}",
            count / 2 + 1,
            count - 1,
        ),
        instead: format!("use {} or {} members", count - 1, count + 1),
        notes: Vec::new(),
    }
}
