//! The options of a member with their values in force.

use super::in_force::{InForce, Origin};
use crate::facts::catalogue::{Catalogue, ValueType};
use crate::facts::go_value::{duration_text, parse_duration};
use crate::member::{Setting, Value, sets_nothing};
use crate::server::effective::Effective;

/// An option with its value in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The option.
    pub option: String,
    /// The value in the form of a flag's. If it is not known, the value as it is written, or nothing if that decides
    /// another option.
    pub value: String,
    /// Whether the value is known: it depends on no template, and on no variable that is set elsewhere.
    pub is_known: bool,
    /// The value of a duration.
    pub nanoseconds: Option<i64>,
    /// Where it is set; `None` for a default.
    pub origin: Option<Origin>,
}

/// Returns a row for each option in force. Without all settings of the member, defaults are left out.
#[must_use]
pub fn rows(catalogue: &Catalogue, in_force: &InForce) -> Vec<Row> {
    let (member, release) = (&in_force.member, in_force.release);
    let effective = Effective::new(catalogue, member, release);
    let mut rows = Vec::new();
    for option in catalogue.options() {
        let name = option.name.as_str();
        let value_type = option.type_at(release);
        let has_effect = !matches!(value_type, ValueType::Ignored | ValueType::Rejected);
        let is_shown = option.exists_at(release) && has_effect && !sets_nothing(name);
        if !is_shown || effective.is_taken_over(name) {
            continue;
        }
        let deciding = effective.deciding_setting(name);
        if deciding.is_none() && !in_force.is_complete {
            continue;
        }
        let resolved = effective.resolved(name);
        let nanoseconds = resolved
            .as_deref()
            .filter(|_| value_type == ValueType::Duration)
            .and_then(nanoseconds);
        let is_known = resolved.is_some();
        let value = match (nanoseconds, resolved) {
            (Some(nanoseconds), _) => duration_text(nanoseconds),
            (None, Some(text)) => text,
            (None, None) => {
                let setting = deciding.and_then(|index| member.settings.get(index));
                setting.map_or_else(String::new, written)
            }
        };
        rows.push(Row {
            option: name.to_owned(),
            value,
            is_known,
            nanoseconds,
            origin: deciding.and_then(|index| in_force.origins.get(index).cloned()),
        });
    }
    rows
}

/// Returns the nanoseconds of a duration, which a file gives as a number and a flag in Go's form.
pub(super) fn nanoseconds(text: &str) -> Option<i64> {
    let number = text.parse::<i64>().ok();
    number.or_else(|| parse_duration(text).ok())
}

/// Returns the value of a setting as it is written, as far as one line shows it.
pub(super) fn written(setting: &Setting) -> String {
    of_value(&setting.value)
}

fn of_value(value: &Value) -> String {
    match value {
        Value::Bare => "true".to_owned(),
        Value::Text(text) | Value::Unknown(text) => text.clone(),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) | Value::Exponent(number) => number.to_string(),
        Value::List(items) => items.iter().map(of_value).collect::<Vec<_>>().join(","),
        Value::Mapping => "{…}".to_owned(),
    }
}
