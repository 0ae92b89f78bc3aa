//! Decodes the content of a scalar into a text that maps each of its bytes to the file.

#[cfg(test)]
mod tests;

use super::node::{Document, Kind, NodeId, Style};
use crate::source::Span;
use crate::text::decoded::{Decoded, Frame, Line, Lines};
use crate::text::quoting::Quoting;

/// Decodes a scalar node; returns `None` for other nodes, absent values and block scalars without content.
///
/// A scalar that is shared through an anchor, has a tag, or decodes to another text than the one the parser found, is
/// read-only.
#[must_use]
pub fn decoded(text: &str, document: &Document, id: NodeId, flow: bool) -> Option<Decoded> {
    let node = document.resolved(id);
    let Kind::Scalar {
        text: content,
        style,
        tag,
    } = &node.kind
    else {
        return None;
    };
    if node.span.is_empty() {
        return None;
    }
    let borrowed = matches!(document.node(id).kind, Kind::Alias(_)) || node.shared;
    if borrowed || tag.is_some() {
        return Some(fixed(content, node.span));
    }
    let exact = match style {
        Style::Block => block(text, node.span, content),
        _ => quoted(text, node.span, content, *style, flow),
    };
    Some(exact.unwrap_or_else(|| fixed(content, node.span)))
}

/// Returns a read-only text that has one span as a whole.
fn fixed(content: &str, span: Span) -> Decoded {
    let mut decoded = Decoded::default();
    for character in content.chars() {
        decoded.push(character, span, Quoting::Fixed);
    }
    decoded
}

/// Decodes plain and quoted scalars, whose line breaks are folded.
fn quoted(text: &str, span: Span, content: &str, style: Style, flow: bool) -> Option<Decoded> {
    let (quoting, inside) = match style {
        Style::Single => (
            Quoting::YamlSingle,
            Span::new(span.start + 1, span.end.checked_sub(1)?),
        ),
        Style::Double => (
            Quoting::YamlDouble,
            Span::new(span.start + 1, span.end.checked_sub(1)?),
        ),
        _ => (Quoting::YamlPlain, span),
    };
    let raw = inside.of(text);
    let mut decoded = Decoded::default();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        let c = rest.chars().next()?;
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let breaks = rest[..blank].matches('\n').count();
        let place = |length: usize| Span::new(inside.start + at, inside.start + at + length);
        let length = if breaks > 0 {
            let folded = "\n".repeat(breaks - 1);
            for c in (if breaks == 1 { " " } else { &folded }).chars() {
                decoded.push(c, place(blank), quoting);
            }
            blank
        } else if quoting == Quoting::YamlSingle && c == '\'' {
            decoded.push('\'', place(2), quoting);
            2
        } else if quoting == Quoting::YamlDouble && c == '\\' {
            let (character, length) = escape(rest)?;
            if let Some(character) = character {
                decoded.push(character, place(length), quoting);
            }
            length
        } else {
            decoded.push(c, place(c.len_utf8()), quoting);
            c.len_utf8()
        };
        at += length;
    }
    let frame = Frame::new(span.of(text), span.start, flow);
    (decoded.text == content).then(|| decoded.in_frame(frame))
}

/// Returns the character of an escape, `None` for an escaped line break, and the length of the escape.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let c = rest[1..].chars().next()?;
    let number = |digits: usize| {
        let value = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((Some(char::from_u32(value)?), 2 + digits))
    };
    let simple = match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '/' | '\\' => c,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return number(2),
        // Two escapes of JSON may make one character; then the text is read-only.
        'u' => return number(4),
        'U' => return number(8),
        '\n' | '\r' => {
            let line = rest[1..].find('\n')? + 2;
            let indent = rest[line..].len() - rest[line..].trim_start_matches([' ', '\t']).len();
            return Some((None, line + indent));
        }
        _ => return None,
    };
    Some((Some(simple), 2))
}

/// The header of a block scalar, and the lines of its content.
struct Block<'t> {
    header: usize,
    literal: bool,
    /// Whether the header gives the indentation of the content.
    explicit: bool,
    /// The lines with their line breaks, and where they begin.
    lines: Vec<(usize, &'t str)>,
    indent: &'t str,
}

fn block_at(text: &str, span: Span) -> Option<Block<'_>> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let first = line_start(span.start);
    let indent = &text[first..span.start];
    if !indent.bytes().all(|b| b == b' ') {
        return None;
    }
    // There may be blank lines between the header and the first line with content.
    let header_line = line_start(text[..first].trim_end().len());
    let header_end = header_line + text[header_line..].find('\n')? + 1;
    let line = &text[header_line..header_end];
    let at = line.match_indices(['|', '>']).find_map(|(at, _)| {
        let rest =
            line[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
        let blank = rest.starts_with(char::is_whitespace);
        let rest = rest.trim();
        (blank && (rest.is_empty() || rest.starts_with('#'))).then_some(at)
    })?;
    let digit = line[at + 1..].trim_start_matches(['+', '-']);
    let mut lines = Vec::new();
    let mut offset = header_end;
    for line in text[header_end..span.end].split_inclusive('\n') {
        lines.push((offset, line));
        offset += line.len();
    }
    Some(Block {
        header: header_line + at,
        literal: line[at..].starts_with('|'),
        explicit: digit.starts_with(|c: char| c.is_ascii_digit()),
        lines,
        indent,
    })
}

fn block(text: &str, span: Span, content: &str) -> Option<Decoded> {
    let block = block_at(text, span)?;
    if block.literal {
        literal(&block, content)
    } else {
        folded(text, &block, span, content)
    }
}

fn literal(block: &Block<'_>, content: &str) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let mut lines = Vec::new();
    let mut crlf = false;
    let mut raw = block.lines.iter();
    for wanted in content.split_inclusive('\n') {
        let &(outer, line) = raw.next()?;
        let body = line.strip_suffix('\n').unwrap_or(line);
        let body_end = body.strip_suffix('\r').unwrap_or(body).len();
        crlf |= line.ends_with("\r\n");
        let indent = block.indent.len().min(body_end);
        if !line[..indent].bytes().all(|b| b == b' ') {
            return None;
        }
        lines.push(Line {
            inner: decoded.text.len(),
            outer,
            content: outer + indent,
        });
        decoded.push_verbatim(
            &line[indent..body_end],
            outer + indent,
            Quoting::YamlLiteral,
        );
        if wanted.ends_with('\n') {
            if line.len() == body_end {
                return None;
            }
            let span = Span::new(outer + body_end, outer + line.len());
            decoded.push('\n', span, Quoting::YamlLiteral);
        }
    }
    if content.ends_with('\n') {
        let end = decoded.outer_span(Span::at(content.len()))?.start;
        lines.push(Line {
            inner: content.len(),
            outer: end,
            content: end,
        });
    }
    if decoded.text != content {
        return None;
    }
    // A scalar whose header gives the indentation is not edited; without indentation, a line may end the document.
    if block.explicit || block.indent.is_empty() {
        return None;
    }
    Some(decoded.in_lines(Lines {
        lines,
        indent: block.indent.to_owned(),
        line_break: if crlf { "\r\n" } else { "\n" },
    }))
}

/// Decodes a folded scalar whose lines are joined by spaces; returns `None` for others.
fn folded(text: &str, block: &Block<'_>, span: Span, content: &str) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let ends_with_break = content.ends_with('\n');
    let count = block
        .lines
        .iter()
        .rposition(|(_, line)| !line.trim().is_empty())?
        + 1;
    for (index, &(outer, line)) in block.lines[..count].iter().enumerate() {
        let body = line.trim_end_matches(['\n', '\r']);
        let inner = body.get(block.indent.len()..)?;
        if inner.is_empty() || inner.starts_with([' ', '\t']) {
            return None;
        }
        let start = outer + block.indent.len();
        decoded.push_verbatim(inner, start, Quoting::YamlFolded);
        let end = start + inner.len();
        if index + 1 < count {
            let next = block.lines[index + 1].0 + block.indent.len();
            decoded.push(' ', Span::new(end, next), Quoting::YamlFolded);
        } else if ends_with_break {
            decoded.push(
                '\n',
                Span::new(end, outer + line.len()),
                Quoting::YamlFolded,
            );
        }
    }
    if decoded.text != content || block.explicit {
        return None;
    }
    let end = block.lines[count - 1].0 + block.lines[count - 1].1.len();
    let raw = &text[block.header..end.min(span.end)];
    Some(decoded.in_frame(Frame::new(raw, block.header, false)))
}
