//! The lexer for POSIX shells, systemd units and Dockerfiles: words, operators and here-documents.

use std::collections::VecDeque;

use super::token::{Dialect, Separator, Token, Word};
use super::{escape, expansion};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::words::HereDocument;

/// Splits a text into tokens.
pub(crate) struct PosixLexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    dialect: Dialect,
    /// Tokens that are read and not yet returned.
    tokens: VecDeque<Token>,
    /// Where the last token ends, if it is a word `NAME=` or `NAME+=`.
    array_name_end: Option<usize>,
    /// Here-documents that begin on the next line, in order.
    documents: Vec<Document>,
    /// Set if the next word is the delimiter of a here-document; whether tabs before it are stripped.
    delimiter: Option<bool>,
    /// Whether it is inside the brackets of an array.
    in_array: bool,
}

/// A here-document whose lines begin on the next line.
struct Document {
    delimiter: String,
    /// Whether any part of the delimiter is quoted: then the lines are verbatim.
    quoted: bool,
    tabs: bool,
}

impl Iterator for PosixLexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.tokens.is_empty() {
            let c = self.peek()?;
            self.step(c);
        }
        self.tokens.pop_front()
    }
}

/// Whether the word is `NAME=` or `NAME+=`, which brackets may follow.
fn names_array(word: &Word) -> bool {
    let Some(name) = word.text().strip_suffix('=') else {
        return false;
    };
    let name = name.strip_suffix('+').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl<'t> PosixLexer<'t> {
    /// Creates a lexer for `text[range]`.
    pub(crate) fn new(text: &'t str, range: Span, dialect: Dialect) -> Self {
        Self {
            text,
            at: range.start,
            end: range.end,
            dialect,
            tokens: VecDeque::new(),
            array_name_end: None,
            documents: Vec::new(),
            delimiter: None,
            in_array: false,
        }
    }

    /// Reads the token that begins with that character.
    fn step(&mut self, c: char) {
        match c {
            ' ' | '\t' | '\r' => self.at += 1,
            '\n' => {
                self.at += 1;
                if self.dialect == Dialect::Shell && !self.in_array {
                    self.push(Token::Separator(Separator::Next));
                    self.skip_documents();
                }
            }
            '\\' if self.continuation(self.at).is_some() => self.skip_continuation(),
            '#' if self.dialect == Dialect::Shell => self.skip_line(),
            _ if self.dialect == Dialect::Shell && self.operator() => {}
            _ => self.word(),
        }
    }

    fn push(&mut self, token: Token) {
        self.array_name_end = match &token {
            Token::Word(word) if names_array(word) => Some(word.span.end),
            _ => None,
        };
        self.tokens.push_back(token);
    }

    /// Reads the here-documents that begin on this line.
    fn skip_documents(&mut self) {
        for document in std::mem::take(&mut self.documents) {
            let start = self.at;
            let mut body_end = self.end;
            while self.at < self.end {
                let line_start = self.at;
                self.skip_line();
                let line = self.text[line_start..self.at].trim_end_matches('\r');
                self.at = (self.at + 1).min(self.end);
                let line = if document.tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line == document.delimiter {
                    body_end = line_start;
                    break;
                }
            }
            self.push(Token::Document(HereDocument {
                body: Span::new(start, body_end),
                verbatim: document.quoted,
                tabs: document.tabs,
            }));
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..self.end]
    }

    fn skip_line(&mut self) {
        let line = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += line;
    }

    /// Returns the offset after `\` and a line break at `at`.
    fn continuation(&self, at: usize) -> Option<usize> {
        let rest = &self.text[at..self.end];
        if rest.starts_with("\\\n") {
            Some(at + 2)
        } else if rest.starts_with("\\\r\n") {
            Some(at + 3)
        } else {
            None
        }
    }

    /// Skips `\` and a line break, and in units the comment lines after it.
    fn skip_continuation(&mut self) {
        let Some(next) = self.continuation(self.at) else {
            return;
        };
        self.at = next;
        if self.dialect == Dialect::Unit {
            while self
                .rest()
                .trim_start_matches([' ', '\t'])
                .starts_with(['#', ';'])
            {
                self.skip_line();
                self.at = (self.at + 1).min(self.end);
            }
        }
    }

    /// Reads a shell operator, if there is one here.
    fn operator(&mut self) -> bool {
        let rest = self.rest();
        let array = match rest.as_bytes().first() {
            Some(b'(') if self.begins_array() => Some(Token::ArrayStart),
            Some(b')') if self.in_array => Some(Token::ArrayEnd),
            _ => None,
        };
        if let Some(token) = array {
            self.in_array = matches!(token, Token::ArrayStart);
            self.push(token);
            self.at += 1;
            return true;
        }
        let rest = self.rest();
        let separators = [
            ("&&", Separator::Conditional),
            ("||", Separator::Conditional),
            (";;", Separator::Next),
            (";", Separator::Next),
            ("|", Separator::Next),
            ("(", Separator::Open),
            (")", Separator::Close),
        ];
        for (written, separator) in separators {
            if rest.starts_with(written) {
                self.at += written.len();
                self.push(Token::Separator(separator));
                return true;
            }
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &rest[digits..];
        let redirections = [
            "&>>", "&>", "<<<", "<<-", "<<", ">>", ">&", ">|", "<&", "<>", ">", "<",
        ];
        for redirection in redirections {
            if digits > 0 && redirection.starts_with('&') {
                continue;
            }
            if let Some(target) = after.strip_prefix(redirection) {
                let fused = redirection.ends_with('&')
                    && target.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                self.at += digits + redirection.len();
                if fused {
                    let rest = self.rest();
                    let taken = rest.len()
                        - rest
                            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-')
                            .len();
                    self.at += taken;
                }
                if matches!(redirection, "<<" | "<<-") {
                    self.delimiter = Some(redirection == "<<-");
                }
                self.push(Token::Redirection { takes_word: !fused });
                return true;
            }
        }
        if rest.starts_with('&') {
            self.at += 1;
            self.push(Token::Separator(Separator::Next));
            return true;
        }
        false
    }

    /// Whether a word `NAME=` or `NAME+=` ends right here.
    fn begins_array(&self) -> bool {
        self.array_name_end == Some(self.at)
    }

    fn word(&mut self) {
        let start = self.at;
        let mut decoded = Decoded::default();
        let mut expansions = Vec::new();
        let (bare, single, double) = match self.dialect {
            Dialect::Unit => (Quoting::UnitBare, Quoting::UnitSingle, Quoting::UnitDouble),
            _ => (
                Quoting::ShellBare,
                Quoting::ShellSingle,
                Quoting::ShellDouble,
            ),
        };
        let mut quoting = bare;
        let mut quote = start;
        let mut endless = None;
        while let Some(c) = self.peek() {
            let at = self.at;
            if quoting == bare {
                let ends = match self.dialect {
                    Dialect::Shell => matches!(
                        c,
                        ' ' | '\t' | '\n' | '\r' | ';' | '|' | '&' | '(' | ')' | '<' | '>'
                    ),
                    _ => matches!(c, ' ' | '\t' | '\n' | '\r'),
                };
                if ends {
                    break;
                }
            }
            if self.continuation(at).is_some()
                && !matches!(quoting, Quoting::ShellSingle | Quoting::Fixed)
            {
                if self.dialect == Dialect::Unit {
                    if quoting == bare {
                        break;
                    }
                    self.skip_continuation();
                    decoded.push(' ', Span::new(at, self.at), quoting);
                } else {
                    self.skip_continuation();
                }
                continue;
            }
            match c {
                '$' if quoting == bare && self.begins_escaped_quotes() => {
                    quoting = Quoting::Fixed;
                    quote = at;
                    self.at += 2;
                }
                '\'' if quoting == Quoting::Fixed => {
                    quoting = bare;
                    self.at += 1;
                }
                '\\' if quoting == Quoting::Fixed => self.escape(&mut decoded, quoting),
                _ if quoting == Quoting::Fixed => {
                    self.at += c.len_utf8();
                    decoded.push(c, Span::new(at, self.at), quoting);
                }
                '\'' if quoting == bare => {
                    quoting = single;
                    quote = at;
                    self.at += 1;
                }
                '"' if quoting == bare => {
                    quoting = double;
                    quote = at;
                    self.at += 1;
                }
                '\'' if quoting == single => {
                    quoting = bare;
                    self.at += 1;
                }
                '"' if quoting == double => {
                    quoting = bare;
                    self.at += 1;
                }
                '\\' if quoting != Quoting::ShellSingle => self.escape(&mut decoded, quoting),
                _ => match self.expansion(quoting) {
                    Some(length) => {
                        let from = decoded.text.len();
                        let text = self.text[at..at + length].to_owned();
                        decoded.push_verbatim(&text, at, quoting);
                        expansions.push(Span::new(from, decoded.text.len()));
                        self.at += length;
                    }
                    None => {
                        if endless.is_none()
                            && self.dialect == Dialect::Shell
                            && quoting != single
                            && expansion::is_endless(self.rest())
                        {
                            endless = Some(at);
                        }
                        self.at += c.len_utf8();
                        decoded.push(c, Span::new(at, self.at), quoting);
                        if self.dialect == Dialect::Unit && c == '%' && self.rest().starts_with('%')
                        {
                            self.at += 1;
                        }
                    }
                },
            }
        }
        if let Some(tabs) = self.delimiter.take() {
            self.documents.push(Document {
                quoted: self.text[start..self.at] != decoded.text,
                delimiter: decoded.text.clone(),
                tabs,
            });
        }
        self.push(Token::Word(Word {
            span: Span::new(start, self.at),
            decoded,
            expansions,
            unclosed: (quoting != bare).then_some(quote),
            endless,
        }));
    }

    /// Whether `$'…'` begins here, in which a backslash begins an escape.
    fn begins_escaped_quotes(&self) -> bool {
        self.dialect == Dialect::Shell && self.rest().starts_with("$'")
    }

    /// Reads the escape that begins here.
    fn escape(&mut self, decoded: &mut Decoded, quoting: Quoting) {
        let start = self.at;
        let rest = self.rest();
        let next = rest[1..].chars().next();
        let is_literal = quoting == Quoting::ShellDouble
            && next.is_some_and(|c| !matches!(c, '"' | '\\' | '$' | '`'));
        let escaped = match (self.dialect, quoting) {
            (Dialect::Unit, _) => escape::unit(rest),
            (_, Quoting::Fixed) => escape::shell(rest),
            _ if is_literal => None,
            _ => next.map(|c| (c, 1 + c.len_utf8())),
        };
        let (character, length) = escaped.unwrap_or(('\\', 1));
        self.at += length;
        decoded.push(character, Span::new(start, self.at), quoting);
    }

    /// Returns the length of the expansion that begins here.
    fn expansion(&self, quoting: Quoting) -> Option<usize> {
        let rest = self.rest();
        match self.dialect {
            Dialect::Unit => expansion::unit(rest),
            _ if quoting == Quoting::ShellSingle => None,
            _ => expansion::shell(rest),
        }
    }
}
