//! Variables in the values of flags: `--name=${ETCD_NAME}`.

use crate::member::{Setting, Value};

/// Returns the variables that a value expands; `None` if it depends on anything else.
pub(super) fn expanded(value: &Value) -> Option<Vec<&str>> {
    let Value::Unknown(text) = value else {
        return None;
    };
    let mut names = Vec::new();
    pieces(text, |piece| {
        if let Piece::Variable(name) = piece {
            names.push(name);
        }
    })?;
    Some(names)
}

/// Returns the value with its variables replaced by what they are set to, if all of them are known. A value without
/// variables is unknown for another reason.
pub(super) fn substituted<'v>(
    value: &Value,
    variable: impl Fn(&str) -> Option<&'v Value>,
) -> Option<Value> {
    let Value::Unknown(text) = value else {
        return None;
    };
    let mut result = String::new();
    let mut is_known = !expanded(value)?.is_empty();
    pieces(text, |piece| match piece {
        Piece::Text(text) => result.push_str(text),
        Piece::Variable(name) => match variable(name).and_then(Value::text) {
            Some(value) => result.push_str(value),
            None => is_known = false,
        },
    })?;
    is_known.then_some(Value::Text(result))
}

/// Returns the last value of a variable among settings.
pub(super) fn value_of<'s>(settings: &'s [Setting], name: &str) -> Option<&'s Value> {
    let mut settings = settings.iter().rev();
    settings
        .find(|setting| setting.name == name)
        .map(|setting| &setting.value)
}

enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
}

/// Splits a text into `$NAME`, `${NAME}` and what is between; `None` if there is any other expansion, or a template.
fn pieces<'t>(text: &'t str, mut take: impl FnMut(Piece<'t>)) -> Option<()> {
    if ["{{", "{%", "<%", "`", "%{"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        return None;
    }
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        take(Piece::Text(&rest[..at]));
        rest = &rest[at + 1..];
        let is_braced = rest.starts_with('{');
        let body = &rest[usize::from(is_braced)..];
        let length = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(body.len());
        let name = &body[..length];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        rest = &body[length..];
        if is_braced {
            rest = rest.strip_prefix('}')?;
        }
        take(Piece::Variable(name));
    }
    take(Piece::Text(rest));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_variables_are_expanded() {
        let of = |text: &str| {
            let value = Value::Unknown(text.to_owned());
            expanded(&value).map(|names| names.join(" "))
        };
        assert_eq!(of("${ETCD_NAME}").as_deref(), Some("ETCD_NAME"));
        assert_eq!(of("a-$A-${B}").as_deref(), Some("A B"));
        for other in ["${A:-b}", "$(hostname)", "{{ name }}$A", "$1", "$$"] {
            assert_eq!(of(other), None, "{other}");
        }
        let a = Value::Text("x".to_owned());
        let known = |name: &str| (name == "A").then_some(&a);
        let of = |text: &str| substituted(&Value::Unknown(text.to_owned()), known);
        assert_eq!(
            of("http://$A:1"),
            Some(Value::Text("http://x:1".to_owned()))
        );
        assert_eq!(of("$A$B"), None);
    }
}
