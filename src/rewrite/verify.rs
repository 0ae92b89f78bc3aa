//! Verifies with two independent parsers that a rewritten YAML text differs only where it was meant to.

mod comments;
mod effect;
mod leaves;
mod script;

use std::collections::BTreeMap;

pub(super) use comments::same_comments;
pub(super) use effect::same_effect;
pub(super) use leaves::same_outside;
pub(super) use script::is_same_script;

use crate::limits::{COMPARED_SIZE, COMPARED_VALUES, YAML_NESTING};
use crate::text::template;
use crate::text::yaml::{self, Document, Kind, NodeId, Style};

/// Why a rewritten text fails verification.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VerifyError {
    /// The old text was YAML, and the new one is not.
    #[error("the rewritten text is no longer YAML: {0}")]
    NotYaml(String),
    /// Something else changed.
    #[error("the rewrite would also change `{0}`")]
    Elsewhere(String),
    /// A comment is lost or changed.
    #[error("the rewrite would change or delete the comment in line {0}")]
    Comment(usize),
    /// etcd would use another value.
    #[error(
        "the rewrite would also change the effective value of `{option}` from `{old}` to `{new}`"
    )]
    Effect {
        /// The option.
        option: String,
        /// The value that the new release uses with the old text.
        old: String,
        /// The value that it uses with the new one.
        new: String,
    },
    /// The text contains more than is compared.
    #[error(
        "the text is too large to verify that the rewrite changes nothing else (more than {COMPARED_VALUES} values, or {} MiB)",
        COMPARED_SIZE / 1024 / 1024
    )]
    TooLarge,
    /// Some of etcd's members are no longer found, or more of them.
    #[error("the rewritten text configures {1} members instead of {0}")]
    Members(usize, usize),
}

/// Checks that old and new text, if they are YAML mappings, have the same value for every key but those in `meant`.
pub(super) fn same_elsewhere(old: &str, new: &str, meant: &[String]) -> Result<(), VerifyError> {
    let (old, new) = (masked(old), masked(new));
    let Some(before) = flat_first(&old)? else {
        return Ok(());
    };
    let after = flat_first(&new)?.ok_or_else(|| {
        let why = yaml::parse(&new).err().map_or_else(
            || "it contains no mapping".to_owned(),
            |error| error.to_string(),
        );
        VerifyError::NotYaml(why)
    })?;
    compare(&before, &after, meant)?;
    if old.len() > COMPARED_SIZE {
        return Err(VerifyError::TooLarge);
    }
    // The second parser refuses duplicate keys, which etcd does not; then only the first can compare.
    let Some(before) = flat_second(&old) else {
        return Ok(());
    };
    let after = flat_second(&new)
        .ok_or_else(|| VerifyError::NotYaml("a second parser rejects it".to_owned()))?;
    compare(&before, &after, meant)
}

fn masked(text: &str) -> String {
    template::mask_yaml(text)
        .text
        .unwrap_or_else(|| text.to_owned())
}

type Flat = BTreeMap<String, String>;

fn compare(before: &Flat, after: &Flat, meant: &[String]) -> Result<(), VerifyError> {
    let is_meant = |path: &str| {
        let path = path.to_ascii_lowercase();
        meant.iter().any(|key| {
            path.strip_prefix(key.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let paths = before.keys().chain(after.keys());
    for path in paths {
        if before.get(path) != after.get(path) && !is_meant(path) {
            return Err(VerifyError::Elsewhere(path.clone()));
        }
    }
    Ok(())
}

fn flat_first(text: &str) -> Result<Option<Flat>, VerifyError> {
    let Ok(Some(document)) = yaml::parse(text) else {
        return Ok(None);
    };
    if !matches!(document.node(document.root).kind, Kind::Mapping { .. }) {
        return Ok(None);
    }
    let mut flat = Flat::new();
    let mut budget = COMPARED_VALUES;
    walk(&document, document.root, "", &mut flat, &mut budget, 0);
    if budget == 0 {
        return Err(VerifyError::TooLarge);
    }
    Ok(Some(flat))
}

fn walk(
    document: &Document,
    id: NodeId,
    path: &str,
    flat: &mut Flat,
    budget: &mut usize,
    depth: usize,
) {
    // Chains of aliases nest deeper than their text.
    if depth > 2 * YAML_NESTING {
        *budget = 0;
    }
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    match &document.resolved(id).kind {
        Kind::Mapping { entries, .. } => {
            // Of equal keys the last is effective, for etcd as for this comparison.
            let last: BTreeMap<Option<&str>, NodeId> = entries
                .iter()
                .map(|&(key, _)| (document.key_text(key), key))
                .collect();
            for &(key, value) in entries {
                if last.get(&document.key_text(key)) != Some(&key) {
                    continue;
                }
                let name = document.key_text(key).unwrap_or("?");
                let below = if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                };
                walk(document, value, &below, flat, budget, depth + 1);
            }
        }
        Kind::Sequence { items, .. } => {
            for (index, &item) in items.iter().enumerate() {
                let below = format!("{path}.{index}");
                walk(document, item, &below, flat, budget, depth + 1);
            }
        }
        Kind::Scalar { text, style, tag } => {
            let value = yaml::resolve(text, *style == Style::Plain, tag.as_deref());
            flat.insert(path.to_owned(), format!("{value:?}"));
        }
        Kind::Alias(_) => {}
    }
}

fn flat_second(text: &str) -> Option<Flat> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let first = documents.next()?;
    let value = <serde_yaml::Value as serde::Deserialize>::deserialize(first).ok()?;
    let mut flat = Flat::new();
    walk_second(&value, "", &mut flat);
    Some(flat)
}

fn walk_second(value: &serde_yaml::Value, path: &str, flat: &mut Flat) {
    match value {
        serde_yaml::Value::Mapping(entries) => {
            for (key, value) in entries {
                let name = key.as_str().unwrap_or("?");
                let below = if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}.{name}")
                };
                walk_second(value, &below, flat);
            }
        }
        serde_yaml::Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk_second(item, &format!("{path}.{index}"), flat);
            }
        }
        other => {
            flat.insert(path.to_owned(), format!("{other:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_elsewhere_is_found() {
        let meant = ["a".to_owned()];
        assert_eq!(
            same_elsewhere("a: 1\nb: 2\n", "a: '1'\nb: 2\n", &meant),
            Ok(())
        );
        assert_eq!(
            same_elsewhere("a: 1\nb: 2\n", "a: '1'\nb: 3\n", &meant),
            Err(VerifyError::Elsewhere("b".to_owned()))
        );
        assert!(matches!(
            same_elsewhere("a: 1\nb: 2\n", "a: '1\nb: 2\n", &meant),
            Err(VerifyError::NotYaml(_))
        ));
    }
}
