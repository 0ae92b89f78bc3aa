//! Names and folders that are used twice. Peer URLs that are used twice, and a name that does not belong to the URLs of
//! a new member, are found in one member alone: [`crate::server::startup`].

use super::finding::ClusterFinding;
use super::grouping::Cluster;
use super::odd::elsewhere;
use super::said::{Said, host};
use crate::diagnostic::Severity;

/// The name of another member.
pub(super) const NAME_TWICE: &str = "member-name-used-twice";

/// The data folder of another member.
pub(super) const FOLDER_TWICE: &str = "data-folder-used-twice";

/// A member that joins takes the ID of the entry with its name, whatever the URLs there: `etcdserver/raft.go:504@v3.4.23`.
pub(super) fn names(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let joining = cluster.said().filter(|said| {
        let own = said.list.get(&said.name);
        said.joins() && said.advertised.is_some() && own != said.advertised.as_ref()
    });
    let found = joining.filter_map(|said| {
        let is_owner = |other: &&Said| other.name == said.name && said.names(other);
        let owner = cluster.said().find(is_owner)?;
        Some(ClusterFinding {
            rule: NAME_TWICE,
            severity: Severity::Error,
            member: said.name.clone(),
            option: Some("name"),
            spot: said.spot("name"),
            title: format!("two members of the cluster have the name {}", said.name),
            message: "a member that joins a running cluster takes the identity of its name: it exits, `tocommit(…) is out of range [lastIndex(0)]`".to_owned(),
            instead: "give each member a name of its own, with its peer URLs in `initial-cluster`".to_owned(),
            notes: elsewhere(&[owner], "name"),
        })
    });
    found.collect()
}

/// Two processes on a host cannot open the same data.
pub(super) fn folders(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let mut found = Vec::new();
    let mut known: Vec<(&Said, &String, Vec<String>)> = Vec::new();
    for said in cluster.said() {
        let (Some(folder), Some(urls)) = (&said.folder, &said.advertised) else {
            continue;
        };
        let hosts: Vec<String> = urls.iter().filter_map(|url| host(url)).collect();
        let is_same = |(_, other, on): &&(&Said, &String, Vec<String>)| {
            *other == folder && !hosts.is_empty() && *on == hosts
        };
        if let Some((other, ..)) = known.iter().find(is_same) {
            found.push(ClusterFinding {
                rule: FOLDER_TWICE,
                severity: Severity::Warning,
                member: said.name.clone(),
                option: Some("data-dir"),
                spot: said.spot("data-dir"),
                title: format!("{} and {} have the same data folder on one host", other.name, said.name),
                message: "the second process waits for the first to stop, `db file is flocked by another process, or taking too long`".to_owned(),
                instead: "give each member a `data-dir` of its own".to_owned(),
                notes: elsewhere(&[*other], "data-dir"),
            });
        }
        known.push((said, folder, hosts));
    }
    found
}
