//! How a release receives one setting: what etcd does with a name and a value in that spelling.
//!
//! This is etcd's behaviour derived from the facts; no advice is in here.

use crate::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
use crate::go_url;
use crate::go_value;
use crate::setting::{Setting, Value};
use crate::version::Release;

/// What a release does with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It takes effect.
    Accepted,
    /// It has no effect, and is meant to have none: a null, an empty variable, an ignored flag.
    Ignored,
    /// It is lost without a word.
    Dropped,
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
            Reception::DroppedWithWarning(unknown_variable(setting, release))
        }
        (Spelling::Key, None) => section(catalogue, setting, release),
        (Spelling::Flag, Some(option)) => flag(catalogue, option, setting, release),
        (Spelling::Variable, Some(option)) => variable(catalogue, option, setting, release),
        (Spelling::Key, Some(option)) => {
            let exact = option
                .key_at(release)
                .is_some_and(|key| key.eq_ignore_ascii_case(&setting.name));
            if exact && is_recorded(option, setting, release) {
                key(catalogue, option, setting, release)
            } else {
                Reception::Dropped
            }
        }
    }
}

/// 3.6 moves the value of an old key to its successor only when the key is spelled exactly:
/// `server/embed/config.go:1001@v3.6.14`, `server/etcdmain/config.go:186@v3.6.14`.
fn is_recorded(option: &EtcdOption, setting: &Setting, release: Release) -> bool {
    let moves = Release::new(3, 6, 0) <= release
        && release < Release::new(3, 7, 0)
        && option.name.starts_with("experimental-")
        && option.replaced_by.is_some();
    !moves || option.keys().any(|key| key == setting.name)
}

/// `flag.ContinueOnError` and `os.Exit(2)`: `etcdmain/config.go:294@v3.4.45`.
#[must_use]
pub fn unknown_flag(name: &str) -> String {
    format!("flag provided but not defined: -{name}")
}

/// `pkg/flags/flag.go:87@v3.4.45`, `pkg/flags/flag.go:94@v3.7.1`.
fn unknown_variable(setting: &Setting, release: Release) -> String {
    let value = match &setting.value {
        Value::Text(text) | Value::Unknown(text) => text.as_str(),
        _ => "",
    };
    if release < Release::new(3, 5, 0) {
        format!("unrecognized environment variable {}={value}", setting.name)
    } else {
        format!(
            r#"{{"msg":"unrecognized environment variable","environment-variable":"{}={value}"}}"#,
            setting.name
        )
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

/// Empty variables are not set in any release; what is invalid is fatal in 2.3 and from 3.3.0, and is read as
/// 0 or false between: `pkg/flags/flag.go:81@v3.2.32`, `pkg/flags/flag.go:81@v3.3.0`.
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
    if option.name == "version" && release >= Release::new(3, 5, 0) {
        return Reception::DroppedWithWarning(
            "cannot set special environment variable ETCD_VERSION".to_owned(),
        );
    }
    match text_error(catalogue, option, text, release) {
        None => Reception::Accepted,
        Some(_) if Release::new(3, 0, 0) <= release && release < Release::new(3, 3, 0) => {
            Reception::DroppedWithWarning(format!(
                "nothing: etcd reads {}={text} as 0 or false",
                setting.name
            ))
        }
        Some(why) => Reception::Refused(format!(
            "invalid value \"{text}\" for {}: {why}",
            setting.name
        )),
    }
}

/// Why the flag's type refuses a text, in the words of Go and etcd.
fn parse_error(option: &EtcdOption, text: &str, release: Release) -> Option<String> {
    let parsed = |fits: bool| (!fits).then(|| "parse error".to_owned());
    match option.type_at(release) {
        ValueType::Bool => parsed(go_value::parse_bool(text).is_some()),
        ValueType::Int | ValueType::Int64 => parsed(go_value::parse_int(text, 64).is_some()),
        ValueType::Uint | ValueType::Uint64 => parsed(go_value::parse_uint(text, 64).is_some()),
        ValueType::Uint32 => parsed(go_value::parse_uint(text, 32).is_some()),
        ValueType::Duration => parsed(go_value::parse_duration(text).is_ok()),
        ValueType::Urls => go_url::parse_list(text, release).err(),
        ValueType::UniqueUrls => {
            // `*` for cors, and the empty list elsewhere, are exceptions: etcdmain/config.go:138@v3.4.45.
            let exception = if option.name == "cors" { "*" } else { "" };
            if text == exception {
                None
            } else {
                go_url::parse_list(text, release).err()
            }
        }
        ValueType::Enum => {
            let allowed = option.allowed.at_or_first(release)?;
            let said = if option.name == "v2-deprecation" || release >= Release::new(3, 4, 0) {
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
    text.split(',').filter(|pair| !pair.trim().is_empty()).find_map(|pair| {
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

/// Why etcd refuses a text for the option.
fn text_error(
    catalogue: &Catalogue,
    option: &EtcdOption,
    text: &str,
    release: Release,
) -> Option<String> {
    match option.type_at(release) {
        ValueType::FeatureGates => gate_error(catalogue, text, release),
        _ => parse_error(option, text, release),
    }
}

/// Whether a plain scalar's type is converted where a string is expected: `ghodss/yaml` did so in 3.0. From 3.1 the
/// fields are in embedded structs, where neither library finds their type: `embed/config.go:131@v3.1.0`.
fn converts_to_string(release: Release) -> bool {
    release < Release::new(3, 1, 0)
}

/// `1e4` without a sign is text for the yaml.v2 2.2 of etcd 3.2.0 to 3.4.18, and a number before and after.
fn reads_exponents(release: Release) -> bool {
    release < Release::new(3, 2, 0) || release >= Release::new(3, 4, 19)
}

fn key(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Reception {
    let key_type = option.key_type_at(release);
    let found = match &setting.value {
        Value::Null => return Reception::Ignored,
        Value::Unknown(_) | Value::Bare => return Reception::Accepted,
        Value::Text(_) => "string",
        Value::Bool(_) => "bool",
        Value::Exponent(_) if !reads_exponents(release) => "string",
        Value::Integer(_) | Value::Float(_) | Value::Exponent(_) => "number",
        Value::List(_) => "array",
        Value::Mapping => "object",
    };
    let fits = match (&setting.value, key_type) {
        (Value::Text(_), KeyType::String) | (Value::Bool(_), KeyType::Bool) => true,
        (Value::Exponent(_), KeyType::String) if !reads_exponents(release) => true,
        (
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Exponent(_),
            KeyType::String,
        ) => converts_to_string(release),
        (Value::Integer(number), _) => integer_fits(*number, key_type),
        (Value::Exponent(_), _) if !reads_exponents(release) => key_type == KeyType::String,
        (Value::Float(number) | Value::Exponent(number), _)
            if number.fract() == 0.0 && number.abs() < 1e21 =>
        {
            #[allow(clippy::cast_possible_truncation)] // Bounded just above.
            let integer = *number as i128;
            // JSON keeps the sign of a zero, and an unsigned number has none.
            let signed_zero = integer == 0 && number.is_sign_negative();
            integer_fits(integer, key_type) && !(signed_zero && integer_fits(1 << 63, key_type))
        }
        (Value::List(items), KeyType::List) => items
            .iter()
            .all(|item| matches!(item, Value::Text(_) | Value::Null | Value::Unknown(_))),
        _ => false,
    };
    if fits {
        return match key_text_error(catalogue, option, setting, release) {
            Some(line) => Reception::Refused(line),
            None => Reception::Accepted,
        };
    }
    let shown = match &setting.value {
        Value::Integer(number) if is_number(key_type) => format!("number {number}"),
        Value::Float(number) if is_number(key_type) => format!("number {number}"),
        _ => found.to_owned(),
    };
    let (shown, type_name) = match (&setting.value, key_type) {
        (Value::List(_), KeyType::List) => ("number".to_owned(), "string"),
        _ => (shown, key_type.go_name()),
    };
    Reception::Refused(format!(
        "json: cannot unmarshal {shown} into Go struct field configYAML.{} of type {type_name}",
        option.key_at(release).unwrap_or(&setting.name)
    ))
}

/// What a file's text fails that is decoded without an error; an empty text is not set.
fn key_text_error(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Option<String> {
    let converted = match &setting.value {
        Value::Integer(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        other => other.text()?.to_owned(),
    };
    let text = Some(converted.as_str()).filter(|text| !text.is_empty())?;
    match option.type_at(release) {
        ValueType::FeatureGates => gate_error(catalogue, text, release),
        ValueType::Urls | ValueType::UniqueUrls => {
            let error = parse_error(option, text, release)?;
            Some(if option.name == "cors" {
                format!("new UniqueURLs should never fail: {error}")
            } else {
                format!("unexpected error setting up {}: {error}", option.name)
            })
        }
        _ => None,
    }
}

/// A section that is no mapping, or a Go name: `embed/config.go:360@v3.4.45`.
fn section(catalogue: &Catalogue, setting: &Setting, release: Release) -> Reception {
    let prefix = format!("{}.", setting.name.to_ascii_lowercase());
    let exists = catalogue.options().iter().any(|option| {
        option
            .key_at(release)
            .is_some_and(|key| key.starts_with(&prefix))
    });
    let found = match &setting.value {
        Value::Text(_) => "string",
        Value::Bool(_) => "bool",
        Value::Integer(_) | Value::Float(_) | Value::Exponent(_) => "number",
        Value::List(_) => "array",
        Value::Mapping => "object",
        _ => return Reception::Dropped,
    };
    let go_type = if exists {
        if found == "object" {
            return Reception::Dropped;
        }
        "embed.securityConfig"
    } else {
        match go_field(&setting.name, release) {
            Some((go_type, shapes)) if !shapes.contains(&found) => go_type,
            Some(("[]url.URL", _)) if has_plain_item(&setting.value) => "url.URL",
            _ => return Reception::Dropped,
        }
    };
    Reception::Refused(format!(
        "json: cannot unmarshal {found} into Go struct field configYAML.{} of type {go_type}",
        setting.name
    ))
}

/// Whether a list holds anything but mappings, which a list of Go's structs is made of.
fn has_plain_item(value: &Value) -> bool {
    let Value::List(items) = value else {
        return false;
    };
    !items
        .iter()
        .all(|item| matches!(item, Value::Mapping | Value::Null | Value::Unknown(_)))
}

/// The type of a field of etcd's struct that has no key of its own, so that its Go name is one, in any case; and what
/// the decoder takes for it: `embed/config.go:131@v3.1.20`, `embed/config.go:189@v3.4.45`, `server/embed/config.go:548@v3.6.14`.
fn go_field(name: &str, release: Release) -> Option<(&'static str, &'static [&'static str])> {
    let in_use = |from: Release| release >= from;
    let v3_1 = Release::new(3, 1, 0);
    let v3_4 = Release::new(3, 4, 0);
    let v3_5 = Release::new(3, 5, 0);
    // The lists of URLs got other names in 3.4.25 and 3.5.8.
    let renamed = in_use(Release::new(3, 5, 8)) || in_use(Release::new(3, 4, 25)) && release < v3_5;
    match name.to_ascii_lowercase().as_str() {
        "clienttlsinfo" | "peertlsinfo" if in_use(v3_1) => Some(("transport.TLSInfo", &["object"])),
        "clientautotls" | "peerautotls" if in_use(v3_1) => Some(("bool", &["bool"])),
        "listenmetricsurls" if in_use(Release::new(3, 3, 0)) => Some(("[]url.URL", &["array"])),
        "lpurls" | "lcurls" | "apurls" | "acurls" if in_use(v3_1) && !renamed => {
            Some(("[]url.URL", &["array"]))
        }
        "listenpeerurls"
        | "listenclienturls"
        | "listenclienthttpurls"
        | "advertisepeerurls"
        | "advertiseclienturls"
            if renamed =>
        {
            Some(("[]url.URL", &["array"]))
        }
        "snapshotcatchupentries" if in_use(v3_4) && release < Release::new(3, 5, 14) => {
            Some(("uint64", &["number"]))
        }
        "hostwhitelist" if in_use(v3_4) => Some(("map[string]struct {}", &["object"])),
        // Exported from 3.4.1: `embed/config.go:307@v3.4.1`.
        "zaploggerbuilder" if in_use(Release::new(3, 4, 1)) => {
            Some(("func(*embed.Config) error", &[]))
        }
        _ => None,
    }
}

fn is_number(key_type: KeyType) -> bool {
    !matches!(
        key_type,
        KeyType::String | KeyType::Bool | KeyType::List | KeyType::Unsupported
    )
}

fn integer_fits(number: i128, key_type: KeyType) -> bool {
    match key_type {
        KeyType::Int | KeyType::Int64 | KeyType::Duration => i64::try_from(number).is_ok(),
        KeyType::Uint | KeyType::Uint64 => u64::try_from(number).is_ok(),
        KeyType::Uint32 => u32::try_from(number).is_ok(),
        _ => false,
    }
}
