//! Heartbeats and elections, which all members count alike.

use super::finding::ClusterFinding;
use super::grouping::Cluster;
use super::odd::{by_value, elsewhere, names};
use crate::diagnostic::Severity;

/// Different times.
pub(super) const DIFFERS: &str = "raft-timing-differs";

pub(super) fn findings(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let mut found = Vec::new();
    for option in ["heartbeat-interval", "election-timeout"] {
        let values = cluster
            .said()
            .filter_map(|said| Some((said, said.told(option)?.text.as_str())));
        let groups = by_value(values);
        let Some((most, others)) = groups.split_first() else {
            continue;
        };
        for group in others {
            for said in &group.members {
                found.push(ClusterFinding {
                    rule: DIFFERS,
                    severity: Severity::Warning,
                    member: said.name.clone(),
                    option: Some(option),
                    spot: said.spot(option),
                    title: format!(
                        "`{option}` of {} is {} ms, of {} it is {} ms",
                        said.name,
                        group.value,
                        names(&most.members),
                        most.value
                    ),
                    message: "etcd does not compare them, and its documentation asks for the same value: \"Setting different values for etcd members may disrupt cluster stability.\"".to_owned(),
                    instead: format!("set `{option}` to one value for every member"),
                    notes: elsewhere(&most.members[..1], option),
                });
            }
        }
    }
    found
}
