//! Templates are masked at equal length before a text is read, and are never edited.

mod branch;
mod statements;

use super::yaml;
use crate::source::Span;
use branch::without_other_branches;
pub(super) use statements::Statements;

/// A text with its templates masked.
#[derive(Clone, Debug, Default)]
pub struct Masked {
    /// The masked text; none when there is nothing to mask.
    pub text: Option<String>,
    /// What was masked, in order.
    pub spans: Vec<Span>,
}

const KINDS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// Masks Jinja, Go and Helm templates.
///
/// A line that holds nothing else becomes a comment or an empty line, or a continuation where the line before goes on; an action
/// inside a line becomes letters, so that what stands around it can be read. Line breaks stay.
#[must_use]
pub fn mask(text: &str) -> Masked {
    mask_spans(text, actions(text))
}

/// Masks templates so that the text reads as YAML, where it does with one of the branches of each statement.
///
/// Nothing that concerns etcd is left out.
#[must_use]
pub fn mask_yaml(text: &str) -> Masked {
    let masked = mask(text);
    mask_other_branches(text, &masked).unwrap_or(masked)
}

/// The same for a text that is masked, where that makes YAML of it that it was not.
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

/// Masks what stands there.
pub(super) fn mask_spans(text: &str, spans: Vec<Span>) -> Masked {
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
        let goes_on = std::mem::replace(
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
        // A value alone on its line, as in a list below a key, is no statement.
        let statement = touching.iter().any(|mask| is_statement(mask.of(text)));
        if alone && statement {
            let body = line.trim_end_matches(['\r', '\n']).len();
            if goes_on && body > 0 {
                // Inside a command that goes on over several lines a comment would end it.
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

/// Whether the action decides what stands around it, in place of writing a value.
fn is_statement(action: &str) -> bool {
    let writes = action.starts_with("{{") || action.starts_with("${");
    !writes || action.starts_with("{{") && is_go_statement(action)
}

/// Whether the action is a statement of Jinja or of HCL.
pub(super) fn is_bracketed_statement(action: &str) -> bool {
    action.starts_with("{%") || action.starts_with("%{")
}

fn is_go_statement(action: &str) -> bool {
    let word = go_body(action);
    let assigns = word.starts_with('$') && word.contains('=');
    let writes_lines = word.contains("indent ") || is_go_call(word);
    let controls = [
        "if", "else", "end", "range", "with", "define", "include", "template", "block", "fail",
        "/*",
    ];
    assigns || writes_lines || controls.iter().any(|statement| word.starts_with(statement))
}

fn go_body(action: &str) -> &str {
    action
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start()
}

/// Whether it writes YAML that is made elsewhere.
fn is_go_call(body: &str) -> bool {
    ["toYaml", "tpl", "include", "template"]
        .iter()
        .any(|call| body.starts_with(call))
}

/// Whether the action may write more than one value: a loop, or YAML that is made elsewhere.
pub(super) fn writes_more(action: &str) -> bool {
    is_go_call(go_body(action)) || is_loop(action)
}

/// Whether the action begins a loop.
pub(super) fn is_loop(action: &str) -> bool {
    let jinja = action
        .trim_start_matches("{%")
        .trim_start_matches("%{")
        .trim_start_matches(['-', '+', '~']);
    go_body(action).starts_with("range")
        || is_bracketed_statement(action) && jinja.trim_start().starts_with("for ")
}

fn actions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    // What is not closed behind one place is not closed behind a later one, and the next end is looked for once.
    let mut open_ended = [false; KINDS.len()];
    let mut ends = [0; KINDS.len()];
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        // `${#x}` is the length of a shell's variable.
        let length = text[..start].ends_with('$') && text[start..].starts_with("{#");
        let kind = KINDS
            .iter()
            .position(|(open, _)| text[start..].starts_with(open))
            .filter(|&kind| !open_ended[kind] && !length);
        let closing = kind.and_then(|kind| {
            if ends[kind] < start + 2 {
                let found = text[start + 2..].find(KINDS[kind].1);
                open_ended[kind] = found.is_none();
                ends[kind] = start + 2 + found?;
            }
            Some(ends[kind] - start - 2)
        });
        match closing {
            Some(length) => {
                let end = start + 2 + length + 2;
                // `{{` may be nested YAML or JSON: a template's action stands on one line, or says so.
                let inside = &text[start + 2..end - 2];
                let nested_flow = text[start..].starts_with("{{")
                    && !inside
                        .trim_start_matches('-')
                        .trim_start()
                        .starts_with("/*")
                    && inside.contains(['{', '\n']);
                if nested_flow {
                    at = start + 2;
                } else {
                    spans.push(Span::new(start, end));
                    at = end;
                }
            }
            None => at = start + 1,
        }
    }
    spans
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
    fn lines_that_are_made_elsewhere_and_comments_are_no_values() {
        let text = "{{- /*\nby us\n*/}}\n{{- $a := include \"b\" . }}\nc:\n{{ toYaml .d | indent 2 }}\ne: 1\n";
        let masked = mask(text).text.unwrap();
        let kept = masked.lines().filter(|line| !line.trim().is_empty());
        let kept: Vec<&str> = kept.collect();
        assert_eq!(kept, ["c:", "e: 1"]);
    }

    #[test]
    fn a_statement_inside_a_continued_command_continues_it() {
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
