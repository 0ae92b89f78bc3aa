//! Spans and edits of the contents of scalars, checked with a second YAML parser.

use proptest::prelude::*;

use super::decoded;
use crate::edit::Edit;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::yaml::{Kind, parse};

/// The content of the value of `k`.
fn value(text: &str) -> Decoded {
    let document = parse(text).unwrap().unwrap();
    let Kind::Mapping { flow, entries, .. } = &document.node(document.root).kind else {
        panic!("no mapping");
    };
    decoded(text, &document, entries[0].1, *flow).unwrap()
}

fn applied(text: &str, edit: &Edit) -> String {
    let (before, after) = (&text[..edit.span.start], &text[edit.span.end..]);
    format!("{before}{}{after}", edit.text)
}

/// What a second parser reads below `k`, and whether `z` is still there.
fn second(text: &str) -> Option<String> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    assert_eq!(value.get("z")?.as_str(), Some("end"));
    value.get("k")?.as_str().map(str::to_owned)
}

/// The file once the first `from` in the content is replaced.
fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    let inner = value(text);
    let start = inner.text.find(from).unwrap();
    let edit = Edit::replacement(Span::new(start, start + from.len()), to);
    let new = applied(text, &inner.outer_edit(&edit)?);
    assert_eq!(
        second(&new),
        Some(inner.text.replacen(from, to, 1)),
        "{new}"
    );
    Some(new)
}

#[test]
fn every_style_is_edited_in_its_own_way() {
    let cases = [
        ("k: a b=c\nz: end\n", "k: a x=c\nz: end\n"),
        ("k: 'a b=''c'''\nz: end\n", "k: 'a x=''c'''\nz: end\n"),
        ("k: \"a\\tb\\\"\"\nz: end\n", "k: \"a\\tx\\\"\"\nz: end\n"),
        (
            "{\"k\": \"a\\u00e9b\", \"z\": \"end\"}",
            "{\"k\": \"a\\u00e9x\", \"z\": \"end\"}",
        ),
        (
            "k: |-  # why\n\n   a\n\n     b\nz: end\n",
            "k: |-  # why\n\n   a\n\n     x\nz: end\n",
        ),
        (
            "k: >-\n  a \\\n  b\nz: end\n",
            "k: >-\n  a \\\n  x\nz: end\n",
        ),
        ("k: a\n  b\nz: end\n", "k: a\n  x\nz: end\n"),
        ("k: \"a \\\n  b\"\nz: end\n", "k: \"a \\\n  x\"\nz: end\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(replaced(text, "b", "x").as_deref(), Some(expected));
    }
}

#[test]
fn lines_of_a_literal_are_inserted_and_removed_with_their_indentation() {
    let text = "k: |\r\n    A=1\r\n    B=2\r\n    C=3\r\nz: end\r\n";
    let removed = replaced(text, "C=3\n", "").unwrap();
    assert_eq!(removed, "k: |\r\n    A=1\r\n    B=2\r\nz: end\r\n");
    let more = replaced(text, "B=2", "B=2\nD=4").unwrap();
    assert_eq!(more, text.replace("B=2", "B=2\r\n    D=4"));
    let first = replaced(text, "A=1\n", "").unwrap();
    assert_eq!(first, "k: |\r\n    B=2\r\n    C=3\r\nz: end\r\n");
    let inner = value("k: |-\n  a\n  b\nz: end\n");
    let edit = inner.outer_edit(&Edit::deletion(Span::new(2, 3))).unwrap();
    assert_eq!(edit, Edit::deletion(Span::new(9, 13)));
    // An empty scalar, another end, another indentation.
    assert_eq!(replaced(text, "A=1\nB=2\nC=3\n", ""), None);
    assert_eq!(replaced(text, "3\n", "3"), None);
    assert_eq!(replaced(text, "A", " A"), None);
}

#[test]
fn an_edit_that_would_read_differently_is_not_written() {
    assert_eq!(replaced("k: a b\nz: end\n", "b", "b: c"), None);
    assert_eq!(replaced("k: a b\nz: end\n", "b", "#b"), None);
    assert_eq!(replaced("k: a24\nz: end\n", "a", ""), None);
    assert_eq!(replaced("{k: a b, z: end}\n", "b", "b,c"), None);
    assert_eq!(replaced("k: >-\n  a\n  b\nz: end\n", "b", " b"), None);
    // The next line would become part of the scalar.
    assert_eq!(replaced("k: >\n   =\nz: end\n", "=\n", ""), None);
    assert_eq!(replaced("k: &x a\nz: end\ny: *x\n", "a", "b"), None);
    assert_eq!(replaced("k: !!str a\nz: end\n", "a", "b"), None);
    assert_eq!(replaced("k: |2\n   a\nz: end\n", "a", "b"), None);
}

/// A scalar of any style; only a parser can tell its content.
fn scalar() -> impl Strategy<Value = String> {
    let body = "[a-c\"'\\\\#:, \n=-]{1,24}";
    let lines = |indent: &'static str| {
        move |body: String| {
            body.lines()
                .map(|line| format!("{indent}{line}\n"))
                .collect::<String>()
        }
    };
    prop_oneof![
        "[a-c][a-c=:,#'\" -]{0,16}[a-c]".prop_map(|body| format!("k: {body}\n")),
        body.prop_map(|body| format!("k: '{}'\n", body.replace('\'', "''").replace('\n', "\n  "))),
        "([a-c '=]|\\\\[nt\"\\\\]|\n  ){1,16}".prop_map(|body| format!("k: \"{body}\"\n")),
        (
            proptest::sample::select(vec!["|", "|-", "|+", ">", ">-", ">+"]),
            body.prop_map(lines("   "))
        )
            .prop_map(|(head, body)| format!("k: {head}\n{body}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_map_to_where_they_are_written(text in scalar()) {
        let text = format!("{text}z: end\n");
        let (Ok(Some(_)), Some(content)) = (parse(&text), second(&text)) else { return Ok(()) };
        if content.trim().is_empty() {
            return Ok(());
        }
        let inner = value(&text);
        prop_assert_eq!(&inner.text, &content);
        for (at, c) in inner.text.char_indices() {
            let raw = inner.outer_span(Span::new(at, at + c.len_utf8())).unwrap().of(&text);
            let verbatim = raw.starts_with(c) && raw.len() == c.len_utf8();
            let escaped = raw.starts_with('\\') || raw == "''";
            let fixed = inner.quoting_at(at) == Some(Quoting::Fixed);
            prop_assert!(verbatim || escaped || fixed || c.is_whitespace(), "{c:?} as {raw:?}");
        }
    }

    #[test]
    fn an_edit_reads_as_the_edited_text(
        text in scalar(),
        from in 0usize..24,
        length in 0usize..6,
        new in proptest::sample::select(vec!["", "x", "x y", "\n", "\nx\n", "x: y", " #x", "'", "\"\\", "é", " ", "x\n  y\n", ","]),
    ) {
        let text = format!("{text}z: end\n");
        let (Ok(Some(_)), Some(content)) = (parse(&text), second(&text)) else { return Ok(()) };
        let end = (from + length).min(content.len());
        if content.trim().is_empty() || from > end {
            return Ok(());
        }
        let inner = value(&text);
        let edit = Edit::replacement(Span::new(from, end), new);
        if let Some(outer) = inner.outer_edit(&edit) {
            let written = applied(&text, &outer);
            let expected = format!("{}{new}{}", &content[..from], &content[end..]);
            let read = second(&written);
            // Removing the last line also removes its line break.
            let same = read.as_deref() == Some(&expected)
                || read.map(|read| read + "\n") == Some(expected) && new.is_empty();
            prop_assert!(same, "{written:?}");
        }
    }
}
