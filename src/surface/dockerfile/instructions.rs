//! A Dockerfile's instructions: one line each, with the lines it goes on over and the here-documents behind it.

use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// Every instruction there is.
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
    /// The text; every line that goes on ends with a backslash.
    pub(super) decoded: Decoded,
    pub(super) instructions: Vec<Instruction>,
    /// Lines go on behind a backslash, which is not a part of paths.
    pub(super) backslash: bool,
}

/// One instruction; places are those of the decoded text.
pub(super) struct Instruction {
    /// In upper case.
    pub(super) keyword: String,
    /// All of it, without the line break at its end.
    pub(super) line: Span,
    /// The line break.
    pub(super) line_break: Span,
    /// What stands behind the keyword.
    pub(super) arguments: Span,
    pub(super) documents: Vec<Document>,
}

/// A here-document.
pub(super) struct Document {
    pub(super) body: Span,
    /// Its delimiter is quoted: nothing in it is expanded.
    pub(super) quoted: bool,
    /// Tabs before its lines are taken away: `<<-`.
    pub(super) tabs: bool,
}

/// The instructions of a text; none where a line begins with another word.
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

/// What `# escape=` at the beginning says, else a backslash.
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
    /// The line that begins here, with its line break.
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
        let behind = &body[length..];
        if !KEYWORDS.contains(&keyword.as_str()) || !behind.starts_with([' ', '\t', '\\']) {
            return None;
        }
        let lead = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        let arguments_start = start + keyword_start + length + lead;
        let arguments_end = arguments_start.max(start + line.trim_end().len());
        let arguments = Span::new(arguments_start, arguments_end);
        let line_break = Span::new(end, text.len());
        let announced = match keyword.as_str() {
            "RUN" | "COPY" | "ADD" => announced(arguments.of(text)),
            _ => Vec::new(),
        };
        let documents = announced
            .iter()
            .map(|announced| self.document(announced))
            .collect();
        Some(Instruction {
            keyword,
            line: Span::new(start, end),
            line_break,
            arguments,
            documents,
        })
    }

    /// Takes a line, and says whether the instruction goes on behind it.
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

    /// Goes past comments and empty lines inside an instruction. What stands around them is not edited as one.
    fn drop_comments(&mut self) {
        let start = self.at;
        while self.at < self.text.len() && is_outside(self.line()) {
            self.at += self.line().len();
        }
        if self.at > start {
            // The line break is read again together with what it stands for.
            self.decoded.widen_last(self.at);
        }
    }

    fn document(&mut self, announced: &Announced) -> Document {
        let start = self.decoded.text.len();
        let mut end = None;
        while self.at < self.text.len() && end.is_none() {
            let line = self.line().trim_end_matches(['\n', '\r']);
            let line = if announced.tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == announced.delimiter {
                end = Some(self.decoded.text.len());
            }
            self.take_line();
        }
        Document {
            body: Span::new(start, end.unwrap_or(self.decoded.text.len())),
            quoted: announced.quoted,
            tabs: announced.tabs,
        }
    }
}

struct Announced {
    delimiter: String,
    quoted: bool,
    tabs: bool,
}

/// The here-documents that an instruction announces by `<<EOF` outside quotes.
fn announced(arguments: &str) -> Vec<Announced> {
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
                found.extend(arguments[at..].strip_prefix("<<").and_then(announcement));
            }
            _ => {}
        }
    }
    found
}

/// The here-document announced by what stands behind `<<`.
fn announcement(rest: &str) -> Option<Announced> {
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
    (named && closed).then(|| Announced {
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
    fn comments_and_empty_lines_inside_an_instruction_are_no_part_of_it() {
        let text = "FROM a\n# b\ncmd c \\\n# d\n\n  e \\  \n  f\n\nENV g=h";
        assert_eq!(
            shown(text).unwrap(),
            ["FROM a", "CMD c \\\n  e \\\n  f", "ENV g=h"]
        );
        let text = "# syntax=x\n# escape=`\nFROM a\nCMD b `\n c\\\n";
        assert_eq!(shown(text).unwrap(), ["FROM a", "CMD b \\\n c\\"]);
    }

    #[test]
    fn here_documents_are_no_instructions() {
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
    fn other_texts_are_none() {
        for text in ["FROM a\nimport b\n", "FROMAGE\n", "a: b\n", "CMD"] {
            assert!(shown(text).is_none(), "{text}");
        }
        for part in ["CMD a \\\n", "RUN <<A\n", "\\\n", "#\n"] {
            let _ = read(&part.repeat(20_000));
        }
    }
}
