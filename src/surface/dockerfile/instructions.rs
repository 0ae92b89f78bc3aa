//! Parses the instructions of a Dockerfile, with their continuation lines and here-documents.

use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// Every instruction.
const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// A Dockerfile without the comments and empty lines inside its instructions.
pub(super) struct Dockerfile {
    /// The text; every continued line ends with a backslash.
    pub(super) decoded: Decoded,
    pub(super) instructions: Vec<Instruction>,
    /// Whether the escape character is a backslash, which then is not part of paths.
    pub(super) backslash: bool,
}

/// One instruction; spans are those of the decoded text.
pub(super) struct Instruction {
    /// In upper case.
    pub(super) keyword: String,
    /// The whole instruction, without the line break at its end.
    pub(super) line: Span,
    /// The line break.
    pub(super) line_break: Span,
    /// What follows the keyword.
    pub(super) arguments: Span,
    pub(super) documents: Vec<Document>,
}

/// A here-document.
pub(super) struct Document {
    pub(super) body: Span,
    /// Whether its delimiter is quoted: nothing in it is expanded.
    pub(super) quoted: bool,
    /// Whether tabs before its lines are stripped: `<<-`.
    pub(super) tabs: bool,
}

/// Parses the instructions of a text; returns `None` if a line begins with another word.
pub(super) fn read(text: &str) -> Option<Dockerfile> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let escape = escape_directive(&text[start..]);
    let mut reader = InstructionParser {
        text,
        at: start,
        escape,
        quoting: if escape == '\\' {
            Quoting::Verbatim
        } else {
            Quoting::GraveContinued
        },
        decoded: Decoded::default(),
    };
    reader
        .decoded
        .push_verbatim(&text[..start], 0, Quoting::Fixed);
    let mut instructions = Vec::new();
    while reader.at < text.len() {
        if is_outside(reader.line()) {
            reader.take_line();
        } else {
            instructions.push(reader.instruction()?);
        }
    }
    Some(Dockerfile {
        decoded: reader.decoded,
        instructions,
        backslash: escape == '\\',
    })
}

/// Whether the line is a comment or empty.
fn is_outside(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Returns the escape character: that of `# escape=` at the beginning, otherwise a backslash.
fn escape_directive(text: &str) -> char {
    for line in text.lines() {
        let directive = line
            .trim()
            .strip_prefix('#')
            .and_then(|d| d.split_once('='));
        match directive {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("escape") => {
                return if value.trim() == "`" { '`' } else { '\\' };
            }
            Some((name, _)) if !name.trim().contains(char::is_whitespace) => {}
            _ => break,
        }
    }
    '\\'
}

struct InstructionParser<'t> {
    text: &'t str,
    at: usize,
    escape: char,
    quoting: Quoting,
    decoded: Decoded,
}

impl<'t> InstructionParser<'t> {
    /// Returns the line that begins here, with its line break.
    fn line(&self) -> &'t str {
        let rest = &self.text[self.at..];
        &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)]
    }

    fn take_line(&mut self) {
        let line = self.line();
        self.decoded.push_verbatim(line, self.at, self.quoting);
        self.at += line.len();
    }

    fn instruction(&mut self) -> Option<Instruction> {
        let start = self.decoded.text.len();
        while self.take_continued_line() {
            self.drop_comments();
        }
        let text = &self.decoded.text;
        let end = start + text[start..].trim_end_matches(['\n', '\r']).len();
        let line = &text[start..end];
        let keyword_start = line.len() - line.trim_start().len();
        let body = &line[keyword_start..];
        let length = body
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(body.len());
        let keyword = body[..length].to_ascii_uppercase();
        let after = &body[length..];
        if !KEYWORDS.contains(&keyword.as_str()) || !after.starts_with([' ', '\t', '\\']) {
            return None;
        }
        let lead = after.len() - after.trim_start_matches([' ', '\t']).len();
        let arguments_start = start + keyword_start + length + lead;
        let arguments_end = arguments_start.max(start + line.trim_end().len());
        let arguments = Span::new(arguments_start, arguments_end);
        let line_break = Span::new(end, text.len());
        let headings = match keyword.as_str() {
            "RUN" | "COPY" | "ADD" => document_headings(arguments.of(text)),
            _ => Vec::new(),
        };
        let documents = headings
            .iter()
            .map(|heading| self.document(heading))
            .collect();
        Some(Instruction {
            keyword,
            line: Span::new(start, end),
            line_break,
            arguments,
            documents,
        })
    }

    /// Reads a line, and returns whether the instruction continues after it.
    fn take_continued_line(&mut self) -> bool {
        let line = self.line();
        let body = line.trim_end_matches(['\n', '\r']);
        let content = body.trim_end_matches([' ', '\t']);
        let Some(before) = content.strip_suffix(self.escape) else {
            self.take_line();
            return false;
        };
        let start = self.at;
        self.decoded.push_verbatim(before, start, self.quoting);
        let escape = Span::new(start + before.len(), start + body.len());
        self.decoded.push('\\', escape, self.quoting);
        let line_break = &line[body.len()..];
        self.decoded
            .push_verbatim(line_break, start + body.len(), self.quoting);
        self.at += line.len();
        self.at < self.text.len()
    }

    /// Skips comments and empty lines inside an instruction. An edit cannot span them.
    fn drop_comments(&mut self) {
        let start = self.at;
        while self.at < self.text.len() && is_outside(self.line()) {
            self.at += self.line().len();
        }
        if self.at > start {
            // The line break before them covers them, and cannot be edited.
            self.decoded.widen_last(self.at);
        }
    }

    fn document(&mut self, heading: &Heading) -> Document {
        let start = self.decoded.text.len();
        let mut end = None;
        while self.at < self.text.len() && end.is_none() {
            let line = self.line().trim_end_matches(['\n', '\r']);
            let line = if heading.tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == heading.delimiter {
                end = Some(self.decoded.text.len());
            }
            self.take_line();
        }
        Document {
            body: Span::new(start, end.unwrap_or(self.decoded.text.len())),
            quoted: heading.quoted,
            tabs: heading.tabs,
        }
    }
}

/// The heading of a here-document, `<<EOF`.
struct Heading {
    delimiter: String,
    quoted: bool,
    tabs: bool,
}

/// Finds the headings of here-documents, `<<EOF` outside quotes, in the arguments of an instruction.
fn document_headings(arguments: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in arguments.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (c, quote) {
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => quote = Some(c),
            (_, Some(open)) if open == c => quote = None,
            ('<', None) if !arguments[..at].ends_with('<') => {
                found.extend(arguments[at..].strip_prefix("<<").and_then(heading));
            }
            _ => {}
        }
    }
    found
}

/// Parses the heading of a here-document after `<<`.
fn heading(rest: &str) -> Option<Heading> {
    let (tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let body = &rest[usize::from(quote.is_some())..];
    let length = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(body.len());
    let closed = quote.is_none_or(|quote| body[length..].starts_with(quote));
    // `$((1<<2))` shifts bits.
    let named = body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (named && closed).then(|| Heading {
        delimiter: body[..length].to_owned(),
        quoted: quote.is_some(),
        tabs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<String>> {
        let file = read(text)?;
        let inner = &file.decoded.text;
        let line = |instruction: &Instruction| {
            format!(
                "{} {}",
                instruction.keyword,
                instruction.arguments.of(inner)
            )
        };
        Some(file.instructions.iter().map(line).collect())
    }

    #[test]
    fn comments_and_empty_lines_inside_an_instruction_are_skipped() {
        let text = "FROM a\n# b\ncmd c \\\n# d\n\n  e \\  \n  f\n\nENV g=h";
        assert_eq!(
            shown(text).unwrap(),
            ["FROM a", "CMD c \\\n  e \\\n  f", "ENV g=h"]
        );
        let text = "# syntax=x\n# escape=`\nFROM a\nCMD b `\n c\\\n";
        assert_eq!(shown(text).unwrap(), ["FROM a", "CMD b \\\n c\\"]);
    }

    #[test]
    fn here_documents_are_not_instructions() {
        let text =
            "FROM a\nRUN <<EOF cat <<-'B'\nx\nEOF\n\ty\n\tB\nRUN echo '<<C' $((1<<2))\nCMD d\n";
        let file = read(text).unwrap();
        let bodies: Vec<&str> = file
            .instructions
            .iter()
            .flat_map(|instruction| &instruction.documents)
            .map(|document| document.body.of(&file.decoded.text))
            .collect();
        assert_eq!(bodies, ["x\n", "\ty\n"]);
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in ["FROM a\nimport b\n", "FROMAGE\n", "a: b\n", "CMD"] {
            assert!(shown(text).is_none(), "{text}");
        }
        for part in ["CMD a \\\n", "RUN <<A\n", "\\\n", "#\n"] {
            let _ = read(&part.repeat(20_000));
        }
    }
}
