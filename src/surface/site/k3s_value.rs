//! Arguments for etcd in k3s and RKE2, which turn them into keys of the configuration file that they write for etcd.
//! `ToConfigFile` of `pkg/daemons/executor` reads the values.

use crate::member::{NewValue, Value};
use crate::source::Span;
use crate::text::yaml::{self, Kind, Scalar, Style};

/// Returns the spans of name and value in `name=value`, which begins at `start`; leading dashes are not part of the
/// name.
///
/// Returns `None` for a name with a dot: it becomes a key with a dot in its name, not a key of a section.
pub(in crate::surface) fn assignment(text: &str, start: usize) -> Option<(Span, Span)> {
    let body = &text[start..];
    let equals = start + body.find('=')?;
    let dashes = body.len() - body.trim_start_matches('-').len();
    let name = Span::new((start + dashes).min(equals), equals);
    let usable = !name.is_empty() && !name.of(text).contains('.');
    usable.then(|| (name, Span::new(equals + 1, text.len())))
}

/// Returns the value in the configuration file for the value of an argument.
///
/// What `strconv.Atoi` parses is a number, a YAML list of strings a list, `true` and `false` in any case a boolean, and
/// the rest a string. A duration is rewritten if the name is one of a time, as a string with the same meaning.
pub(in crate::surface) fn value(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>() {
        return Value::Integer(i128::from(number));
    }
    if let Some(list) = list(text) {
        return list;
    }
    match text.to_lowercase().as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::Text(text.to_owned()),
    }
}

/// Returns the value of an argument that becomes this value in the file; `None` if there is none.
pub(in crate::surface) fn written(new: &NewValue) -> Option<String> {
    let (text, expected) = match new {
        NewValue::Text(text) => (text.clone(), Value::Text(text.clone())),
        NewValue::Bool(new) => (new.to_string(), Value::Bool(*new)),
        NewValue::Number(number) => (number.to_string(), Value::Integer(i128::from(*number))),
        NewValue::List(items) => {
            let texts = items.iter().cloned().map(Value::Text).collect();
            (format!("[{}]", items.join(", ")), Value::List(texts))
        }
    };
    (value(&text) == expected).then_some(text)
}

/// Parses a YAML list of strings; null counts as an empty list.
fn list(text: &str) -> Option<Value> {
    let Some(document) = yaml::parse(text).ok()? else {
        return Some(Value::List(Vec::new()));
    };
    match &document.node(document.root).kind {
        Kind::Sequence { items, .. } => {
            let scalar = |&item: &usize| match &document.resolved(item).kind {
                Kind::Scalar { text, style, tag } => Some(
                    match yaml::resolve(text, *style == Style::Plain, tag.as_deref()) {
                        Scalar::Text(text) => Value::Text(text),
                        _ => Value::Unknown(text.clone()),
                    },
                ),
                _ => None,
            };
            items
                .iter()
                .map(scalar)
                .collect::<Option<_>>()
                .map(Value::List)
        }
        Kind::Scalar { text, style, tag } => {
            let read = yaml::resolve(text, *style == Style::Plain, tag.as_deref());
            (read == Scalar::Null).then(|| Value::List(Vec::new()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_k3s_writes_into_the_file() {
        let text = |text: &str| Value::Text(text.to_owned());
        let cases = [
            ("24", Value::Integer(24)),
            ("024", Value::Integer(24)),
            ("24h", text("24h")),
            ("True", Value::Bool(true)),
            ("0x10", text("0x10")),
            ("1.5", text("1.5")),
            ("yes", text("yes")),
            ("a,b", text("a,b")),
            ("A=true", text("A=true")),
            ("[a, b]", Value::List(vec![text("a"), text("b")])),
            ("", Value::List(Vec::new())),
            ("a: b", text("a: b")),
        ];
        for (argument, expected) in cases {
            assert_eq!(value(argument), expected, "{argument}");
        }
    }

    #[test]
    fn a_number_cannot_be_given_as_a_string() {
        assert_eq!(written(&NewValue::Text("24".to_owned())), None);
        assert_eq!(
            written(&NewValue::Text("24h".to_owned())).as_deref(),
            Some("24h")
        );
        let list = NewValue::List(vec!["stderr".to_owned(), "/var/log/a".to_owned()]);
        assert_eq!(written(&list).as_deref(), Some("[stderr, /var/log/a]"));
        let odd = NewValue::List(vec!["a, b".to_owned()]);
        assert_eq!(written(&odd), None);
    }
}
