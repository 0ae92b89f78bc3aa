//! What a member opens when it starts: its listeners and their TLS settings.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{KeyType, Listener};
use crate::facts::go_url::{self, Url, split_host_port};
use crate::server::effective::Effective;

/// A TCP address that a member listens on.
struct Address<'a> {
    listens: Listener,
    url: &'a Url,
    port: u32,
}

/// One address for clients over gRPC and for clients over HTTP alone.
pub(super) fn shared_client_url(effective: &Effective<'_>) -> Option<Refusal> {
    let listeners = effective.catalogue.listeners(effective.release);
    let of = |kind: Listener| {
        let option = listeners.iter().find(|(listens, _)| *listens == kind)?.1;
        Some((option, effective.urls(&option.name)?))
    };
    let (_, clients) = of(Listener::Clients)?;
    let (option, http) = of(Listener::HttpClients)?;
    let url = http
        .iter()
        .find(|url| clients.iter().any(|client| opened(client) == opened(url)))?;
    let options = if effective.does(Behaviour::RefusalOfASharedClientUrlNamesTheFlags) {
        "--listen-client-urls and --listen-client-http-urls"
    } else {
        "--client-listen-urls and --client-listen-http-urls"
    };
    let line = format!("cannot bind both {options} on the same url {}", url.text());
    Some(Refusal::new(
        effective,
        &option.name,
        line,
        "use another port for clients over HTTP",
    ))
}

/// Returns what etcd opens for a URL: a TCP address, or the path of a Unix socket.
fn opened(url: &Url) -> String {
    if url.is_unix() {
        format!("{}{}", url.authority, url.path)
    } else {
        url.authority.clone()
    }
}

/// Ports that do not exist, and addresses that the member itself already listens on: peers, clients and metrics in this
/// order, `embed/etcd.go:473@v3.4.45`.
pub(super) fn addresses(effective: &Effective<'_>) -> Option<Refusal> {
    unopened(effective, |_| true)
}

/// The same of a proxy of the v2 API, which opens every client URL and no other: `etcdmain/etcd.go:531@v3.4.45`.
pub(super) fn proxy_addresses(effective: &Effective<'_>) -> Option<Refusal> {
    unopened(effective, |listens| listens == Listener::Clients)
}

/// Returns the first address that cannot be opened, of the listeners that are opened.
fn unopened(effective: &Effective<'_>, is_opened: fn(Listener) -> bool) -> Option<Refusal> {
    let is_proxy = super::is_proxy(effective) != Some(false);
    let mut lists: Vec<(Listener, &str, Vec<Url>)> = Vec::new();
    let listeners = effective.catalogue.listeners(effective.release).into_iter();
    for (listens, option) in listeners.filter(|(listens, _)| is_opened(*listens)) {
        lists.push((listens, &option.name, effective.listed_urls(&option.name)?));
    }
    let reuses = effective.option("socket-reuse-port").is_some()
        && effective.boolean("socket-reuse-port") != Some(false);
    let mut open: Vec<Address<'_>> = Vec::new();
    for (listens, option, urls) in &lists {
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
            let new = Address {
                listens: *listens,
                url,
                port,
            };
            let shares = match listens {
                Listener::Clients => {
                    !is_proxy && effective.does(Behaviour::ClientUrlsShareAListener)
                }
                // An address of both kinds of clients is refused before.
                Listener::HttpClients => true,
                Listener::Peers | Listener::Metrics => false,
            };
            let shared = |other: &Address<'_>| {
                shares
                    && matches!(other.listens, Listener::Clients | Listener::HttpClients)
                    && other.url.authority == url.authority
            };
            if port == 0 || open.iter().any(shared) {
                continue;
            }
            if !reuses
                && open
                    .iter()
                    .any(|other| is_same_address(effective, other, &new))
            {
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

fn no_port(effective: &Effective<'_>, option: &str, port: &str) -> Refusal {
    let line = format!("listen tcp: address {port}: invalid port");
    Refusal::new(effective, option, line, "use a port up to 65535")
}

/// Returns whether the second cannot be opened beside the first; an address without a host includes all of its family.
fn is_same_address(effective: &Effective<'_>, one: &Address<'_>, other: &Address<'_>) -> bool {
    if one.port != other.port {
        return false;
    }
    let address = |address: &Address<'_>| match address.url.host() {
        "localhost" => Some(std::net::IpAddr::from([127, 0, 0, 1])),
        "" => Some(std::net::IpAddr::from([0u16; 8])),
        host => go_url::parse_ip(effective.catalogue, host, effective.release),
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

/// Only one restriction of those who may connect, by name or by host: `pkg/transport/listener.go:272@v3.4.0`. For peers
/// it is checked with a certificate, for clients where one connects over TLS.
pub(super) fn allowed_names(effective: &Effective<'_>) -> Option<Refusal> {
    let peers = ("peer-cert-allowed-cn", "peer-cert-allowed-hostname");
    let clients = (
        "client-transport-security.allowed-cn",
        "client-cert-allowed-hostname",
    );
    let with_certificate =
        |option: &str| effective.option(option).is_some() && effective.is_filled(option);
    if with_certificate("peer-cert-file")
        && let Some(refusal) = both_restrictions(effective, peers)
    {
        return Some(refusal);
    }
    let mut listeners = effective.catalogue.listeners(effective.release).into_iter();
    let serves_tls = listeners.any(|(listens, option)| {
        matches!(listens, Listener::Clients | Listener::HttpClients)
            && effective
                .urls(&option.name)
                .is_some_and(|urls| urls.iter().any(Url::is_tls))
    });
    if with_certificate("cert-file") && serves_tls {
        return both_restrictions(effective, clients);
    }
    None
}

fn both_restrictions(effective: &Effective<'_>, (name, host): (&str, &str)) -> Option<Refusal> {
    let shown = |option: &str| -> Option<String> {
        let known = effective.option(option)?;
        if known.key_type_at(effective.release) != KeyType::List {
            let text = effective.text(option)?;
            return effective.is_filled(option).then(|| format!("\"{text}\""));
        }
        let names = effective.listed(option)?;
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        (!names.is_empty()).then(|| format!("[{}]", names.join(" ")))
    };
    let (cn, hostname) = (shown(name)?, shown(host)?);
    let line = if cn.starts_with('[') {
        format!(
            "AllowedCNs and AllowedHostnames are mutually exclusive (cns={cn}, hostnames={hostname})"
        )
    } else {
        format!(
            "AllowedCN and AllowedHostname are mutually exclusive (cn={cn}, hostname={hostname})"
        )
    };
    Some(Refusal::new(
        effective,
        host,
        line,
        "set only one of the two, and delete the other, even if it is empty",
    ))
}

/// One of these must be offered by a server of HTTP/2: Go's `http2.ConfigureServer`.
const HTTP2_CIPHER_SUITES: [&str; 2] = [
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];

/// Cipher suites are looked up when etcd starts, with or without TLS; an empty name is unknown as well:
/// `pkg/flags/strings.go:62@v3.3.27`.
pub(super) fn cipher_suites(effective: &Effective<'_>) -> Option<Refusal> {
    let names = effective.listed("cipher-suites")?;
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
    let names = effective.listed("cipher-suites")?;
    // Clients over gRPC alone need no server of HTTP: server/embed/serve.go:129@v3.5.33.
    let listeners = effective.catalogue.listeners(effective.release);
    let mut served = Vec::new();
    for (listens, option) in listeners {
        let urls = effective.urls(&option.name)?;
        match listens {
            Listener::Clients => served = urls,
            Listener::HttpClients if !urls.is_empty() => served = urls,
            _ => {}
        }
    }
    let secure = served.iter().any(Url::is_tls);
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
