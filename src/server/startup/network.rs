//! Where a member listens, what it advertises, and the certificates it may start with.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::ValueType;
use crate::facts::go_url::{self, Url, split_host_port};
use crate::server::effective::Effective;

/// `proxy` in a file is compared with the flag's values when the file is read: `etcdmain/config.go:408@v3.4.45`.
pub(super) fn proxy_value(effective: &Effective<'_>) -> Option<Refusal> {
    file_enum(
        effective,
        "proxy",
        "unexpected error setting up proxyFlag: invalid value",
        "write 'off', 'readonly' or 'on', in quotes",
    )
}

/// The same for `discovery-fallback`.
pub(super) fn discovery_fallback_value(effective: &Effective<'_>) -> Option<Refusal> {
    let line = "unexpected error setting up discovery-fallback flag: invalid value";
    file_enum(effective, "discovery-fallback", line, "write exit or proxy")
}

/// A second struct is decoded for these keys; it converts booleans to strings.
fn file_enum(
    effective: &Effective<'_>,
    option: &'static str,
    line: &str,
    advice: &str,
) -> Option<Refusal> {
    if !effective.in_file() {
        return None;
    }
    let held = effective.set(option)?;
    let text = held.text.clone().filter(|text| !text.is_empty())?;
    let known = effective.option(option)?;
    let allowed = known.allowed.at_or_first(effective.release)?;
    (!allowed.contains(&text)).then(|| Refusal::new(effective, option, line, advice))
}

/// An address and the URLs that it is set in place of: `pkg/flags/flag.go:143@v2.3.8`.
pub(super) fn address_beside_urls(effective: &Effective<'_>) -> Option<Refusal> {
    effective.addresses().find_map(|found| {
        let urls = found.urls;
        effective.set(urls)?;
        let line = format!("Set only one of flags -{urls} and -{}", found.option.name);
        let setting = Some(found.setting);
        let advice = format!("use only options of URLs, such as --{urls}");
        let option = found.option.name.clone();
        Some(Refusal {
            setting,
            beside: None,
            option,
            line,
            advice,
        })
    })
}

/// URLs that a flag takes as a text are read when all flags are: `etcdmain/config.go:274@v3.3.27`.
pub(super) fn readable_urls(effective: &Effective<'_>) -> Option<Refusal> {
    listeners(effective).find_map(|option| {
        let known = effective.option(option)?;
        if known.type_at(effective.release) != ValueType::String {
            return None;
        }
        let text = effective.set(option)?.text.clone()?;
        if text.is_empty() {
            return None;
        }
        let why = go_url::parse_list(effective.catalogue, &text, effective.release).err()?;
        let line = format!("unexpected error setting up {option}: {why}");
        Some(Refusal::new(
            effective,
            option,
            line,
            "write URLs of the form http://host:port",
        ))
    })
}

/// The names of the options whose URLs the member listens on.
fn listeners<'a>(effective: &Effective<'a>) -> impl Iterator<Item = &'a str> {
    let options = effective.catalogue.listeners(effective.release).into_iter();
    options.map(|(_, option)| option.name.as_str())
}

/// A name in place of an IP address to listen on.
pub(super) fn bind_urls(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::UrlToBindNeedsAnIp) {
        return None;
    }
    listeners(effective).find_map(|option| {
        let urls = effective.urls(option)?;
        let bad = urls
            .iter()
            .find(|url| !url.is_unix() && !is_bindable(effective, url))?;
        let line = format!("expected IP in URL for binding ({})", bad.text());
        Some(Refusal::new(
            effective,
            option,
            line,
            "write an IP address or localhost",
        ))
    })
}

fn is_bindable(effective: &Effective<'_>, url: &Url) -> bool {
    let host = url.host();
    host == "localhost" || go_url::parse_ip(effective.catalogue, host, effective.release).is_some()
}

/// An advertised URL without a host.
pub(super) fn host_urls(effective: &Effective<'_>) -> Option<Refusal> {
    if !effective.does(Behaviour::AdvertisedUrlNeedsAHost) {
        return None;
    }
    let options: [&'static str; 2] = ["initial-advertise-peer-urls", "advertise-client-urls"];
    options.into_iter().find_map(|option| {
        let urls = effective.urls(option)?;
        let bad = urls.iter().find_map(|url| {
            if url.is_unix() && effective.does(Behaviour::AdvertisedUnixUrlNeedsNoHost) {
                return None;
            }
            match split_host_port(&url.authority) {
                Some(("", _)) => Some(format!("unexpected empty host ({})", url.text())),
                Some(_) => None,
                None => Some(format!(
                    "address {}: missing port in address",
                    url.authority
                )),
            }
        })?;
        let written = effective.text(option)?;
        let line = format!("--{option} \"{written}\" must be \"host:port\" ({bad})");
        Some(Refusal::new(
            effective,
            option,
            line,
            "write a host that others can reach",
        ))
    })
}

/// With flags and variables a listening member must set what it advertises: `etcdmain/config.go:364@v3.4.45`.
pub(super) fn advertise_required(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.in_file() && effective.does(Behaviour::FileNeedsNoAdvertisedClientUrls) {
        return None;
    }
    let listens = effective.set("listen-client-urls").is_some();
    let advertises = effective.set("advertise-client-urls").is_some()
        || effective
            .addresses()
            .any(|found| found.urls == "advertise-client-urls");
    let may_be_proxy = effective.option("proxy").is_some()
        && (effective.text("proxy").is_none_or(|proxy| proxy != "off")
            || effective.is_filled("discovery")
                && effective
                    .text("discovery-fallback")
                    .is_none_or(|fallback| fallback == "proxy"));
    if !listens || advertises || may_be_proxy {
        return None;
    }
    if effective.in_file()
        && effective
            .urls("listen-client-urls")
            .is_some_and(|urls| urls.is_empty())
    {
        return None;
    }
    let line = "--advertise-client-urls is required when --listen-client-urls is set explicitly";
    Some(Refusal::new(
        effective,
        "listen-client-urls",
        line,
        "also set advertise-client-urls",
    ))
}

/// A fall-back to the proxy of the v2 API, by flag or variable.
pub(super) fn discovery_fallback_proxy(effective: &Effective<'_>) -> Option<Refusal> {
    if effective.in_file() || !effective.does(Behaviour::DiscoveryFallbackFlagRefusesProxy) {
        return None;
    }
    let fallback = effective.set("discovery-fallback")?.text.clone()?;
    (fallback == "proxy").then(|| {
        let line =
            "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"";
        Refusal::new(
            effective,
            "discovery-fallback",
            line,
            "write exit, or delete it",
        )
    })
}

/// TLS versions: `client/pkg/tlsutil/versions.go:43@v3.5.33` and `embed/config.go:687@v3.4.45`.
pub(super) fn tls_versions(effective: &Effective<'_>) -> Option<Refusal> {
    effective.option("tls-min-version")?;
    let version = |option: &'static str| -> Result<u8, Refusal> {
        match effective.text(option).as_deref() {
            None | Some("") => Ok(0),
            Some("TLS1.2") => Ok(2),
            Some("TLS1.3") => Ok(3),
            Some(other) => {
                let line =
                    format!("unexpected TLS version \"{other}\" (must be one of: TLS1.2, TLS1.3)");
                Err(Refusal::new(
                    effective,
                    option,
                    line,
                    "write TLS1.2 or TLS1.3",
                ))
            }
        }
    };
    let (low, high) = match (version("tls-min-version"), version("tls-max-version")) {
        (Ok(low), Ok(high)) => (low, high),
        (Err(refusal), _) | (_, Err(refusal)) => return Some(refusal),
    };
    if high != 0 && low > high {
        return Some(Refusal::new(
            effective,
            "tls-max-version",
            "min version (TLS1.3) is greater than max version (TLS1.2)",
            "write a maximum that is not below the minimum",
        ));
    }
    let ciphers = effective.set("cipher-suites").is_some() && effective.is_filled("cipher-suites");
    (low == 3 && ciphers).then(|| {
        let line = "cipher suites cannot be configured when only TLS1.3 is enabled";
        Refusal::new(
            effective,
            "cipher-suites",
            line,
            "delete cipher-suites; TLS 1.3 has no choice of them",
        )
    })
}
