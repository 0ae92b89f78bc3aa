//! Markdown that shows a text as it is, whatever characters it contains.

use super::documentation::page;
use super::visible;

/// Returns a text as prose: only code between backquotes is Markdown.
pub(crate) fn prose(text: &str) -> String {
    let shown = visible(text);
    let mut escaped = String::with_capacity(shown.len());
    let mut parts = shown.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        let is_closed = parts.peek().is_some();
        if is_code && is_closed {
            escaped.push_str(&code(part));
        } else {
            if is_code {
                escaped.push_str("\\`");
            }
            let mut chars = part.chars().peekable();
            while let Some(c) = chars.next() {
                escape(&mut escaped, c, chars.peek().copied());
            }
        }
        is_code = !is_code;
    }
    escaped
}

/// Returns a text as code in a line.
pub(crate) fn code(text: &str) -> String {
    let shown = visible(text);
    if shown.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if shown.starts_with('`') || shown.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// Returns a text as code in a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Returns a link to a source, or the source itself if it has no page.
pub(crate) fn link(source: &str) -> String {
    match page(source) {
        Some(page) => format!("[{}]({page})", prose(source)),
        None => prose(source),
    }
}

/// Escapes what Markdown may read as markup at that place, and no more: not every editor removes the escapes again.
fn escape(out: &mut String, c: char, next: Option<char>) {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_first = out.trim().is_empty();
    let is_markup = match c {
        '\\' | '*' | '[' | ']' | '<' | '|' | '~' | '&' => true,
        '_' => !(is_word(out.chars().next_back()) && is_word(next)),
        '#' | '>' | '-' | '+' | '=' => is_first,
        _ => false,
    };
    if is_markup {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_markdown() {
        assert_eq!(
            prose("*a* [b](c) <d> `e*f` a_b _c"),
            "\\*a\\* \\[b\\](c) \\<d> `e*f` a_b \\_c"
        );
        assert_eq!(prose("# a - b"), "\\# a - b");
        assert_eq!(prose("a ` b"), "a \\` b");
        assert_eq!(prose("a\n# b\u{202e}"), "a\\\\u{a}# b\\\\u{202e}");
        assert_eq!(code("a`b``"), "``` a`b`` ```");
        assert_eq!(cell("a|b"), "`a\\|b`");
        assert_eq!(code(""), "(empty)");
    }
}
