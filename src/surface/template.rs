//! Templates are masked at equal length before a text is read, and are never edited.

use crate::source::Span;

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
/// A line that holds nothing else becomes a comment, an action inside a line becomes letters,
/// so that what stands around it can be read. Line breaks stay.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let spans = actions(text);
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
    for line in text.split_inclusive('\n') {
        let span = Span::new(offset, offset + line.len());
        offset += line.len();
        let touching: Vec<&Span> = spans.iter().filter(|mask| mask.overlaps(span)).collect();
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
        let statement = touching.iter().any(|mask| !mask.of(text).starts_with("{{"))
            || touching.iter().any(|mask| is_go_statement(mask.of(text)));
        if alone && statement {
            let first = touching[0].start.max(span.start);
            masked[first] = b'#';
        }
    }
    Masked {
        text: String::from_utf8(masked).ok(),
        spans,
    }
}

fn is_go_statement(action: &str) -> bool {
    let word = action
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start();
    [
        "if", "else", "end", "range", "with", "define", "include", "template", "block", "/*",
    ]
    .iter()
    .any(|statement| word.starts_with(statement))
}

fn actions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let closing = KINDS
            .iter()
            .find(|(open, _)| text[start..].starts_with(open))
            .map(|(_, close)| *close);
        match closing.and_then(|close| text[start + 2..].find(close)) {
            Some(length) => {
                let end = start + 2 + length + 2;
                // `{{` may be nested YAML or JSON: a template's action stands on one line, or says so.
                let inside = &text[start + 2..end - 2];
                let nested_flow = text[start..].starts_with("{{")
                    && inside.contains(['{', '\n'])
                    && !inside.contains("}}");
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
            Some("#xxxxxxxxx\nname: xxxxxxx\n#xxxxxxxxxx\nb: 'yxxxxxxx'\n")
        );
        assert_eq!(masked.spans.len(), 4);
        assert!(mask("a: {b: {c: 1}}\n").text.is_none());
    }
}
