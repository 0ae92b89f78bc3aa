//! Values as texts.

use crate::member::Value;

/// Returns the value in the form of a flag's, or `None` if it is set elsewhere.
#[must_use]
pub fn flag_text(value: &Value) -> Option<String> {
    match value {
        Value::Bare => Some("true".to_owned()),
        Value::Text(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) | Value::Exponent(number) => Some(number.to_string()),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(item_text).collect();
            items.map(|items| items.join(","))
        }
        Value::Null | Value::Mapping | Value::Unknown(_) => None,
    }
}

/// Returns an item of a list as a text; a null is the empty text.
pub(super) fn item_text(item: &Value) -> Option<String> {
    match item {
        Value::Null => Some(String::new()),
        other => flag_text(other),
    }
}
