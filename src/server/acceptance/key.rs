//! Whether a release accepts a key of the configuration file: YAML is converted to JSON, and JSON to etcd's Go struct.

use super::Acceptance;
use super::value::{gate_error, parse_error};
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
use crate::facts::version::Release;
use crate::member::{Setting, Value};

/// Returns what a release does with the value of a key that it has.
pub(super) fn known(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Acceptance {
    let value = &setting.value;
    let Some(found) = json_kind(catalogue, value, release) else {
        return match value {
            Value::Null => Acceptance::Ignored,
            _ => Acceptance::Accepted,
        };
    };
    let key_type = option.key_type_at(release);
    // A list of Go's interfaces has no items that JSON can give.
    let is_empty =
        matches!(value, Value::List(items) if items.iter().all(|item| *item == Value::Null));
    if key_type == KeyType::Unsupported && is_empty {
        return Acceptance::Ignored;
    }
    if fits(catalogue, value, key_type, release) {
        return match text_error(catalogue, option, setting, release) {
            Some(line) => Acceptance::Refused(line),
            None => Acceptance::Accepted,
        };
    }
    let refused = |shown: &str, type_name: &str| {
        let key = option.key_at(release).unwrap_or(&setting.name);
        cannot_unmarshal(shown, key, type_name)
    };
    match value {
        Value::Integer(number) if is_number(key_type) => {
            refused(&format!("number {number}"), key_type.go_name())
        }
        Value::Float(number) if is_number(key_type) => {
            refused(&format!("number {number}"), key_type.go_name())
        }
        Value::List(items) if key_type == KeyType::List => {
            let first = items
                .iter()
                .find(|item| !fits_list(catalogue, item, release));
            let kind = first.and_then(|item| json_kind(catalogue, item, release));
            refused(kind.unwrap_or(found), "string")
        }
        _ => refused(found, key_type.go_name()),
    }
}

/// Returns what a release does with a key that it does not have: a section, or a Go name.
pub(super) fn unknown(catalogue: &Catalogue, setting: &Setting, release: Release) -> Acceptance {
    let Some(found) = json_kind(catalogue, &setting.value, release) else {
        return flag_name(catalogue, setting, release);
    };
    let prefix = format!("{}.", setting.name.to_ascii_lowercase());
    let is_section = catalogue.options().iter().any(|option| {
        option
            .key_at(release)
            .is_some_and(|key| key.starts_with(&prefix))
    });
    if is_section {
        // `embed/config.go:360@v3.4.45`
        return match found {
            "object" => Acceptance::Dropped,
            _ => cannot_unmarshal(found, &setting.name, "embed.securityConfig"),
        };
    }
    let Some(field) = catalogue.go_field(&setting.name, release) else {
        return flag_name(catalogue, setting, release);
    };
    if field.shape.as_deref() != Some(found) {
        return cannot_unmarshal(found, &setting.name, &field.go_type);
    }
    // A list of Go's structs consists of mappings.
    let plain_item = match &setting.value {
        Value::List(items) => items
            .iter()
            .filter_map(|item| json_kind(catalogue, item, release))
            .find(|kind| *kind != "object"),
        _ => None,
    };
    match plain_item {
        Some(kind) => cannot_unmarshal(kind, &setting.name, "url.URL"),
        None => Acceptance::Dropped,
    }
}

/// Returns what a release does with a key that it does not have, which may be the name of a flag.
fn flag_name(catalogue: &Catalogue, setting: &Setting, release: Release) -> Acceptance {
    let warns = catalogue.does(Behaviour::KeyCountsAsAFlagThatWasSet, release);
    let printed = catalogue
        .option(&setting.name)
        .filter(|option| warns && option.accepts(Spelling::Flag, release))
        .and_then(|option| option.deprecated.as_ref())
        .filter(|deprecated| deprecated.holds_at(release))
        .and_then(|deprecated| deprecated.prints.clone());
    printed.map_or(Acceptance::Dropped, Acceptance::DroppedWithWarning)
}

/// Returns whether a key is one of two Go names that the proxy of the v2 API has beside its keys.
pub(super) fn is_field_of_proxy(catalogue: &Catalogue, name: &str, release: Release) -> bool {
    catalogue.does(Behaviour::ProxyHasKeysOfGoNames, release)
        && name != "proxy"
        && (name.eq_ignore_ascii_case("proxy") || name.eq_ignore_ascii_case("fallback"))
}

/// Such a key has no effect; it is read as text, into which plain scalars are converted.
pub(super) fn field_of_proxy(
    catalogue: &Catalogue,
    setting: &Setting,
    release: Release,
) -> Acceptance {
    match json_kind(catalogue, &setting.value, release) {
        Some(found @ ("array" | "object")) => cannot_unmarshal(found, &setting.name, "string"),
        _ => Acceptance::Dropped,
    }
}

/// Returns the error of `encoding/json` about a value that does not fit its field.
fn cannot_unmarshal(found: &str, key: &str, go_type: &str) -> Acceptance {
    Acceptance::Refused(format!(
        "json: cannot unmarshal {found} into Go struct field configYAML.{key} of type {go_type}"
    ))
}

/// Returns the name of `encoding/json` for the type of a value, or `None` if it ignores the value or the value is set
/// elsewhere.
fn json_kind(catalogue: &Catalogue, value: &Value, release: Release) -> Option<&'static str> {
    match value {
        Value::Null | Value::Unknown(_) | Value::Bare => None,
        Value::Text(_) => Some("string"),
        Value::Bool(_) => Some("bool"),
        Value::Exponent(_) if is_text(catalogue, release) => Some("string"),
        Value::Integer(_) | Value::Float(_) | Value::Exponent(_) => Some("number"),
        Value::List(_) => Some("array"),
        Value::Mapping => Some("object"),
    }
}

fn fits(catalogue: &Catalogue, value: &Value, key_type: KeyType, release: Release) -> bool {
    match (value, key_type) {
        (Value::Text(_), KeyType::String) | (Value::Bool(_), KeyType::Bool) => true,
        (Value::Exponent(_), _) if is_text(catalogue, release) => key_type == KeyType::String,
        (
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Exponent(_),
            KeyType::String,
        ) => catalogue.does(Behaviour::PlainScalarIsConvertedToText, release),
        (Value::Integer(number), _) => integer_fits(*number, key_type),
        (Value::Float(number) | Value::Exponent(number), _)
            if number.fract() == 0.0 && number.abs() < 1e21 =>
        {
            // JSON has the shortest digits of the number.
            let Ok(integer) = number.to_string().parse::<i128>() else {
                return false;
            };
            // JSON keeps the sign of a zero, and an unsigned number has none.
            let signed_zero = integer == 0 && number.is_sign_negative();
            integer_fits(integer, key_type) && !(signed_zero && integer_fits(1 << 63, key_type))
        }
        (Value::List(items), KeyType::List) => {
            items.iter().all(|item| fits_list(catalogue, item, release))
        }
        _ => false,
    }
}

/// Returns whether a list of strings accepts the item.
fn fits_list(catalogue: &Catalogue, item: &Value, release: Release) -> bool {
    json_kind(catalogue, item, release).is_none_or(|kind| kind == "string")
}

/// Returns whether `1e4` is text.
fn is_text(catalogue: &Catalogue, release: Release) -> bool {
    catalogue.does(Behaviour::ExponentWithoutASignIsText, release)
}

/// Returns why etcd refuses a text of a file that is decoded without an error; an empty text is not set.
fn text_error(
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
            let error = parse_error(catalogue, option, text, release)?;
            Some(if option.name == "cors" {
                format!("new UniqueURLs should never fail: {error}")
            } else {
                format!("unexpected error setting up {}: {error}", option.name)
            })
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
