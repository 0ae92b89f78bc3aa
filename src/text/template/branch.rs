//! Masks the branches after `else`, which may not parse together with the branch before them.

use super::action::{Masked, go_body, is_bracketed_statement};
use crate::source::Span;

/// What every branch with settings of etcd contains one of.
const SIGNS: [&str; 2] = ["etcd", "--"];

/// Masks, in a masked text, also each branch after an `else` that has no settings of etcd; returns `None` if there is
/// none.
///
/// Such a branch may continue what an earlier part of the text began, so that only one of the two is YAML.
#[must_use]
pub(crate) fn without_other_branches(text: &str, masked: &Masked) -> Option<Masked> {
    let mut blanked = masked.text.clone()?.into_bytes();
    let mut spans = masked.spans.clone();
    for branch in other_branches(text, &masked.spans) {
        let content = branch.of(text).to_ascii_lowercase();
        if SIGNS.iter().any(|sign| content.contains(sign)) {
            continue;
        }
        for byte in &mut blanked[branch.start..branch.end] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        spans.push(branch);
    }
    let text = String::from_utf8(blanked).ok();
    let changed = spans.len() > masked.spans.len();
    changed.then_some(Masked { text, spans })
}

/// Returns the spans between each `else` and the statement that ends its branch.
fn other_branches(text: &str, actions: &[Span]) -> Vec<Span> {
    let mut branches = Vec::new();
    // For each open block, where its `else` ended.
    let mut open: Vec<Option<usize>> = Vec::new();
    for action in actions {
        match role(action.of(text)) {
            Role::Opens => open.push(None),
            Role::Else => {
                if let Some(begun) = open.last_mut() {
                    branches.extend(begun.map(|start| Span::new(start, action.start)));
                    *begun = Some(action.end);
                }
            }
            Role::Ends => {
                if let Some(Some(start)) = open.pop() {
                    branches.push(Span::new(start, action.start));
                }
            }
            Role::None => {}
        }
    }
    branches
}

enum Role {
    Opens,
    Else,
    Ends,
    None,
}

fn role(action: &str) -> Role {
    let is_jinja = is_bracketed_statement(action);
    let body = if is_jinja {
        action[2..].trim_start_matches(['-', '+', '~']).trim_start()
    } else {
        go_body(action)
    };
    let word = body
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    match word {
        "else" | "elif" => Role::Else,
        "if" | "range" | "with" | "define" | "block" => Role::Opens,
        "for" | "macro" | "filter" | "call" if is_jinja => Role::Opens,
        "end" => Role::Ends,
        _ if is_jinja && word.starts_with("end") => Role::Ends,
        _ => Role::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::template::mask;

    fn without(text: &str) -> Option<String> {
        without_other_branches(text, &mask(text))?.text
    }

    #[test]
    fn branches_without_etcd_are_blanked() {
        let text =
            "a:\n{{ if x }}\nb: 1\n{{ else if y }}\n  - c\n{{- else }}\n  - d\n{{ end }}\ne: 2\n";
        let read = without(text).unwrap();
        assert_eq!(read.len(), text.len());
        assert!(!read.contains("- c") && !read.contains("- d"), "{read}");
        assert!(read.contains("b: 1") && read.contains("e: 2"), "{read}");
        let text = "{% if x %}\na: 1\n{% else %}\nETCD_NAME: 2\n{% endif %}\n";
        assert_eq!(without(text), None);
        assert_eq!(without("a: 1\n"), None);
    }
}
