//! Whether a release accepts one setting: what etcd does with a name and a value in that spelling.
//!
//! This is etcd's behaviour derived from the facts; no advice is in here.

mod key;
mod outcome;
mod value;

pub use outcome::Acceptance;

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption, ReplacementKind, Spelling, ValueType};
use crate::facts::version::Release;
use crate::member::{Setting, Value, asks_for_help};
use value::{stored_in_spite_of_error, text_error};

/// Returns what `release` does with the setting.
#[must_use]
pub fn check(catalogue: &Catalogue, setting: &Setting, release: Release) -> Acceptance {
    let option = catalogue.spelled(setting.spelling, &setting.name);
    let known = option.filter(|option| option.accepts(setting.spelling, release));
    match (setting.spelling, known) {
        (Spelling::Flag, None) if asks_for_help(&setting.name) => Acceptance::Accepted,
        (Spelling::Flag, None) => Acceptance::Refused(unknown_flag(&setting.name)),
        (Spelling::Variable, None) => {
            Acceptance::DroppedWithWarning(unknown_variable(catalogue, setting, release))
        }
        (Spelling::Key, _) if key::is_field_of_proxy(catalogue, &setting.name, release) => {
            key::field_of_proxy(catalogue, setting, release)
        }
        (Spelling::Key, None) => key::unknown(catalogue, setting, release),
        // Go's decoder prefers the field of that name to the key in another case.
        (Spelling::Key, Some(option))
            if option.key_at(release) != Some(&setting.name)
                && catalogue.go_field(&setting.name, release).is_some() =>
        {
            key::unknown(catalogue, setting, release)
        }
        (Spelling::Flag, Some(option)) => flag(catalogue, option, setting, release),
        (Spelling::Variable, Some(option)) => variable(catalogue, option, setting, release),
        (Spelling::Key, Some(option)) => {
            let exact = option
                .key_at(release)
                .is_some_and(|key| key.eq_ignore_ascii_case(&setting.name));
            if exact && is_recorded(catalogue, option, setting, release) {
                key::known(catalogue, option, setting, release)
            } else {
                Acceptance::Dropped
            }
        }
    }
}

/// Returns whether a key is read in the case in which it is written.
fn is_recorded(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> bool {
    let moves = catalogue.does(Behaviour::OldKeyCountsOnlyInItsExactSpelling, release)
        && option.replaced_by.as_ref().is_some_and(|replacement| {
            replacement.exclusive || replacement.how == ReplacementKind::FeatureGate
        });
    !moves || option.keys().any(|key| key == setting.name)
}

/// `flag.ContinueOnError` and `os.Exit(2)`: `etcdmain/config.go:294@v3.4.45`.
#[must_use]
pub fn unknown_flag(name: &str) -> String {
    format!("flag provided but not defined: -{name}")
}

/// Returns the warning of a variable that no option has.
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
) -> Acceptance {
    let value_type = option.type_at(release);
    let name = &setting.name;
    match (&setting.value, value_type) {
        (_, ValueType::Ignored) => Acceptance::Ignored,
        (Value::Unknown(_), _) | (Value::Bare, ValueType::Bool) => Acceptance::Accepted,
        (Value::Bare, _) => Acceptance::Refused(format!("flag needs an argument: -{name}")),
        (Value::Text(text), _) => match text_error(catalogue, option, text, release) {
            None => Acceptance::Accepted,
            Some(why) if value_type == ValueType::Bool => Acceptance::Refused(format!(
                "invalid boolean value \"{text}\" for -{name}: {why}"
            )),
            Some(why) => {
                Acceptance::Refused(format!("invalid value \"{text}\" for flag -{name}: {why}"))
            }
        },
        _ => Acceptance::Accepted,
    }
}

/// Empty variables are not set in any release; an invalid one is fatal, or ignored.
fn variable(
    catalogue: &Catalogue,
    option: &EtcdOption,
    setting: &Setting,
    release: Release,
) -> Acceptance {
    let value_type = option.type_at(release);
    let Value::Text(text) = &setting.value else {
        return Acceptance::Accepted;
    };
    if text.is_empty() || value_type == ValueType::Ignored {
        return Acceptance::Ignored;
    }
    if option.name == "version" && catalogue.does(Behaviour::VersionVariableIsSetAside, release) {
        return Acceptance::DroppedWithWarning(
            "cannot set special environment variable ETCD_VERSION".to_owned(),
        );
    }
    match text_error(catalogue, option, text, release) {
        None => Acceptance::Accepted,
        Some(_) if catalogue.does(Behaviour::InvalidVariableIsForgotten, release) => {
            match stored_in_spite_of_error(value_type, text) {
                Some(stored) => Acceptance::ReadAs(stored),
                None => Acceptance::Dropped,
            }
        }
        Some(why) => Acceptance::Refused(format!(
            "invalid value \"{text}\" for {}: {why}",
            setting.name
        )),
    }
}

/// Returns whether `release` accepts the text for the option.
#[must_use]
pub fn takes(catalogue: &Catalogue, option: &EtcdOption, text: &str, release: Release) -> bool {
    text_error(catalogue, option, text, release).is_none()
}
