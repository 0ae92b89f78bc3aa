//! How a release receives one setting: what etcd does with a name and a value in that spelling.
//!
//! This is etcd's behaviour derived from the facts; no advice is in here.

mod key;

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling, ValueType};
use crate::facts::version::Release;
use crate::facts::{go_url, go_value};
use crate::member::{Setting, Value};

/// What a release does with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It takes effect.
    Accepted,
    /// It has no effect, and is meant to have none: a null, an empty variable, an ignored flag.
    Ignored,
    /// It is lost without a word.
    Dropped,
    /// etcd cannot read it, says nothing, and takes this for it.
    ReadAs(String),
    /// It is lost; etcd prints this.
    DroppedWithWarning(String),
    /// etcd exits and prints this.
    Refused(String),
}

/// How `release` receives the setting.
#[must_use]
pub fn of(catalogue: &Catalogue, setting: &Setting, release: Release) -> Reception {
    let option = catalogue.spelled(setting.spelling, &setting.name);
    let known = option.filter(|option| option.accepts(setting.spelling, release));
    match (setting.spelling, known) {
        (Spelling::Flag, None) if matches!(setting.name.as_str(), "help" | "h") => {
            Reception::Accepted
        }
        (Spelling::Flag, None) => Reception::Refused(unknown_flag(&setting.name)),
        (Spelling::Variable, None) => {
            Reception::DroppedWithWarning(unknown_variable(catalogue, setting, release))
        }
        (Spelling::Key, _) if key::is_field_of_proxy(catalogue, &setting.name, release) => {
            key::field_of_proxy(catalogue, setting, release)
        }
        (Spelling::Key, None) => key::unknown(catalogue, setting, release),
        (Spelling::Flag, Some(option)) => flag(catalogue, option, setting, release),
        (Spelling::Variable, Some(option)) => variable(catalogue, option, setting, release),
        (Spelling::Key, Some(option)) => {
            let exact = option
                .key_at(release)
                .is_some_and(|key| key.eq_ignore_ascii_case(&setting.name));
            if exact && is_recorded(catalogue, option, setting, release) {
                key::known(catalogue, option, setting, release)
            } else {
                Reception::Dropped
            }
        }
    }
}

/// Whether a key counts in the case in which it is written.
fn is_recorded(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> bool {
    let moves = catalogue.does(Behaviour::OldKeyCountsOnlyInItsExactSpelling, release)
        && option.name.starts_with("experimental-")
        && option.replaced_by.is_some();
    !moves || option.keys().any(|key| key == setting.name)
}

/// `flag.ContinueOnError` and `os.Exit(2)`: `etcdmain/config.go:294@v3.4.45`.
#[must_use]
pub fn unknown_flag(name: &str) -> String {
    format!("flag provided but not defined: -{name}")
}

/// The warning of a variable that no option has.
fn unknown_variable(catalogue: &Catalogue, setting: &Setting, release: Release) -> String {
    let value = match &setting.value {
        Value::Text(text) | Value::Unknown(text) => text.as_str(),
        _ => "",
    };
    if catalogue.does(Behaviour::WarningOfAnUnknownVariableIsJson, release) {
        format!(
            r#"{{"msg":"unrecognized environment variable","environment-variable":"{}={value}"}}"#,
            setting.name
        )
    } else {
        format!("unrecognized environment variable {}={value}", setting.name)
    }
}

fn flag(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Reception {
    let value_type = option.type_at(release);
    let name = &setting.name;
    match (&setting.value, value_type) {
        (_, ValueType::Ignored) => Reception::Ignored,
        (Value::Unknown(_), _) | (Value::Bare, ValueType::Bool) => Reception::Accepted,
        (Value::Bare, _) => Reception::Refused(format!("flag needs an argument: -{name}")),
        (Value::Text(text), _) => match text_error(catalogue, option, text, release) {
            None => Reception::Accepted,
            Some(why) if value_type == ValueType::Bool => Reception::Refused(format!(
                "invalid boolean value \"{text}\" for -{name}: {why}"
            )),
            Some(why) => {
                Reception::Refused(format!("invalid value \"{text}\" for flag -{name}: {why}"))
            }
        },
        _ => Reception::Accepted,
    }
}

/// Empty variables are not set in any release; what is invalid is fatal, or forgotten.
fn variable(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Reception {
    let value_type = option.type_at(release);
    let Value::Text(text) = &setting.value else {
        return Reception::Accepted;
    };
    if text.is_empty() || value_type == ValueType::Ignored {
        return Reception::Ignored;
    }
    if option.name == "version" && catalogue.does(Behaviour::VersionVariableIsSetAside, release) {
        return Reception::DroppedWithWarning(
            "cannot set special environment variable ETCD_VERSION".to_owned(),
        );
    }
    match text_error(catalogue, option, text, release) {
        None => Reception::Accepted,
        Some(_) if catalogue.does(Behaviour::InvalidVariableIsForgotten, release) => {
            match stored_in_spite_of_error(value_type, text) {
                Some(stored) => Reception::ReadAs(stored),
                None => Reception::Dropped,
            }
        }
        Some(why) => Reception::Refused(format!(
            "invalid value \"{text}\" for {}: {why}",
            setting.name
        )),
    }
}

/// What Go's flags of these types hold after an error; other types keep their default: `intValue.Set` in Go's `flag`,
/// `pkg/flags/urls.go:28@v3.2.32`.
fn stored_in_spite_of_error(value_type: ValueType, text: &str) -> Option<String> {
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

/// Why the flag's type refuses a text, in the words of Go and etcd.
fn parse_error(
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
            let quotes = catalogue.does(Behaviour::RefusalOfOneOfAListQuotesTheValue, release);
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
                (host.is_empty() || host.parse::<std::net::IpAddr>().is_ok())
                    && port.parse::<u16>().is_ok()
            });
            (!fits).then(|| "bad IP in address specification".to_owned())
        }
        ValueType::Rejected => Some(format!("flag {} is no longer supported", option.name)),
        _ => None,
    }
}

/// Why a value of `feature-gates` is refused: `server/features/etcd_features.go:80@v3.6.14`.
fn gate_error(catalogue: &Catalogue, text: &str, release: Release) -> Option<String> {
    // Only what is really empty is passed over: pkg/featuregate/feature_gate.go:191@v3.6.14.
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

/// Whether `release` takes the text for the option.
#[must_use]
pub fn takes(catalogue: &Catalogue, option: &EtcdOption, text: &str, release: Release) -> bool {
    text_error(catalogue, option, text, release).is_none()
}

/// Why etcd refuses a text for the option.
fn text_error(
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
