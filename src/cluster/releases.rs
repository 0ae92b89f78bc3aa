//! The releases that the texts name for the members of one cluster.

use super::finding::ClusterFinding;
use super::grouping::Cluster;
use crate::diagnostic::Severity;
use crate::facts::catalogue::Catalogue;
use crate::facts::hops::Hops;
use crate::facts::version::Release;

/// Releases that cannot be mixed.
pub(super) const TOO_FAR_APART: &str = "releases-too-far-apart";

/// etcd supports neighbouring minors in one cluster; `rules/hops.toml` has what was tried with others.
pub(super) fn findings(cluster: &Cluster<'_>, catalogue: &Catalogue) -> Vec<ClusterFinding> {
    let members = cluster.members.iter();
    let members = members.filter_map(|(member, said)| Some((*said, member.evidence?)));
    let members: Vec<_> = members.collect();
    let Some((oldest, old)) = members.iter().min_by_key(|(_, release)| *release).copied() else {
        return Vec::new();
    };
    // The facts are parsed only if they are needed.
    let is_newer =
        |release: Release| release.line() > old.line() && catalogue.release(release.line()).is_ok();
    if !members.iter().any(|(_, release)| is_newer(*release)) {
        return Vec::new();
    }
    let Ok(hops) = Hops::built_in() else {
        return Vec::new();
    };
    let too_new = members
        .iter()
        .filter(|(_, release)| hops.between(old, *release).count() > 1);
    let found = too_new.map(|(said, new)| {
        let mut tried = hops.skipped.iter();
        let tried = tried.find(|tried| tried.from == old.line() && tried.to == new.line());
        let is_harmless = tried.is_some_and(|tried| tried.harmless);
        ClusterFinding {
            rule: TOO_FAR_APART,
            severity: if is_harmless {
                Severity::Warning
            } else {
                Severity::Error
            },
            member: said.name.clone(),
            option: None,
            spot: said.anchor.clone(),
            title: format!(
                "{} runs etcd {new} in one cluster with {}, which runs etcd {old}",
                said.name, oldest.name
            ),
            message: tried.map_or_else(
                || {
                    "etcd members work together only with those of the minor before and after"
                        .to_owned()
                },
                |tried| format!("tried on real servers: {}", tried.seen),
            ),
            instead:
                "upgrade all members to each minor in between before any member runs the next one"
                    .to_owned(),
            notes: vec![format!(
                "{} begins in {}",
                oldest.name,
                oldest.anchor.shown()
            )],
        }
    });
    found.collect()
}
