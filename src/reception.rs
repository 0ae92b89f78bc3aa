//! How a release receives one setting: what etcd does with a name and a value in that spelling.
//!
//! This is etcd's behaviour derived from the facts; no advice is in here.

use crate::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
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
        (Spelling::Flag, None) => Reception::Refused(unknown_flag(&setting.name)),
        (Spelling::Variable, None) => {
            Reception::DroppedWithWarning(unknown_variable(setting, release))
        }
        (Spelling::Key, None) => Reception::Dropped,
        (Spelling::Flag, Some(option)) => flag(option, setting, release),
        (Spelling::Variable, Some(option)) => variable(option, setting, release),
        (Spelling::Key, Some(option)) => {
            let exact = option
                .key_at(release)
                .is_some_and(|key| key.eq_ignore_ascii_case(&setting.name));
            if exact {
                key(option, setting, release)
            } else {
                Reception::Dropped
            }
        }
    }
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

fn flag(option: &EtcdOption, setting: &Setting, release: Release) -> Reception {
    let value_type = option.type_at(release);
    let name = &setting.name;
    match (&setting.value, value_type) {
        (_, ValueType::Ignored) => Reception::Ignored,
        (Value::Unknown(_), _) | (Value::Bare, ValueType::Bool) => Reception::Accepted,
        (Value::Bare, _) => Reception::Refused(format!("flag needs an argument: -{name}")),
        (Value::Text(text), _) => match parse_error(text, value_type) {
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
fn variable(option: &EtcdOption, setting: &Setting, release: Release) -> Reception {
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
    match parse_error(text, value_type) {
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

/// Why Go's flag package refuses a text for a type; what only etcd's own types check is not judged here.
fn parse_error(text: &str, value_type: ValueType) -> Option<&'static str> {
    let bad = match value_type {
        ValueType::Bool => go_value::parse_bool(text).is_none(),
        ValueType::Int | ValueType::Int64 => go_value::parse_int(text, 64).is_none(),
        ValueType::Uint | ValueType::Uint64 => go_value::parse_uint(text, 64).is_none(),
        ValueType::Uint32 => go_value::parse_uint(text, 32).is_none(),
        ValueType::Duration => go_value::parse_duration(text).is_err(),
        _ => false,
    };
    bad.then_some("parse error")
}

/// Whether a plain scalar's type is converted where a string is expected: `ghodss/yaml` did so in 3.0,
/// and both libraries do for nested structs, whose type they find.
fn converts_to_string(setting: &Setting, release: Release) -> bool {
    setting.name.contains('.') || release < Release::new(3, 1, 0)
}

fn key(option: &EtcdOption, setting: &Setting, release: Release) -> Reception {
    let key_type = option.key_type_at(release);
    let found = match &setting.value {
        Value::Null => return Reception::Ignored,
        Value::Unknown(_) | Value::Bare => return Reception::Accepted,
        Value::Text(_) => "string",
        Value::Bool(_) => "bool",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::List(_) => "array",
        Value::Mapping => "object",
    };
    let fits = match (&setting.value, key_type) {
        (Value::Text(_), KeyType::String) | (Value::Bool(_), KeyType::Bool) => true,
        (Value::Bool(_) | Value::Integer(_) | Value::Float(_), KeyType::String) => {
            converts_to_string(setting, release)
        }
        (Value::Integer(number), _) => integer_fits(*number, key_type),
        (Value::Float(number), _) if number.fract() == 0.0 && number.abs() < 1e18 => {
            #[allow(clippy::cast_possible_truncation)] // Bounded just above.
            let integer = *number as i128;
            integer_fits(integer, key_type)
        }
        (Value::List(items), KeyType::List) => items
            .iter()
            .all(|item| matches!(item, Value::Text(_) | Value::Null | Value::Unknown(_))),
        _ => false,
    };
    if fits {
        return Reception::Accepted;
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
        setting.name
    ))
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
