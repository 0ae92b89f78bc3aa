//! Decodes here-documents of a shell: what a script writes to a file or passes to a program.

use super::expansion;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// Where a here-document is, and how its lines are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HereDocument {
    /// Its lines, without the one that ends it.
    pub body: Span,
    /// Whether the delimiter is quoted: nothing is expanded.
    pub verbatim: bool,
    /// Whether it begins with `<<-`: tabs at the start of a line are stripped.
    pub tabs: bool,
}

/// Decodes a here-document in `text`. Returns the decoded text, and the spans in it that are expansions.
///
/// Without quotes around the delimiter, a backslash escapes only `$`, a grave accent, a backslash and a line break:
/// POSIX, Shell Command Language, 2.7.4.
#[must_use]
pub(crate) fn here_document(text: &str, document: HereDocument) -> (Decoded, Vec<Span>) {
    let mut decoded = Decoded::default();
    let mut expansions = Vec::new();
    let HereDocument { body, .. } = document;
    let mut at = body.start;
    let mut line_start = true;
    while at < body.end {
        let rest = &text[at..body.end];
        if line_start && document.tabs {
            at += rest.len() - rest.trim_start_matches('\t').len();
        }
        let rest = &text[at..body.end];
        let Some(c) = rest.chars().next() else { break };
        line_start = c == '\n';
        let following = rest[c.len_utf8()..].chars().next();
        match (c, following) {
            _ if document.verbatim => {
                decoded.push(c, Span::new(at, at + c.len_utf8()), Quoting::Verbatim);
            }
            ('\\', Some('\n')) => {
                at += 2;
                continue;
            }
            ('\\', Some(escaped @ ('\\' | '$' | '`'))) => {
                decoded.push(escaped, Span::new(at, at + 2), Quoting::HereDocument);
                at += 2;
                continue;
            }
            // Text inserted after it could become an escape.
            ('\\', _) => decoded.push(c, Span::new(at, at + 1), Quoting::Fixed),
            _ => {
                if let Some(length) = expansion::shell(rest) {
                    let from = decoded.text.len();
                    decoded.push_verbatim(&rest[..length], at, Quoting::HereDocument);
                    expansions.push(Span::new(from, decoded.text.len()));
                    at += length;
                    continue;
                }
                decoded.push(c, Span::new(at, at + c.len_utf8()), Quoting::HereDocument);
            }
        }
        at += c.len_utf8();
    }
    if document.tabs {
        let rest = body.of(text);
        let tabs = &rest[..rest.len() - rest.trim_start_matches('\t').len()];
        return (decoded.with_tabs(tabs), expansions);
    }
    (decoded, expansions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;

    fn whole(text: &str, verbatim: bool, tabs: bool) -> (Decoded, Vec<Span>) {
        let body = Span::new(0, text.len());
        here_document(
            text,
            HereDocument {
                body,
                verbatim,
                tabs,
            },
        )
    }

    #[test]
    fn escapes_continuations_and_tabs() {
        let text = "\ta \\\\\n\t b\\\nc \\$d \\n $e\n";
        let (decoded, expansions) = whole(text, false, true);
        assert_eq!(decoded.text, "a \\\n bc $d \\n $e\n");
        let found: Vec<&str> = expansions
            .iter()
            .map(|span| span.of(&decoded.text))
            .collect();
        assert_eq!(found, ["$e"]);
        assert_eq!(whole(text, true, false).0.text, text);
    }

    #[test]
    fn what_is_written_into_it_is_escaped() {
        let (decoded, _) = whole("a=b \\n\n", false, false);
        let edit = Edit::replacement(Span::new(2, 3), "$x");
        assert_eq!(
            decoded.outer_edit(&edit),
            Some(Edit::replacement(Span::new(2, 3), "\\$x"))
        );
        // Nothing is written after a literal backslash.
        assert_eq!(decoded.outer_edit(&Edit::insertion(5, "$")), None);
    }

    #[test]
    fn hostile_documents_end() {
        for part in ["\\", "$(", "`", "${", "\t", "\\\n"] {
            let _ = whole(&part.repeat(50_000), false, true);
        }
    }
}
