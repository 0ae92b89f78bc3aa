//! Finds statements of templates and the branches between them: Jinja, Go and Helm, HCL, ERB, Handlebars.

use super::action::{actions, is_statement};
use crate::source::Span;

/// The template statements of a text, and what they make conditional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statements {
    /// Statements, and values that trim white space around them; in order.
    pub(crate) statements: Vec<Span>,
    /// What is rendered only under a condition, or more than once: the outermost such spans, in order.
    pub(crate) branches: Vec<Span>,
}

/// What a statement begins or ends.
enum Role<'t> {
    /// Begins a block of that name; whether the block is conditional.
    Opens(&'t str, bool),
    /// Ends the block of that name; any block if it is empty.
    Ends(&'t str),
    None,
}

/// Blocks that are rendered under a condition, or once for each item.
const CONDITIONAL: [&str; 9] = [
    "if", "unless", "range", "with", "for", "case", "while", "each", "until",
];

/// Blocks that are rendered once, or wherever they are named.
const NAMED: [&str; 7] = ["define", "block", "macro", "filter", "call", "raw", "begin"];

impl Statements {
    /// Finds those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut open: Vec<(&str, Option<usize>)> = Vec::new();
        for action in all(text) {
            let written = action.of(text);
            let has_role = match role(written) {
                Role::Opens(name, is_conditional) => {
                    open.push((name, is_conditional.then_some(action.end)));
                    true
                }
                Role::Ends(name) => {
                    if name.is_empty() || open.last().is_some_and(|(opened, _)| *opened == name) {
                        let begun = open.pop().and_then(|(_, begun)| begun);
                        let is_inner = open.iter().any(|(_, begun)| begun.is_some());
                        let branch = begun.filter(|_| !is_inner);
                        found
                            .branches
                            .extend(branch.map(|start| Span::new(start, action.start)));
                    }
                    true
                }
                Role::None => false,
            };
            let is_value =
                written.starts_with("{{") && !is_statement(written) || written.starts_with("<%=");
            if has_role || !is_value || is_trimmed(written) {
                found.statements.push(action);
            }
        }
        let begun = open.into_iter().find_map(|(_, begun)| begun);
        found
            .branches
            .extend(begun.map(|start| Span::new(start, text.len())));
        found.branches.extend(comment_branches(text));
        found
    }
}

/// Finds branches of languages whose statements are lines that look like comments: `#@ if` of ytt, `#ifdef`, `# if` of
/// Jinja. One without an end is a comment.
fn comment_branches(text: &str) -> Vec<Span> {
    let mut branches = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        let Some(statement) = line.trim_start().strip_prefix('#') else {
            continue;
        };
        let statement = statement
            .strip_prefix('@')
            .unwrap_or(statement)
            .trim_start();
        let length = statement.find(|c: char| !c.is_ascii_alphabetic());
        match &statement[..length.unwrap_or(statement.len())] {
            "if" | "ifdef" | "ifndef" | "for" | "foreach" | "unless" => open.push(span.end),
            "end" | "endif" | "endfor" => {
                let begun = open.pop().filter(|_| open.is_empty());
                branches.extend(begun.map(|start| Span::new(start, span.start)));
            }
            _ => {}
        }
    }
    branches
}

/// Whether it trims white space beside it: `{{- x -}}`.
fn is_trimmed(action: &str) -> bool {
    action.starts_with("{{-") || action.ends_with("-}}") || action.ends_with("-%>")
}

/// Finds actions of every kind, in order.
fn all(text: &str) -> Vec<Span> {
    let mut found = if ["{{", "{%", "{#"].iter().any(|open| text.contains(open)) {
        actions(text)
    } else {
        Vec::new()
    };
    let jinja = found.len();
    for (open, close) in [("%{", "}"), ("<%", "%>")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start) {
            let Some(length) = text[start..].find(close) else {
                break;
            };
            at = start + length + close.len();
            // `%{` is HCL only before one of its keywords; a shell has `${X%{`.
            let span = Span::new(start, at);
            if open == "<%" || !matches!(role(span.of(text)), Role::None) {
                found.push(span);
            }
        }
    }
    if found.len() > jinja {
        found.sort_unstable();
    }
    found
}

/// Returns the text between the brackets.
fn body(action: &str) -> &str {
    let inside = action.trim_start_matches(['{', '%', '<', '#']);
    let inside = inside.trim_end_matches(['}', '%', '>', '#']);
    inside.trim_matches(['-', '+', '~']).trim()
}

fn role(action: &str) -> Role<'_> {
    // `{{#if x}}`, `{{/if}}` and `{{^x}}` of Handlebars; `{{/* … */}}` is a comment of Go's.
    if let Some(inside) = action.strip_prefix("{{") {
        if inside.starts_with(['#', '^']) {
            return Role::Opens("", true);
        }
        if inside.starts_with('/') && !inside.starts_with("/*") {
            return Role::Ends("");
        }
    }
    if action.starts_with("{#") {
        return Role::None;
    }
    let body = body(action);
    let length = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let word = &body[..length.unwrap_or(body.len())];
    let is_ruby = action.starts_with("<%");
    let is_go = action.starts_with("{{");
    if word == "end" {
        return Role::Ends("");
    }
    if !is_go
        && !is_ruby
        && let Some(name) = word.strip_prefix("end")
    {
        return Role::Ends(name);
    }
    if CONDITIONAL.contains(&word) {
        return Role::Opens(word, true);
    }
    if NAMED.contains(&word) {
        return Role::Opens(word, false);
    }
    // `@members.each do |member|`
    let begins_block =
        is_ruby && (body.ends_with(" do") || body.ends_with('|') && body.contains(" do |"));
    if begins_block {
        return Role::Opens("do", true);
    }
    Role::None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branches(text: &str) -> Vec<&str> {
        let found = Statements::of(text).branches.into_iter();
        found.map(|span| span.of(text)).collect()
    }

    #[test]
    fn branches_of_each_language() {
        assert_eq!(
            branches("a{% if x %}b{% else %}c{% endif %}d{%- for y in z %}e{% endfor -%}f"),
            ["b{% else %}c", "e"]
        );
        assert_eq!(
            branches("a{{- if .x }}b{{ range .y }}c{{ end }}{{ else }}d{{- end }}e"),
            ["b{{ range .y }}c{{ end }}{{ else }}d"]
        );
        assert_eq!(
            branches("{{ define \"x\" }}a{{ with .y }}b{{ end }}c{{ end }}d"),
            ["b"]
        );
        assert_eq!(
            branches("a%{ if x ~}b%{ else }c%{ endif }d"),
            ["b%{ else }c"]
        );
        assert_eq!(
            branches("a<% if @x -%>b<% else %>c<% end %>d<% @y.each do |z| %>e<%= z %><% end %>"),
            ["b<% else %>c", "e<%= z %>"]
        );
        assert_eq!(branches("a{{#if x}}b{{/if}}c{{/* d */}}"), ["b"]);
        assert_eq!(
            branches("a\n#@ if x:\nb\n#@ else:\nc\n#@ end\nd\n#ifdef Y\ne\n#endif\n"),
            ["b\n#@ else:\nc\n", "e\n"]
        );
        assert_eq!(branches("# if you like\na\n"), [""; 0]);
        assert_eq!(branches("{% raw %}{{ a }}{% endraw %}b"), [""; 0]);
        assert_eq!(branches("a{% if x %}b"), ["b"]);
        assert_eq!(branches("echo ${X%{a}} {a: {b: c}}"), [""; 0]);
    }

    #[test]
    fn statements_and_values() {
        let text = "{{ a }}{{- b }}{% set c = d %}{# e #}<%= f %>";
        let found = Statements::of(text).statements;
        let found: Vec<&str> = found.iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["{{- b }}", "{% set c = d %}", "{# e #}"]);
    }
}
