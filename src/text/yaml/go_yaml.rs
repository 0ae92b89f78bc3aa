//! Differences between etcd's YAML decoder and the YAML crate, which follows YAML 1.2.
//!
//! etcd reads YAML with gopkg.in/yaml.v2, a port of libyaml. Here another port of libyaml replaces it.

use std::fmt::Write as _;

use serde::Deserialize;
use serde::de::{
    Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Document, Kind, Node, NodeId, Scalar, Style, YamlError, parse, resolve, scalar};
use crate::limits::{LIBYAML_SIZE, YAML_REPAIR_SIZE, YAML_REPAIRS};

/// Parses the first document of `text`. Like etcd, it ignores what follows that document.
///
/// If only the YAML crate rejects the text, comments that touch a value and line breaks in quotes are blanked out at
/// equal length, and what follows the document is cut, as long as libyaml still reads the same values.
///
/// # Errors
/// As [`parse`].
pub fn parse_first(text: &str) -> Result<Option<Document>, YamlError> {
    let error = match parse(text) {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    // libyaml is slow for deeply nested flow collections.
    let is_nested = text.matches(['[', '{']).count() > YAML_REPAIR_SIZE / 64;
    if text.len() > YAML_REPAIR_SIZE || is_nested {
        return Err(error);
    }
    let Some(values) = libyaml_values(text) else {
        return Err(error);
    };
    let mut current = text.to_owned();
    let mut offset = error.offset;
    for _ in 0..YAML_REPAIRS {
        let repaired = repairs(&current, offset)
            .into_iter()
            .find(|repaired| libyaml_values(repaired).as_ref() == Some(&values));
        let Some(repaired) = repaired else {
            return Err(error);
        };
        match parse(&repaired) {
            Ok(document) => return Ok(document),
            Err(next) => offset = next.offset,
        }
        current = repaired;
    }
    Err(error)
}

/// Returns candidates: the text without something that the YAML crate may reject at `offset`.
fn repairs(text: &str, offset: usize) -> Vec<String> {
    let offset = (0..=offset.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[offset..]
        .find('\n')
        .map_or(text.len(), |at| offset + at);
    let mut repairs = Vec::new();
    let mut blank = |from: usize, to: usize| {
        if from < to && !text[from..to].trim().is_empty() || text[from..to].contains('\n') {
            repairs.push(format!(
                "{}{}{}",
                &text[..from],
                " ".repeat(to - from),
                &text[to..]
            ));
        }
    };
    let line = &text[line_start..line_end];
    let touching = line
        .match_indices('#')
        .filter(|(at, _)| !line[..*at].ends_with([' ', '\t']));
    for (at, _) in touching.take(4) {
        blank(line_start + at, line_end);
    }
    if line_start > 0 {
        blank(line_start - 1, line_start);
    }
    // Cut what follows the document: from the error, from its line, or from a line that ends a document.
    let ends_document = |line: &str| ["---", "...", "%"].iter().any(|end| line.starts_with(end));
    let mut starts = vec![offset, line_start];
    let mut at = 0;
    for line in text[..line_end].split_inclusive('\n') {
        if at > 0 && ends_document(line) && starts.len() < YAML_REPAIRS {
            starts.push(at);
        }
        at += line.len();
    }
    for start in starts {
        if start > 0 && start < text.len() {
            repairs.push(text[..start].to_owned());
        }
    }
    repairs
}

/// Returns the first error of etcd's decoder in a document that the YAML crate accepts, with etcd's message and the
/// offset.
#[must_use]
pub fn refusal(text: &str, document: Option<&Document>) -> Option<YamlError> {
    let of_nodes = || {
        let document = document?;
        let mut nodes = document.nodes.iter();
        nodes
            .find_map(|node| node_error(text, document, node))
            .or_else(|| question_mark(document))
            .or_else(|| tag_before_comma(text, document))
    };
    directive(text).or_else(|| syntax(text)).or_else(of_nodes)
}

/// Finds a directive that etcd's decoder rejects: it knows only `%YAML 1.1` and `%TAG`.
fn directive(text: &str) -> Option<YamlError> {
    let mut offset = text.len() - text.trim_start_matches('\u{feff}').len();
    for line in text[offset..].split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() && !body.starts_with('#') && !body.starts_with('%') {
            return None;
        }
        let words: Vec<&str> = body.split_whitespace().collect();
        let message = match words[..] {
            ["%YAML", "1.1", ..] | ["%TAG", ..] => "",
            ["%YAML", ..] => "yaml: found incompatible YAML document",
            [name, ..] if name.starts_with('%') => "yaml: found unknown directive name",
            _ => "",
        };
        if !message.is_empty() {
            return Some(YamlError {
                message: message.to_owned(),
                offset,
            });
        }
        offset += line.len();
    }
    None
}

/// Finds a plain scalar with a question mark in a flow collection; etcd's decoder ends the scalar there.
fn question_mark(document: &Document) -> Option<YamlError> {
    let span = document.plain_question_mark_in_flow()?;
    Some(YamlError {
        message: "yaml: did not find expected ',' or ']'".to_owned(),
        offset: span.start,
    })
}

/// Finds a tag that a comma follows in a flow collection; etcd's decoder reads the comma as a part of the tag.
fn tag_before_comma(text: &str, document: &Document) -> Option<YamlError> {
    let tagged = document.nodes.iter().find(|node| {
        let (before, after) = text.split_at(node.span.start);
        // Without a value the span is before the tag or after it.
        let ends_word = |c: char| c.is_whitespace() || ",[]{}".contains(c);
        let is_tagged = |word: Option<&str>| word.is_some_and(|word| word.starts_with('!'));
        let next = after.trim_start();
        let rest = if is_tagged(Some(next)) {
            next.trim_start_matches(|c| !ends_word(c))
        } else if is_tagged(before.rsplit(ends_word).next()) {
            after
        } else {
            ""
        };
        node.decorated && node.span.is_empty() && rest.starts_with(',')
    })?;
    Some(YamlError {
        message: "yaml: did not find expected ',' or '}'".to_owned(),
        offset: tagged.span.start,
    })
}

/// Finds the first number inside a collection that JSON cannot represent.
#[must_use]
pub fn number_without_json(document: &Document, id: NodeId) -> Option<YamlError> {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let node = document.resolved(id);
        match &node.kind {
            Kind::Sequence { items, .. } => open.extend(items.iter().rev()),
            Kind::Mapping { entries, .. } => {
                open.extend(entries.iter().rev().map(|(_, value)| value));
            }
            Kind::Scalar { text, style, tag } => {
                let value = resolve(text, *style == Style::Plain, tag.as_deref());
                if matches!(value, Scalar::Float(number) if !number.is_finite()) {
                    return Some(YamlError {
                        message: format!("json: unsupported value: {text}"),
                        offset: node.span.start,
                    });
                }
            }
            Kind::Alias(_) => {}
        }
    }
    None
}

/// Finds a syntax error that libyaml reports, and etcd's port of it too.
fn syntax(text: &str) -> Option<YamlError> {
    if text.len() > LIBYAML_SIZE {
        return None;
    }
    let body = text.trim_start_matches('\u{feff}');
    let first = serde_yaml::Deserializer::from_str(body).next()?;
    let error = IgnoredAny::deserialize(first).err()?;
    // A colon that ends a plain scalar in a flow collection; etcd's port accepts it since etcd 3.3.
    if error.to_string().contains("found unexpected ':'") {
        return None;
    }
    let at = error.location().map_or(0, |location| location.index());
    Some(YamlError {
        message: format!("yaml: {error}"),
        offset: (text.len() - body.len() + at).min(text.len()),
    })
}

fn node_error(text: &str, document: &Document, node: &Node) -> Option<YamlError> {
    let error = |message: String| YamlError {
        message,
        offset: node.span.start,
    };
    match &node.kind {
        Kind::Scalar {
            text: value,
            style,
            tag,
        } => {
            if *style == Style::Double && escapes_slash(node.span.of(text)) {
                return Some(error("yaml: found unknown escape character".to_owned()));
            }
            scalar::tag_error(value, tag.as_deref()).map(error)
        }
        Kind::Mapping { entries, .. } => entries
            .iter()
            .find_map(|&(key, value)| entry_error(document, key, value)),
        _ => None,
    }
}

/// Whether a double-quoted scalar contains `\/`, an escape of JSON and YAML 1.2 only.
fn escapes_slash(written: &str) -> bool {
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        if c == '\\' && characters.next() == Some('/') {
            return true;
        }
    }
    false
}

/// Checks an entry of a mapping: a key must be a scalar that is not null, and the value of a merge key mappings.
fn entry_error(document: &Document, key: NodeId, value: NodeId) -> Option<YamlError> {
    let message = match &document.resolved(key).kind {
        Kind::Sequence { .. } => "yaml: invalid map key: []interface {}",
        Kind::Mapping { .. } => "yaml: invalid map key: map[interface {}]interface {}",
        Kind::Scalar { text, style, tag } => {
            let plain = *style == Style::Plain;
            if document.is_merge(key) {
                if merges(document, value) {
                    return None;
                }
                "yaml: map merge requires map or sequence of maps as the value"
            } else if resolve(text, plain, tag.as_deref()) == Scalar::Null {
                "Unsupported map key of type: %!s(<nil>), key: <nil>"
            } else {
                return None;
            }
        }
        Kind::Alias(_) => return None,
    };
    Some(YamlError {
        message: message.to_owned(),
        offset: document.node(key).span.start,
    })
}

fn merges(document: &Document, value: NodeId) -> bool {
    let is_mapping = |id: NodeId| matches!(document.resolved(id).kind, Kind::Mapping { .. });
    match &document.node(value).kind {
        Kind::Sequence { items, .. } => items.iter().all(|&item| is_mapping(item)),
        _ => is_mapping(value),
    }
}

/// Returns the values that libyaml reads from the first document, in a canonical form; `None` if it rejects it.
fn libyaml_values(text: &str) -> Option<String> {
    let body = text.trim_start_matches('\u{feff}');
    let first = serde_yaml::Deserializer::from_str(body).next()?;
    let Canonical(values) = Canonical::deserialize(first).ok()?;
    Some(values)
}

/// Any value, written with its types.
struct Canonical(String);

impl<'de> Deserialize<'de> for Canonical {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Writer).map(Self)
    }
}

struct Writer;

impl<'de> Visitor<'de> for Writer {
    type Value = String;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(format!("b{value}"))
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(format!("i{value}"))
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(format!("i{value}"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<String, E> {
        Ok(format!("f{value}"))
    }

    fn visit_str<E>(self, value: &str) -> Result<String, E> {
        Ok(format!("{value:?}"))
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        let mut written = "[".to_owned();
        while let Some(Canonical(item)) = items.next_element()? {
            let _ = write!(written, "{item},");
        }
        Ok(written + "]")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<String, A::Error> {
        let mut written = "{".to_owned();
        while let Some((Canonical(key), Canonical(value))) = entries.next_entry()? {
            let _ = write!(written, "{key}:{value},");
        }
        Ok(written + "}")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<String, A::Error> {
        let (Canonical(tag), value) = tagged.variant()?;
        let Canonical(value) = value.newtype_variant()?;
        Ok(format!("!{tag} {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        refusal(text, parse(text).unwrap().as_ref()).is_some()
    }

    #[test]
    fn only_the_first_document_is_read() {
        for text in [
            "name: a\n---\n[\n",
            "name: a\n... x\n",
            "{name: a} x\n",
            "  name: a\n x: 1\n",
            "name: \"a\"#c\nx: [b]#d\n",
            "x: \"a\nb\"\n",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
            let document = parse_first(text).unwrap();
            assert_eq!(refusal(text, document.as_ref()), None, "{text:?}");
        }
        assert!(parse_first("name: [\n").is_err());
        assert!(parse_first("name: a\n x: b\n").is_err());
    }

    #[test]
    fn what_only_the_yaml_crate_accepts_is_refused() {
        for text in [
            "%YAML 1.2\n---\na: 1\n",
            "%FOO\n---\na: 1\n",
            "a: \"\\/\"\n",
            "a: \"\\ud83d\\ude00\"\n",
            "a: &b.c d\n",
            "a: b\n\t\n",
            "[a]: b\n",
            "~: b\n",
            "a: {? : 1}\n",
            "<<: 3\n",
            "a: {<<: [1]}\n",
            "a: !!int 5.0\n",
            "x: {a: !!str, b: c}\n",
            "x: [!!str, b]\n",
        ] {
            assert!(refused(text), "{text:?}");
        }
        for text in [
            "%YAML 1.1\n---\na: 1\n",
            "a: \"\\\\/\"\n",
            "1: b\ntrue: c\n'': d\n",
            "'<<': 3\n",
            "a: &a {b: 1}\nc: {<<: *a}\nd: {<<: [*a]}\n",
            "a: !own 5\n",
            "x: {a: !!str , b: c}\n",
            "x: [!!str , b]\n",
            "x: {a: &b, b: c}\n",
            "a: 1\na: 2\n",
        ] {
            assert!(!refused(text), "{text:?}");
        }
    }
}
