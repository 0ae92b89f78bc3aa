//! Masks templates at equal length, so that a text can be parsed; templates are never edited.

mod action;
mod branch;
mod statements;

use super::yaml;
use crate::source::Span;
pub use action::Masked;
use action::{actions, is_statement};
pub(crate) use action::{is_bracketed_statement, is_loop, writes_more};
use branch::without_other_branches;
pub(crate) use statements::Statements;

/// Masks Jinja, Go and Helm templates.
///
/// A line with nothing but statements becomes a comment or an empty line, or a continuation line inside a continued
/// command. An action inside a line becomes letters, so that the rest of the line can be read. Line breaks stay.
#[must_use]
pub fn mask(text: &str) -> Masked {
    mask_spans(text, actions(text))
}

/// Masks templates so that the text parses as YAML, if it does with only the first branch of each statement.
///
/// A branch that may concern etcd is never left out.
#[must_use]
pub fn mask_yaml(text: &str) -> Masked {
    let masked = mask(text);
    mask_other_branches(text, &masked).unwrap_or(masked)
}

/// Masks the other branches too, in a masked text that does not parse as YAML; returns `None` if it already does, or if
/// it does not even then.
#[must_use]
pub fn mask_other_branches(text: &str, masked: &Masked) -> Option<Masked> {
    let is_yaml = |masked: &Masked| {
        let text = masked.text.as_deref();
        text.is_none_or(|text| yaml::parse_all(text).is_ok())
    };
    if is_yaml(masked) {
        return None;
    }
    without_other_branches(text, masked).filter(is_yaml)
}

/// Masks those spans.
pub(crate) fn mask_spans(text: &str, spans: Vec<Span>) -> Masked {
    if spans.is_empty() {
        return Masked::default();
    }
    let mut masked = text.as_bytes().to_vec();
    for span in &spans {
        for byte in &mut masked[span.start..span.end] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'x';
            }
        }
    }
    let mut offset = 0;
    let mut continued = false;
    let mut first = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(offset, offset + line.len());
        offset += line.len();
        let continues = std::mem::replace(
            &mut continued,
            line.trim_end_matches(['\r', '\n']).ends_with('\\'),
        );
        while spans.get(first).is_some_and(|mask| mask.end <= span.start) {
            first += 1;
        }
        let touching: Vec<&Span> = spans[first..]
            .iter()
            .take_while(|mask| mask.start < span.end)
            .collect();
        if touching.is_empty() {
            continue;
        }
        let alone = line.char_indices().all(|(at, c)| {
            c.is_whitespace()
                || touching
                    .iter()
                    .any(|mask| (mask.start..mask.end).contains(&(span.start + at)))
        });
        // A value alone on its line, as in a list below a key, is not a statement.
        let statement = touching.iter().any(|mask| is_statement(mask.of(text)));
        if alone && statement {
            let body = line.trim_end_matches(['\r', '\n']).len();
            if continues && body > 0 {
                // A comment would end the continued command.
                masked[span.start..span.start + body].fill(b' ');
                masked[span.start + body - 1] = b'\\';
                continued = true;
            } else if touching[0].start <= span.start {
                // At the margin a comment would end a block scalar of YAML.
                masked[span.start..span.start + body].fill(b' ');
            } else {
                masked[touching[0].start] = b'#';
            }
        }
    }
    Masked {
        text: String::from_utf8(masked).ok(),
        spans,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_masked_at_equal_length() {
        let text = "{% if a %}\nname: {{ x }}\n{% endif %}\nb: 'y{{ z }}'\n";
        let masked = mask(text);
        assert_eq!(
            masked.text.as_deref(),
            Some("          \nname: xxxxxxx\n           \nb: 'yxxxxxxx'\n")
        );
        assert_eq!(masked.spans.len(), 4);
        assert!(mask("a: {b: {c: 1}}\n").text.is_none());
        assert!(mask("echo ${#a} ${b#}\n").text.is_none());
    }

    #[test]
    fn generated_lines_and_comments_are_not_values() {
        let text = "{{- /*\nby us\n*/}}\n{{- $a := include \"b\" . }}\nc:\n{{ toYaml .d | indent 2 }}\ne: 1\n";
        let masked = mask(text).text.unwrap();
        let kept = masked.lines().filter(|line| !line.trim().is_empty());
        let kept: Vec<&str> = kept.collect();
        assert_eq!(kept, ["c:", "e: 1"]);
    }

    #[test]
    fn a_statement_inside_a_continued_command_becomes_a_continuation() {
        let masked = mask("etcd \\\n{% if a %}\n  --b \\\n  {% endif %}\n  --c\n");
        assert_eq!(
            masked.text.as_deref(),
            Some("etcd \\\n         \\\n  --b \\\n            \\\n  --c\n")
        );
    }

    #[test]
    fn hostile_templates_end() {
        for part in ["{{", "{%", "{#", "{{ a }}\n", "{{{%"] {
            let _ = mask(&part.repeat(50_000));
            let _ = mask(&format!("{}}}}}", part.repeat(50_000)));
        }
    }
}
