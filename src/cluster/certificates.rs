//! TLS between members.

use super::finding::ClusterFinding;
use super::grouping::Cluster;
use super::odd::{elsewhere, names};
use super::said::Said;
use crate::diagnostic::Severity;
use crate::facts::go_url::{Url, go_parse, split_host_port};

/// TLS on one side only.
pub(super) const TLS_ON_ONE_SIDE: &str = "peer-tls-on-one-side";

/// Certificates that only some members require.
pub(super) const NOT_DEMANDED: &str = "peer-certificates-required-by-some";

/// Compares what a member listens on with the URLs under which other members reach it.
pub(super) fn schemes(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let found = cluster.said().filter_map(|said| {
        let listens = said.listens.as_ref()?;
        let mut others = cluster.said().filter(|other| other.name != said.name);
        others.find_map(|other| {
            let urls = other.list.get(&said.name)?.iter();
            let mut urls = urls.filter_map(|url| go_parse(url).ok());
            let url = urls.find(|url| is_contradicted(url, listens))?;
            Some(one_side(said, other, &url))
        })
    });
    found.collect()
}

/// Whether the member listens on the port of the URL, and only with the other scheme. On another port something between
/// the members may begin or end TLS.
fn is_contradicted(url: &Url, listens: &[Url]) -> bool {
    let port = |url: &Url| {
        let (_, port) = split_host_port(&url.authority)?;
        Some(port.to_owned())
    };
    let Some(wanted) = port(url).filter(|_| !url.is_unix()) else {
        return false;
    };
    let same = listens
        .iter()
        .filter(|own| !own.is_unix() && port(own).as_ref() == Some(&wanted));
    let same: Vec<&Url> = same.collect();
    !same.is_empty() && same.iter().all(|own| own.is_tls() != url.is_tls())
}

fn one_side(said: &Said, other: &Said, url: &Url) -> ClusterFinding {
    let (title, message) = if url.is_tls() {
        (
            format!(
                "{} listens without TLS, and {} reaches it with https",
                said.name, other.name
            ),
            "the members do not connect: `http: server gave HTTP response to HTTPS client`, `tls: first record does not look like a TLS handshake`",
        )
    } else {
        (
            format!(
                "{} listens with TLS, and {} reaches it with http",
                said.name, other.name
            ),
            "the members do not connect: `rejected connection on peer endpoint`, `tls: first record does not look like a TLS handshake`",
        )
    };
    let scheme = &url.scheme;
    ClusterFinding {
        rule: TLS_ON_ONE_SIDE,
        severity: Severity::Warning,
        member: said.name.clone(),
        option: Some("listen-peer-urls"),
        spot: said.spot("listen-peer-urls"),
        title,
        message: message.to_owned(),
        instead: format!(
            "write {scheme} in `listen-peer-urls` of {}, or correct `initial-cluster` of all members",
            said.name
        ),
        notes: vec![format!(
            "{} names {}={} in {}",
            other.name,
            said.name,
            url.text(),
            other.spot("initial-cluster").shown()
        )],
    }
}

/// Compares whether members require certificates of their peers.
pub(super) fn authentication(cluster: &Cluster<'_>) -> Vec<ClusterFinding> {
    let has_tls = |said: &&Said| {
        let listens = said.listens.as_ref();
        listens.is_some_and(|urls| !urls.is_empty() && urls.iter().all(Url::is_tls))
    };
    let with_tls = || cluster.said().filter(has_tls);
    let demanding: Vec<&Said> = with_tls()
        .filter(|said| said.demands_certificates == Some(true))
        .collect();
    if demanding.is_empty() {
        return Vec::new();
    }
    let open = with_tls().filter(|said| said.demands_certificates == Some(false));
    let found = open.map(|said| ClusterFinding {
        rule: NOT_DEMANDED,
        severity: Severity::Warning,
        member: said.name.clone(),
        option: Some("peer-client-cert-auth"),
        spot: said.spot("peer-client-cert-auth"),
        title: format!(
            "{} requires no certificate of its peers, {} {}",
            said.name,
            names(&demanding),
            if demanding.len() == 1 { "does" } else { "do" }
        ),
        message: format!(
            "whoever reaches the peer port of {} can act as a member; without `peer-trusted-ca-file` it accepts only authorities of the system, else `x509: certificate signed by unknown authority`",
            said.name
        ),
        instead: "set `peer-client-cert-auth` and `peer-trusted-ca-file` for every member".to_owned(),
        notes: elsewhere(&demanding[..1], "peer-client-cert-auth"),
    });
    found.collect()
}
