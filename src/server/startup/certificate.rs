//! Certificates and keys that listening over TLS needs.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::Listener;
use crate::facts::go_url::Url;
use crate::server::effective::Effective;

/// Certificates of peers are checked in every release, also without TLS.
pub(super) fn peer_certificate(effective: &Effective<'_>) -> Option<Refusal> {
    if let Some(refusal) = unpaired(effective, PEERS) {
        return Some(refusal);
    }
    nothing_presented(
        effective,
        "listen-peer-urls",
        "peer-cert-file",
        "peer-auto-tls",
    )
}

/// Certificates for clients: checked if a URL needs it, in some releases always.
pub(super) fn client_certificate(effective: &Effective<'_>) -> Option<Refusal> {
    let mut secure = None;
    for (listens, option) in effective.catalogue.listeners(effective.release) {
        if matches!(listens, Listener::Clients | Listener::HttpClients) {
            let urls = effective.urls(&option.name)?;
            let found = urls.into_iter().find(|url| {
                url.is_tls()
                    && (effective.does(Behaviour::UnixsClientUrlNeedsACertificate)
                        || !url.is_unix())
            });
            secure = secure.or(found.map(|url| (option, url)));
        }
    }
    let always = effective.does(Behaviour::HalfAClientCertificateIsRefusedWithoutTls);
    if (secure.is_some() || always)
        && let Some(refusal) = unpaired(effective, CLIENTS)
    {
        return Some(refusal);
    }
    let (option, secure) = secure?;
    if is_presented(effective, "cert-file", "auto-tls") {
        return None;
    }
    let scheme = if effective.does(Behaviour::RefusalOfAClientUrlSpellsHttpsInCapitals) {
        "HTTPS"
    } else {
        "HTTPs"
    };
    let line = format!(
        "TLS key/cert (--cert-file, --key-file) must be provided for client url {} with {scheme} scheme",
        secure.text()
    );
    Some(Refusal::new(
        effective,
        &option.name,
        line,
        "set cert-file and key-file, or auto-tls",
    ))
}

/// Metrics over TLS use the certificate for clients: `embed/etcd.go:535@v3.3.27`.
pub(super) fn metrics_certificate(effective: &Effective<'_>) -> Option<Refusal> {
    let option = "listen-metrics-urls";
    effective.option(option)?;
    let urls = effective.urls(option)?;
    if effective.does(Behaviour::MetricsUrlOverTlsNeedsACertificate)
        && urls.iter().any(Url::is_tls)
        && !is_presented(effective, "cert-file", "auto-tls")
        && !effective.is_filled("key-file")
    {
        let line =
            "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url";
        let advice = "set cert-file and key-file, or auto-tls";
        return Some(Refusal::new(effective, option, line, advice));
    }
    if urls.iter().any(|url| is_opened_with_tls(effective, url))
        && let Some(refusal) = unpaired(effective, CLIENTS)
    {
        return Some(refusal);
    }
    nothing_presented(effective, option, "cert-file", "auto-tls")
}

/// A proxy reads the certificate for clients with or without TLS, and the one that it presents to peers, on whose URLs it
/// does not listen: `etcdmain/etcd.go:332@v3.4.45`.
pub(super) fn proxy_certificates(effective: &Effective<'_>) -> Option<Refusal> {
    unpaired(effective, CLIENTS)
        .or_else(|| unpaired(effective, PEERS))
        .or_else(|| nothing_presented(effective, "listen-client-urls", "cert-file", "auto-tls"))
}

/// The options that name the certificates and keys of one kind of listener.
struct Pairs {
    /// The certificate that is presented to those who connect.
    server: [&'static str; 2],
    /// The certificate that is presented when connecting to others.
    client: [&'static str; 2],
}

const CLIENTS: Pairs = Pairs {
    server: ["cert-file", "key-file"],
    client: ["client-cert-file", "client-key-file"],
};

const PEERS: Pairs = Pairs {
    server: ["peer-cert-file", "peer-key-file"],
    client: ["peer-client-cert-file", "peer-client-key-file"],
};

/// A certificate without its key, or a key without its certificate. The client's pair is looked at only beside a
/// server's: `client/pkg/transport/listener.go:358@v3.5.0`.
fn unpaired(effective: &Effective<'_>, pairs: Pairs) -> Option<Refusal> {
    let [certificate, key] = pairs.server;
    let server = half_pair(
        effective,
        pairs.server,
        "KeyFile and CertFile must both be present[",
    );
    if server.is_some() || !effective.is_filled(certificate) || !effective.is_filled(key) {
        return server;
    }
    half_pair(
        effective,
        pairs.client,
        "ClientKeyFile and ClientCertFile must both be present or both absent: ",
    )
}

/// A certificate without its key, or a key without its certificate: `pkg/transport/listener.go:262@v3.4.45`.
fn half_pair(
    effective: &Effective<'_>,
    [certificate, key]: [&'static str; 2],
    begins: &str,
) -> Option<Refusal> {
    let (has_certificate, has_key) = (effective.is_filled(certificate), effective.is_filled(key));
    let given = if has_certificate { certificate } else { key };
    if has_certificate == has_key || !effective.is_surely_filled(given) {
        return None;
    }
    let text = |option: &str| effective.text(option).unwrap_or_default();
    let line = format!("{begins}key: {}, cert: {}]", text(key), text(certificate));
    Some(Refusal::new(
        effective,
        given,
        line,
        format!("set {certificate} and {key} together"),
    ))
}

/// A TLS URL without a certificate: `pkg/transport/listener_tls.go:51@v3.4.45`.
fn nothing_presented(
    effective: &Effective<'_>,
    listens: &'static str,
    certificate: &'static str,
    automatic: &'static str,
) -> Option<Refusal> {
    let urls = effective.urls(listens)?;
    let secure = urls.iter().find(|url| is_opened_with_tls(effective, url))?;
    if is_presented(effective, certificate, automatic) {
        return None;
    }
    let line = format!(
        "cannot listen on TLS for {}: KeyFile and CertFile are not presented",
        secure.authority
    );
    let key = certificate.replace("cert", "key");
    let advice = format!("set {certificate} and {key}, or {automatic}");
    Some(Refusal::new(effective, listens, line, advice))
}

/// Returns whether a certificate is given, or the release makes one itself.
fn is_presented(effective: &Effective<'_>, certificate: &str, automatic: &str) -> bool {
    effective.is_filled(certificate)
        || effective.option(automatic).is_some() && effective.boolean(automatic) != Some(false)
}

/// Returns whether the listener of a URL uses TLS because of its scheme.
fn is_opened_with_tls(effective: &Effective<'_>, url: &Url) -> bool {
    url.is_tls() && !(url.is_unix() && effective.does(Behaviour::UnixSocketIsOpenedWithoutTls))
}
