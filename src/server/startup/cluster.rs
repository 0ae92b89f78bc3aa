//! How a member finds its cluster, and the certificates it needs for that.

use std::collections::BTreeMap;

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::go_url::{self, Url};
use crate::member::Value;
use crate::server::effective::Effective;

/// The state of the initial cluster: `embed/config.go:646@v3.4.45`. An empty one in a file means new.
pub(super) fn state(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.in_file() {
        return None;
    }
    let state = effective.set("initial-cluster-state")?.text.clone()?;
    (!matches!(state.as_str(), "new" | "existing" | "")).then(|| {
        let line = format!("unexpected clusterState \"{state}\"");
        Refusal::new(
            effective,
            "initial-cluster-state",
            line,
            "write new or existing",
        )
    })
}

/// More than one way to find the cluster: `embed/config.go:650@v3.4.45`.
pub(super) fn bootstrap(effective: &Effective<'_>) -> Option<Refusal> {
    let discovery = effective.option("discovery").is_some() && effective.is_filled("discovery");
    let service = effective.is_filled("discovery-srv");
    let has_endpoints = effective.option("discovery-endpoints").is_some();
    let endpoints = effective.is_filled("discovery-endpoints");
    let cluster = names_cluster(effective);
    let ways = [discovery, service, endpoints, cluster];
    if ways.into_iter().filter(|way| *way).count() < 2 {
        return None;
    }
    let line = if has_endpoints {
        "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery\", \"discovery-endpoints\" or \"discovery-srv\""
    } else {
        "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \"discovery\" or \"discovery-srv\""
    };
    let option = if discovery {
        "discovery"
    } else if service {
        "discovery-srv"
    } else {
        "discovery-endpoints"
    };
    Some(Refusal::new(
        effective,
        option,
        line,
        "use one way to find the cluster",
    ))
}

/// Returns whether the initial cluster counts as set beside discovery.
fn names_cluster(effective: &Effective<'_>) -> bool {
    const DEFAULT: &str = "default=http://localhost:2380";
    let written = effective.set("initial-cluster");
    if !effective.in_file() {
        return written.is_some_and(|held| held.text.as_deref() != Some(""));
    }
    let text = match written {
        // A value that is set elsewhere is not empty.
        Some(held) => held.text.as_deref().unwrap_or("elsewhere=http://elsewhere"),
        None => DEFAULT,
    };
    if effective.does(Behaviour::DefaultClusterOfAFileCountsBesideDiscovery) {
        return !text.is_empty();
    }
    if !effective.does(Behaviour::OnlyTheClusterOfNameAndPeersIsClearedForDiscovery) {
        return !text.is_empty() && text != DEFAULT;
    }
    let name = effective.text("name");
    let peers = effective.text("initial-advertise-peer-urls");
    let (Some(name), Some(peers)) = (name, peers) else {
        return !text.is_empty() && text != DEFAULT;
    };
    let made: Vec<String> = peers
        .split(',')
        .map(|peer| format!("{name}={peer}"))
        .collect();
    !text.is_empty() && text != made.join(",")
}

/// Settings of v3 discovery that need one another, or exclude those of v2 discovery:
/// `server/embed/config.go:1255@v3.6.14`.
pub(super) fn discovery_pair(effective: &Effective<'_>) -> Option<Refusal> {
    effective.option("discovery-token")?;
    let token = effective.is_filled("discovery-token");
    let endpoints = effective.is_filled("discovery-endpoints");
    let details = [
        "discovery-cert",
        "discovery-key",
        "discovery-cacert",
        "discovery-user",
        "discovery-password",
    ];
    let v3 = token || endpoints || details.iter().any(|option| effective.is_filled(option));
    if v3 && effective.is_filled("discovery-proxy") {
        let line = "both v2 discovery settings (discovery, discovery-proxy) and v3 discovery settings (discovery-token, discovery-endpoints, discovery-cert, discovery-key, discovery-cacert, discovery-user, discovery-password) are set";
        return Some(Refusal::new(
            effective,
            "discovery-proxy",
            line,
            "use the settings of one discovery version",
        ));
    }
    if token != endpoints {
        let option = if token {
            "discovery-token"
        } else {
            "discovery-endpoints"
        };
        let line = "both --discovery-token and --discovery-endpoints must be set";
        return Some(Refusal::new(effective, option, line, "set both of them"));
    }
    let held = effective.set("discovery-endpoints")?;
    let setting = &effective.member.settings[held.setting];
    // An empty list in a file has no endpoint, and an empty flag has an empty one.
    if matches!(&setting.value, Value::List(items) if items.is_empty()) {
        return None;
    }
    let text = held.text.clone()?;
    text.split(',')
        .any(|endpoint| endpoint.trim().is_empty())
        .then(|| {
            let line = "--discovery-endpoints must not contain empty endpoints";
            Refusal::new(
                effective,
                "discovery-endpoints",
                line,
                "delete the empty endpoint",
            )
        })
}

/// The initial cluster must name this member, with the peer URLs it advertises:
/// `etcdserver/config.go:185@v3.4.45`, and `etcdmain/config.go:215@v3.0.17` for the default.
pub(super) fn initial_cluster(effective: &Effective<'_>) -> Option<Refusal> {
    let found_elsewhere = ["discovery", "discovery-srv", "discovery-endpoints"]
        .iter()
        .any(|option| effective.option(option).is_some() && effective.is_filled(option));
    if found_elsewhere {
        return None;
    }
    let name = effective.text("name")?;
    let advertised = effective.urls("initial-advertise-peer-urls")?;
    let text = effective.initial_cluster()?;
    let members = match initial_members(&text, effective) {
        Ok(members) => members,
        Err(line) => {
            let line = format!("error setting up initial cluster: {line}");
            return Some(Refusal::new(
                effective,
                "initial-cluster",
                line,
                "write name=URL pairs separated by commas",
            ));
        }
    };
    // A proxy need not be one of them: etcdmain/etcd.go:410@v3.4.45.
    if super::is_proxy(effective) != Some(false) {
        return None;
    }
    let option = if effective.set("initial-cluster").is_some() {
        "initial-cluster"
    } else {
        "name"
    };
    let Some(own) = members.get(&name) else {
        let line =
            format!("couldn't find local name \"{name}\" in the initial cluster configuration");
        let advice = format!("add an entry for {name} to initial-cluster");
        return Some(Refusal::new(effective, option, line, advice));
    };
    let existing = effective.text("initial-cluster-state").as_deref() == Some("existing");
    // Last, after the URLs of a new member are compared: etcdserver/config.go:110@v3.3.27.
    let repeated = || {
        let mut urls: Vec<&Url> = members.values().flatten().collect();
        urls.sort();
        urls.windows(2).any(|pair| pair[0] == pair[1]).then(|| {
            let line = format!("initial cluster {text} has duplicate url");
            Refusal::new(effective, option, line, "use each URL for one member only")
        })
    };
    if existing && let Some(refusal) = repeated() {
        return Some(refusal);
    }
    if existing {
        // Whatever the URLs of its own entry are: etcdserver/cluster_util.go:137@v3.4.23.
        let alone = members.len() == 1;
        return alone.then(|| {
            let line = "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given urls";
            Refusal::new(effective, "initial-cluster-state", line, "write new for a cluster of one, or add the other members to initial-cluster")
        });
    }
    if resolves_alike(own, &advertised, effective) {
        return repeated();
    }
    let list = |urls: &[Url]| urls.iter().map(Url::text).collect::<Vec<_>>().join(",");
    let line = if effective.does(Behaviour::RefusalOfOtherPeerUrlsQuotesTheCluster) {
        format!(
            "--initial-cluster has {name}={} but missing from --initial-advertise-peer-urls={}",
            list(own),
            list(&advertised)
        )
    } else {
        format!(
            "--initial-cluster must include {name}={} given --initial-advertise-peer-urls={}",
            list(&advertised),
            list(&advertised)
        )
    };
    Some(Refusal::new(
        effective,
        option,
        line,
        "write the same peer URLs in initial-cluster and initial-advertise-peer-urls",
    ))
}

/// Parses a text as `types.NewURLsMap` does: `pkg/types/urlsmap.go:88@v3.4.45`.
pub(crate) fn initial_members(
    text: &str,
    effective: &Effective<'_>,
) -> Result<BTreeMap<String, Vec<Url>>, String> {
    let mut urls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in text.split(',').filter(|entry| !entry.is_empty()) {
        let (name, url) = entry.split_once('=').unwrap_or((entry, ""));
        urls.entry(name.to_owned())
            .or_default()
            .push(url.to_owned());
    }
    let mut members = BTreeMap::new();
    for (name, urls) in urls {
        members.insert(
            name,
            go_url::parse_list(effective.catalogue, &urls.join(","), effective.release)?,
        );
    }
    Ok(members)
}

/// Returns whether two lists of URLs are the same, as far as text shows it: names that have to be resolved may resolve
/// to the same address. `localhost` is never resolved, but its spelling in capitals is:
/// `pkg/netutil/netutil.go:55@v2.3.8`, `pkg/netutil/netutil.go:106@v3.4.45`.
fn resolves_alike(one: &[Url], other: &[Url], effective: &Effective<'_>) -> bool {
    let normalises = effective.does(Behaviour::AddressesOfPeerUrlsAreNormalised);
    let compares_query = !effective.does(Behaviour::QueriesOfPeerUrlsAreNotCompared);
    let address = |url: &Url| {
        let host = url.host();
        let host = host.split('%').next().unwrap_or_default();
        if url.is_unix() || host == "localhost" {
            return Some(host.to_owned());
        }
        if host.eq_ignore_ascii_case("localhost") {
            return Some("127.0.0.1".to_owned());
        }
        let resolved = host.parse::<std::net::IpAddr>().ok()?;
        Some(if normalises {
            resolved.to_canonical().to_string()
        } else {
            host.to_owned()
        })
    };
    let alike = |one: &Url, other: &Url| {
        // The port of an address is a number, which may begin with zeros.
        let port = |url: &Url| {
            let (_, port) = go_url::split_host_port(&url.authority)?;
            let number = port.parse::<u16>().ok().map(|number| number.to_string());
            let is_number = normalises && url.host() != "localhost";
            Some(number.filter(|_| is_number).unwrap_or(port.to_owned()))
        };
        let rest = |url: &Url| {
            let url = url.clone();
            let compared = if compares_query {
                [url.user, url.tail]
            } else {
                Default::default()
            };
            (url.scheme, url.path, compared)
        };
        let hosts = match (address(one), address(other)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        one == other || rest(one) == rest(other) && port(one) == port(other) && hosts
    };
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
}

/// The discovery service must be a URL, and so must its proxy, which may lack the scheme:
/// `discovery/discovery.go:99@v3.3.27`.
pub(super) fn discovery_urls(effective: &Effective<'_>) -> Option<Refusal> {
    let (option, why) = bad_discovery_url(effective)?;
    let line = format!("failed to join discovery cluster ({why})");
    Some(Refusal::new(effective, option, line, "write a URL"))
}

/// The same of a proxy of the v2 API: `etcdmain/etcd.go:417@v3.4.45`.
pub(super) fn proxy_discovery_urls(effective: &Effective<'_>) -> Option<Refusal> {
    let (option, why) = bad_discovery_url(effective)?;
    Some(Refusal::new(effective, option, why, "write a URL"))
}

/// Returns the option whose URL of v2 discovery Go cannot parse, and why.
fn bad_discovery_url(effective: &Effective<'_>) -> Option<(&'static str, String)> {
    let text = |option: &'static str| {
        let held = effective
            .option(option)
            .and_then(|_| effective.set(option))?;
        held.text.clone().filter(|text| !text.is_empty())
    };
    let parsed = |text: &str| go_url::parse_url(effective.catalogue, text, effective.release);
    let discovery = text("discovery")?;
    if let Some(proxy) = text("discovery-proxy")
        && let Err(why) = parsed(&proxy)
        && parsed(&format!("http://{proxy}")).is_err()
    {
        return Some(("discovery-proxy", why));
    }
    let why = parsed(&discovery).err()?;
    Some(("discovery", why))
}
