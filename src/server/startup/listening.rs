//! What a member opens when it starts: its listeners and their TLS settings.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::go_url::{Url, split_host_port};
use crate::member::Value;
use crate::server::effective::Effective;

/// A TCP address that a member listens on.
struct Listener<'a> {
    option: &'static str,
    url: &'a Url,
    port: u32,
}

/// Ports that do not exist, and addresses that the member itself already listens on: peers, clients and metrics in this
/// order, `embed/etcd.go:473@v3.4.45`.
pub(super) fn addresses(effective: &Effective<'_>) -> Option<Refusal> {
    let mut lists: Vec<(&'static str, Vec<Url>)> = Vec::new();
    for option in [
        "listen-peer-urls",
        "listen-client-urls",
        "listen-metrics-urls",
    ] {
        if effective.option(option).is_some() {
            lists.push((option, effective.listed_urls(option)?));
        }
    }
    let reuses = effective.option("socket-reuse-port").is_some()
        && effective.boolean("socket-reuse-port") != Some(false);
    let mut open: Vec<Listener<'_>> = Vec::new();
    for (option, urls) in &lists {
        for url in urls.iter().filter(|url| !url.is_unix()) {
            let port = split_host_port(&url.authority).map_or("", |(_, port)| port);
            let Ok(port) = (if port.is_empty() {
                Ok(0)
            } else {
                port.parse::<u32>()
            }) else {
                return Some(no_port(effective, option, port));
            };
            if port > 65535 {
                return Some(no_port(effective, option, &port.to_string()));
            }
            if is_link_local(url.host()) {
                let line = format!("listen tcp {}: bind: invalid argument", url.authority);
                return Some(Refusal::new(
                    effective,
                    option,
                    line,
                    "write an address with its zone, or another address",
                ));
            }
            let new = Listener { option, url, port };
            let shared = |other: &&Listener<'_>| {
                effective.does(Behaviour::ClientUrlsShareAListener)
                    && *option == "listen-client-urls"
                    && other.option == *option
                    && other.url.authority == url.authority
            };
            if port == 0 || open.iter().any(|other| shared(&other)) {
                continue;
            }
            if !reuses && open.iter().any(|other| is_same_address(other, &new)) {
                let line = format!("listen tcp {}: bind: address already in use", url.authority);
                return Some(Refusal::new(effective, option, line, "use another port"));
            }
            open.push(new);
        }
    }
    None
}

/// An address that needs a zone: `fe80::1` instead of `fe80::1%eth0`.
fn is_link_local(host: &str) -> bool {
    host.parse::<std::net::Ipv6Addr>()
        .is_ok_and(|address| address.is_unicast_link_local())
}

fn no_port(effective: &Effective<'_>, option: &'static str, port: &str) -> Refusal {
    let line = format!("listen tcp: address {port}: invalid port");
    Refusal::new(effective, option, line, "use a port up to 65535")
}

/// Returns whether the second cannot be opened beside the first; an address without a host includes all of its family.
fn is_same_address(one: &Listener<'_>, other: &Listener<'_>) -> bool {
    if one.port != other.port {
        return false;
    }
    let address = |listener: &Listener<'_>| match listener.url.host() {
        "localhost" => Some(std::net::IpAddr::from([127, 0, 0, 1])),
        "" => Some(std::net::IpAddr::from([0u16; 8])),
        host => host.parse::<std::net::IpAddr>().ok(),
    };
    let (Some(one), Some(other)) = (address(one), address(other)) else {
        return false;
    };
    let covers = |all: std::net::IpAddr, one: std::net::IpAddr| {
        all.is_unspecified() && (all.is_ipv6() || one.is_ipv4())
    };
    one == other || covers(one, other) || covers(other, one)
}

/// The validity of a certificate that etcd makes for itself must not be zero:
/// `client/pkg/transport/listener.go:188@v3.5.1`. A 0 in a file is read as 1: `server/embed/config.go:594@v3.5.1`.
pub(super) fn self_signed(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.in_file() {
        return None;
    }
    effective.option("self-signed-cert-validity")?;
    let makes = |switch: &str, certificate: &str, key: &str| {
        effective.boolean(switch) == Some(true)
            && !effective.is_filled(certificate)
            && !effective.is_filled(key)
    };
    let makes = makes("auto-tls", "cert-file", "key-file")
        || makes("peer-auto-tls", "peer-cert-file", "peer-key-file");
    (makes && effective.number("self-signed-cert-validity")? == 0).then(|| {
        let line = "selfSignedCertValidity is invalid,it should be greater than 0";
        Refusal::new(
            effective,
            "self-signed-cert-validity",
            line,
            "write 1 or more years",
        )
    })
}

/// Only one restriction of the peers that may connect: `pkg/transport/listener.go:272@v3.4.0`; checked only with a
/// certificate.
pub(super) fn allowed_names(effective: &Effective<'_>) -> Option<Refusal> {
    let (name, host) = ("peer-cert-allowed-cn", "peer-cert-allowed-hostname");
    let filled = |option: &str| effective.option(option).is_some() && effective.is_filled(option);
    if !filled("peer-cert-file") || !filled(name) || !filled(host) {
        return None;
    }
    let text = |option: &str| effective.text(option).unwrap_or_default();
    let line = format!(
        "AllowedCN and AllowedHostname are mutually exclusive (cn=\"{}\", hostname=\"{}\")",
        text(name),
        text(host)
    );
    Some(Refusal::new(
        effective,
        host,
        line,
        "set only one of the two",
    ))
}

/// One of these must be offered by a server of HTTP/2: Go's `http2.ConfigureServer`.
const HTTP2_CIPHER_SUITES: [&str; 2] = [
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];

/// Returns the names in `cipher-suites`; in a file a list, whose items may be any text.
fn cipher_suite_names(effective: &Effective<'_>) -> Option<Vec<String>> {
    let held = effective.set("cipher-suites")?;
    if let Some(Value::List(items)) = effective
        .member
        .settings
        .get(held.setting)
        .map(|setting| &setting.value)
    {
        return items
            .iter()
            .map(crate::server::effective::flag_text)
            .collect();
    }
    let text = held.text.clone()?;
    Some(text.split(',').map(str::to_owned).collect())
}

/// Cipher suites are looked up when etcd starts, with or without TLS; an empty name is unknown as well:
/// `pkg/flags/strings.go:62@v3.3.27`.
pub(super) fn cipher_suites(effective: &Effective<'_>) -> Option<Refusal> {
    let names = cipher_suite_names(effective)?;
    let known = effective
        .option("cipher-suites")?
        .values
        .at(effective.release)?;
    let bad = names.iter().find(|name| !known.contains(name))?;
    let line = format!("unexpected TLS cipher suite \"{bad}\"");
    Some(Refusal::new(
        effective,
        "cipher-suites",
        line,
        "write names of Go's crypto/tls, without spaces between them",
    ))
}

/// Clients over TLS use HTTP/2, whose server checks the cipher suites: `embed/serve.go:272@v3.4.45`.
pub(super) fn http2_cipher_suites(effective: &Effective<'_>) -> Option<Refusal> {
    let names = cipher_suite_names(effective)?;
    let secure = effective
        .urls("listen-client-urls")?
        .iter()
        .any(Url::is_tls);
    let offers = |name: &String| HTTP2_CIPHER_SUITES.contains(&name.as_str());
    if names.is_empty() || !secure || names.iter().any(offers) {
        return None;
    }
    let line = "http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher (need at least one of TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)";
    Some(Refusal::new(
        effective,
        "cipher-suites",
        line,
        "add TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ))
}
