//! Finds the actions of a template, and classifies them: value, statement, loop.

use crate::source::Span;

/// A text with its templates masked.
#[derive(Clone, Debug, Default)]
pub struct Masked {
    /// The masked text; `None` if there is nothing to mask.
    pub text: Option<String>,
    /// The masked spans, in order.
    pub spans: Vec<Span>,
}

/// Whether the action is a statement or writes whole lines, instead of a single value.
pub(crate) fn is_statement(action: &str) -> bool {
    let writes = action.starts_with("{{") || action.starts_with("${");
    !writes || action.starts_with("{{") && is_go_statement(action)
}

/// Whether the action is a statement of Jinja or of HCL.
pub(crate) fn is_bracketed_statement(action: &str) -> bool {
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

pub(crate) fn go_body(action: &str) -> &str {
    action
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start()
}

/// Whether it writes generated YAML.
fn is_go_call(body: &str) -> bool {
    ["toYaml", "tpl", "include", "template"]
        .iter()
        .any(|call| body.starts_with(call))
}

/// Whether the action may write more than one value: a loop, or generated YAML.
pub(crate) fn writes_more(action: &str) -> bool {
    is_go_call(go_body(action)) || is_loop(action)
}

/// Whether the action begins a loop.
pub(crate) fn is_loop(action: &str) -> bool {
    let jinja = action
        .trim_start_matches("{%")
        .trim_start_matches("%{")
        .trim_start_matches(['-', '+', '~']);
    go_body(action).starts_with("range")
        || is_bracketed_statement(action) && jinja.trim_start().starts_with("for ")
}

const KINDS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

pub(crate) fn actions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    // A kind that is not closed after one offset is not closed after a later one, and each end is searched for once.
    let mut open_ended = [false; KINDS.len()];
    let mut ends = [0; KINDS.len()];
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        // `${#x}` is the length of a shell variable.
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
                // `{{` may be nested YAML or JSON: a template action is on one line, unless it is a comment.
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
