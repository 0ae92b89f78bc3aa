//! Why a flag's type refuses a text.

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption, ValueType};
use crate::facts::version::Release;
use crate::facts::{go_url, go_value};

/// Returns why etcd refuses a text for the option, if it does.
pub(super) fn text_error(
    catalogue: &Catalogue,
    option: &EtcdOption,
    text: &str,
    release: Release,
) -> Option<String> {
    match option.type_at(release) {
        ValueType::FeatureGates => gate_error(catalogue, text, release),
        _ => parse_error(catalogue, option, text, release),
    }
}

/// Returns the value of Go's flags of these types after an error; other types keep their default: `intValue.Set` in
/// Go's `flag`, `pkg/flags/urls.go:28@v3.2.32`.
pub(super) fn stored_in_spite_of_error(value_type: ValueType, text: &str) -> Option<String> {
    let beyond = |smallest: i128, largest: i128| {
        let number = text.parse::<i128>().unwrap_or(0);
        number.clamp(smallest, largest).to_string()
    };
    match value_type {
        ValueType::Bool => Some("false".to_owned()),
        ValueType::Duration => Some("0".to_owned()),
        ValueType::Int | ValueType::Int64 => Some(beyond(i64::MIN.into(), i64::MAX.into())),
        ValueType::Uint | ValueType::Uint32 | ValueType::Uint64 => Some(beyond(0, u64::MAX.into())),
        _ => None,
    }
}

/// Returns why the flag's type refuses a text, in the words of Go and etcd.
pub(super) fn parse_error(
    catalogue: &Catalogue,
    option: &EtcdOption,
    text: &str,
    release: Release,
) -> Option<String> {
    let parsed = |fits: bool| (!fits).then(|| "parse error".to_owned());
    match option.type_at(release) {
        ValueType::Bool => parsed(go_value::parse_bool(text).is_some()),
        ValueType::Int | ValueType::Int64 => parsed(go_value::parse_int(text, 64).is_some()),
        ValueType::Uint | ValueType::Uint64 => parsed(go_value::parse_uint(text, 64).is_some()),
        ValueType::Uint32 => parsed(go_value::parse_uint(text, 32).is_some()),
        ValueType::Duration => parsed(go_value::parse_duration(text).is_ok()),
        ValueType::Urls => go_url::parse_list(catalogue, text, release).err(),
        ValueType::UniqueUrls => {
            // `*` for cors, and the empty list elsewhere, are exceptions: etcdmain/config.go:138@v3.4.45.
            let exception = if option.name == "cors" { "*" } else { "" };
            if text == exception {
                None
            } else {
                go_url::parse_list(catalogue, text, release).err()
            }
        }
        ValueType::Enum => {
            let allowed = option.allowed.at_or_first(release)?;
            let quotes = option.name == "v2-deprecation"
                && catalogue.does(Behaviour::RefusalOfAV2DeprecationQuotesTheValue, release);
            let said = if quotes {
                format!("invalid value \"{text}\"")
            } else {
                "invalid value".to_owned()
            };
            (!allowed.iter().any(|value| value == text)).then_some(said)
        }
        ValueType::IpPort => {
            let address = go_url::split_host_port(text);
            let fits = address.is_some_and(|(host, port)| {
                (host.is_empty() || go_url::parse_ip(catalogue, host, release).is_some())
                    && port.parse::<u16>().is_ok()
            });
            (!fits).then(|| "bad IP in address specification".to_owned())
        }
        ValueType::Rejected => Some(format!("flag {} is no longer supported", option.name)),
        _ => None,
    }
}

/// Returns why a value of `feature-gates` is refused: `server/features/etcd_features.go:80@v3.6.14`.
pub(super) fn gate_error(catalogue: &Catalogue, text: &str, release: Release) -> Option<String> {
    // Only an empty text is skipped: pkg/featuregate/feature_gate.go:191@v3.6.14.
    text.split(',').filter(|pair| !pair.is_empty()).find_map(|pair| {
        let pair = pair.trim();
        let Some((name, value)) = pair.split_once('=') else {
            return Some(format!("missing bool value for {pair}"));
        };
        let (name, value) = (name.trim(), value.trim());
        if go_value::parse_bool(value).is_none() {
            return Some(format!("invalid value of {name}={value}, err: strconv.ParseBool: parsing \"{value}\": invalid syntax"));
        }
        let known = catalogue.gates.iter().any(|gate| gate.name == name && gate.since <= release);
        (!known).then(|| format!("unrecognized feature gate: {name}"))
    })
}
