//! Parses strings and here-documents of HCL.

use super::{Error, Parsed, Parser};
use crate::limits::HCL_TEMPLATE_LENGTH;
use crate::source::Span;
use crate::text::decoded::{Decoded, Line, Lines};
use crate::text::quoting::Quoting;

impl Parser<'_> {
    /// Parses the string that begins here.
    pub(crate) fn string(&mut self) -> Parsed<Decoded> {
        let mut decoded = Decoded::default();
        let open = self.at;
        self.at += 1;
        loop {
            let start = self.at;
            let Some(c) = self.rest().chars().next() else {
                return Err(Error(open));
            };
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(decoded);
                }
                '\n' => return Err(Error(open)),
                '\\' => {
                    let Some((character, length)) = escape(self.rest()) else {
                        return self.fail();
                    };
                    self.at += length;
                    decoded.push(character, Span::new(start, self.at), Quoting::HclString);
                }
                _ => self.literal(c, &mut decoded, Quoting::HclString)?,
            }
        }
    }

    /// Parses one character outside escapes, or a template.
    fn literal(&mut self, c: char, decoded: &mut Decoded, quoting: Quoting) -> Parsed<()> {
        let start = self.at;
        if self.starts("$${") || self.starts("%%{") {
            self.at += 2;
            decoded.push(c, Span::new(start, self.at), quoting);
            decoded.push_verbatim("{", self.at, quoting);
            self.at += 1;
        } else if self.starts("${") || self.starts("%{") {
            self.template()?;
            let span = Span::new(start, self.at);
            decoded.push_verbatim(span.of(self.text), start, quoting);
            self.templates.push(span);
        } else {
            self.at += c.len_utf8();
            decoded.push(c, Span::new(start, self.at), quoting);
        }
        Ok(())
    }

    /// Skips `${…}` or `%{…}`; strings inside it may contain templates of their own.
    fn template(&mut self) -> Parsed<()> {
        let start = self.at;
        let mut depth = 0usize;
        // Whether a string is open at each depth of braces.
        let mut strings = vec![false];
        while self.at < start + HCL_TEMPLATE_LENGTH {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { break };
            let in_string = strings.last().copied().unwrap_or(false);
            let opens = rest.starts_with("${") || rest.starts_with("%{");
            if in_string && c == '\\' {
                self.at += 1;
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                continue;
            }
            if opens || c == '{' && !in_string {
                self.at += if opens { 2 } else { 1 };
                depth += 1;
                strings.push(false);
                continue;
            }
            self.at += c.len_utf8();
            if c == '"' {
                if let Some(open) = strings.last_mut() {
                    *open = !*open;
                }
            } else if c == '}' && !in_string {
                depth -= 1;
                strings.pop();
                if depth == 0 {
                    return Ok(());
                }
            }
        }
        Err(Error(start))
    }

    /// Parses the here-document that begins here.
    pub(crate) fn document(&mut self) -> Parsed<Decoded> {
        let open = self.at;
        self.at += 2;
        let indented = self.starts("-");
        self.at += usize::from(indented);
        let Some(delimiter) = self.identifier() else {
            return Err(Error(open));
        };
        let header = self.rest();
        let Some(header_end) = header.find('\n') else {
            return Err(Error(open));
        };
        if !header[..header_end].trim().is_empty() {
            return Err(Error(open));
        }
        self.at += header_end + 1;
        let start = self.at;
        let mut end = None;
        let mut offset = start;
        for line in self.rest().split_inclusive('\n') {
            if line.trim() == delimiter {
                end = Some((offset, offset + line.trim_end().len()));
                break;
            }
            offset += line.len();
        }
        let Some((end, after)) = end else {
            return Err(Error(open));
        };
        let indent = if indented {
            common_indent(&self.text[start..end])
        } else {
            ""
        };
        let mut decoded = Decoded::default();
        let mut lines = Vec::new();
        let mut line_start = true;
        while self.at < end {
            if std::mem::take(&mut line_start) {
                let outer = self.at;
                let line = self.rest();
                let line = &line[..line.find(['\n', '\r']).unwrap_or(line.len())];
                self.at += indent.len().min(line.len());
                lines.push(Line {
                    inner: decoded.text.len(),
                    outer,
                    content: self.at,
                });
            }
            let Some(c) = self.rest().chars().next() else {
                break;
            };
            line_start = c == '\n';
            self.literal(c, &mut decoded, Quoting::HclDocument)?;
        }
        self.at = after.max(self.at);
        if indent.is_empty() {
            return Ok(decoded);
        }
        lines.push(Line {
            inner: decoded.text.len(),
            outer: end,
            content: end,
        });
        let crlf = decoded.text.contains("\r\n");
        Ok(decoded.in_lines(Lines {
            lines,
            indent: indent.to_owned(),
            line_break: if crlf { "\r\n" } else { "\n" },
        }))
    }
}

/// Returns the white space that all lines with content begin with.
fn common_indent(text: &str) -> &str {
    let mut common: Option<&str> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        common = Some(match common {
            None => indent,
            Some(before) => {
                let same = before.bytes().zip(indent.bytes());
                &before[..same.take_while(|(one, other)| one == other).count()]
            }
        });
    }
    common.unwrap_or_default()
}

/// Returns the character of an escape, and the length of the escape.
fn escape(rest: &str) -> Option<(char, usize)> {
    let number = |digits: usize| {
        let value = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(value)?, 2 + digits))
    };
    let simple = match rest[1..].chars().next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c @ ('"' | '\\') => c,
        'u' => return number(4),
        'U' => return number(8),
        _ => return None,
    };
    Some((simple, 2))
}
