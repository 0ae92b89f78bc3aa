//! Verifies that an edited YAML stream has the same content, but for the scalars that the edits touch.

use super::{VerifyError, masked};
use crate::edit::Edit;
use crate::limits::{COMPARED_SIZE, COMPARED_VALUES, YAML_NESTING};
use crate::source::Span;
use crate::text::yaml::{self, Document, Kind, NodeId, Style};

/// A scalar or an empty collection.
#[derive(Clone, Debug)]
struct Leaf {
    /// The number of its document.
    document: usize,
    /// The keys that lead to it, without the indices of lists.
    path: String,
    value: String,
    /// Its text, if every reader reads it as a string.
    text: Option<String>,
    /// The span, with its key.
    span: Span,
    /// Whether it is a block scalar.
    block: bool,
}

/// Checks that all documents of two texts have the same content, but for what the edits between them touch.
pub(in crate::rewrite) fn same_outside(
    old: &str,
    new: &str,
    edits: &[&Edit],
) -> Result<(), VerifyError> {
    let (old, new) = (masked(old), masked(new));
    let Ok(before) = leaves(&old) else {
        return Ok(());
    };
    if before.len() > COMPARED_VALUES || old.len() > COMPARED_SIZE {
        return Err(VerifyError::TooLarge);
    }
    let after = leaves(&new).map_err(|error| VerifyError::NotYaml(error.to_string()))?;
    let mut old_spans: Vec<Span> = Vec::new();
    let mut new_spans: Vec<Span> = Vec::new();
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut added, mut removed) = (0, 0);
    for edit in sorted {
        let start = edit.span.start + added - removed;
        old_spans.push(edit.span);
        let new_span = Span::new(start, start + edit.text.len());
        // If the last line of a block is deleted, the rest of the block ends one line break earlier.
        let shortens_block = new_span.is_empty()
            && before.iter().any(|leaf| {
                leaf.block && leaf.span.start < edit.span.start && edit.span.start <= leaf.span.end
            });
        new_spans.push(if shortens_block {
            Span::new(new[..start].trim_end_matches(['\n', '\r']).len(), start)
        } else {
            new_span
        });
        added += edit.text.len();
        removed += edit.span.len();
    }
    let kept = untouched(&before, &old_spans);
    let found = untouched(&after, &new_spans);
    let same = |one: &&Leaf, other: &&Leaf| {
        (one.document, &one.path, &one.value) == (other.document, &other.path, &other.value)
    };
    if let Some(at) =
        (0..kept.len().max(found.len())).find(|&at| match (kept.get(at), found.get(at)) {
            (Some(one), Some(other)) => !same(one, other),
            _ => true,
        })
    {
        let leaf = kept.get(at).or_else(|| found.get(at));
        let path = leaf.map_or_else(String::new, |leaf| leaf.path.clone());
        return Err(VerifyError::Elsewhere(path));
    }
    if !agrees(&old, &before) {
        return Ok(());
    }
    if agrees(&new, &after) {
        Ok(())
    } else {
        Err(VerifyError::NotYaml(
            "a second parser reads it differently".to_owned(),
        ))
    }
}

/// Returns the leaves that none of the spans touches, not even at an end.
fn untouched<'l>(leaves: &'l [Leaf], spans: &[Span]) -> Vec<&'l Leaf> {
    leaves
        .iter()
        .filter(|leaf| {
            // Edits are sorted and disjoint: the last one that begins before the leaf's end decides.
            let after = spans.partition_point(|span| span.start <= leaf.span.end);
            spans[..after]
                .last()
                .is_none_or(|span| span.end < leaf.span.start)
        })
        .collect()
}

fn leaves(text: &str) -> Result<Vec<Leaf>, yaml::YamlError> {
    let mut leaves = Vec::new();
    for (number, document) in yaml::parse_all(text)?.iter().enumerate() {
        let mut walk = Walk {
            text,
            document,
            number,
            leaves: &mut leaves,
        };
        walk.node(document.root, "", None, 0);
    }
    Ok(leaves)
}

struct Walk<'a> {
    text: &'a str,
    document: &'a Document,
    number: usize,
    leaves: &'a mut Vec<Leaf>,
}

impl Walk<'_> {
    fn node(&mut self, id: NodeId, path: &str, key: Option<Span>, depth: usize) {
        // Chains of aliases nest deeper than their text.
        if self.leaves.len() > COMPARED_VALUES || depth > 2 * YAML_NESTING {
            return;
        }
        let node = self.document.resolved(id);
        let (value, text) = match &node.kind {
            Kind::Mapping { entries, .. } if !entries.is_empty() => {
                for &(key, value) in entries {
                    let name = self.document.key_text(key).unwrap_or("?");
                    let below = format!("{path}.{name}");
                    let span = self.document.node(key).span;
                    self.node(value, &below, Some(span), depth + 1);
                }
                return;
            }
            Kind::Sequence { items, .. } if !items.is_empty() => {
                for &item in items {
                    self.node(item, &format!("{path}[]"), None, depth + 1);
                }
                return;
            }
            Kind::Scalar { text, style, tag } => {
                let plain = *style == Style::Plain;
                let value = yaml::resolve(text, plain, tag.as_deref());
                (
                    format!("{value:?}"),
                    (!plain && tag.is_none()).then(|| text.clone()),
                )
            }
            _ => (String::new(), None),
        };
        let place = self.document.node(id).span;
        let written = place.of(self.text);
        let block = matches!(&node.kind, Kind::Scalar { style, .. } if *style == Style::Block);
        // Spaces at the end of a line of a block are part of it.
        let written = match block {
            true => written.trim_end_matches(['\n', '\r']),
            false => written.trim_end(),
        };
        let end = place.start + written.len();
        let span = Span::new(
            key.map_or(place.start, |key| key.start.min(place.start)),
            end,
        );
        self.leaves.push(Leaf {
            document: self.number,
            path: path.trim_start_matches('.').to_owned(),
            value,
            text,
            span,
            block,
        });
    }
}

/// Returns whether a second parser finds the same leaves.
fn agrees(text: &str, leaves: &[Leaf]) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = <serde_yaml::Value as serde::Deserialize>::deserialize(document);
        let Ok(value) = value else { return false };
        walk_second(&value, &mut found);
    }
    let same = |(leaf, other): (&Leaf, &Option<String>)| match (&leaf.text, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    found.len() == leaves.len() && leaves.iter().zip(&found).all(same)
}

fn walk_second(value: &serde_yaml::Value, found: &mut Vec<Option<String>>) {
    match value {
        serde_yaml::Value::Mapping(entries) if !entries.is_empty() => {
            for value in entries.values() {
                walk_second(value, found);
            }
        }
        serde_yaml::Value::Sequence(items) if !items.is_empty() => {
            for item in items {
                walk_second(item, found);
            }
        }
        serde_yaml::Value::String(text) => found.push(Some(text.clone())),
        _ => found.push(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, edit: &Edit) -> Result<(), VerifyError> {
        let (before, after) = (&old[..edit.span.start], &old[edit.span.end..]);
        let new = format!("{before}{}{after}", edit.text);
        same_outside(old, &new, &[edit])
    }

    #[test]
    fn only_what_an_edit_touches_may_differ() {
        let old = "a:\n- x\n- y\n---\nb: |\n  z\n";
        let at = |text: &str| old.find(text).unwrap();
        let line = Edit::deletion(Span::new(at("- x"), at("- y")));
        assert_eq!(check(old, &line), Ok(()));
        let item = Edit::insertion(at("- y") + 3, "\n- w");
        assert_eq!(check(old, &item), Ok(()));
        // The line break belongs to the item before: `- y` becomes part of another scalar.
        let joined = Edit::deletion(Span::new(at("- x"), at("- y") + 2));
        assert!(check(old, &joined).is_err());
        let outside = Edit::replacement(Span::new(at("---"), at("---") + 3), "");
        assert!(check(old, &outside).is_err());
        let broken = Edit::insertion(at("x"), "'");
        assert!(matches!(check(old, &broken), Err(VerifyError::NotYaml(_))));
    }
}
