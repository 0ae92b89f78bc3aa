//! The lexer for the shells of Windows: batch files of `cmd`, and PowerShell.

use super::expansion;
use super::token::{Dialect, Separator, Token, Word};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// Splits a text into tokens.
pub(crate) struct WindowsLexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    /// Whether it is `cmd`; otherwise it is PowerShell.
    batch: bool,
    /// The token that is read and not yet returned; no step reads more than one.
    token: Option<Token>,
    command_begins: bool,
}

impl Iterator for WindowsLexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.token.is_none() {
            let c = self.rest().chars().next()?;
            self.step(c);
        }
        self.token.take()
    }
}

impl<'t> WindowsLexer<'t> {
    /// Creates a lexer for `text[range]`.
    pub(crate) fn new(text: &'t str, range: Span, dialect: Dialect) -> Self {
        Self {
            text,
            at: range.start,
            end: range.end,
            batch: dialect == Dialect::Batch,
            token: None,
            command_begins: true,
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    fn separate(&mut self, length: usize, separator: Separator) {
        self.at += length;
        self.token = Some(Token::Separator(separator));
        self.command_begins = true;
    }

    /// Reads the token that begins with that character.
    fn step(&mut self, c: char) {
        let rest = self.rest();
        match c {
            ' ' | '\t' | '\r' => self.at += 1,
            '\n' => self.separate(1, Separator::Next),
            _ if self.continuation() > 0 => self.at += self.continuation(),
            // `@` before a command of a batch file hides it from the output; `&` of PowerShell calls what follows.
            '@' if self.batch && self.command_begins => self.at += 1,
            '&' if !self.batch && self.command_begins && !rest.starts_with("&&") => {
                self.at += 1;
            }
            _ if self.is_comment() => {
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            '<' if !self.batch && rest.starts_with("<#") => {
                self.at += rest.find("#>").map_or(rest.len(), |end| end + 2);
            }
            '&' | '|' if rest[1..].starts_with(c) => self.separate(2, Separator::Conditional),
            '&' | '|' => self.separate(1, Separator::Next),
            '(' => self.separate(1, Separator::Open),
            ')' => self.separate(1, Separator::Close),
            ';' if !self.batch => self.separate(1, Separator::Next),
            '{' if !self.batch => self.separate(1, Separator::Open),
            '}' if !self.batch => self.separate(1, Separator::Close),
            '>' | '<' => self.redirection(0),
            '0'..='9' if rest[1..].starts_with('>') => self.redirection(1),
            _ => self.word(),
        }
    }

    /// Returns the length of the line continuation that begins here; 0 if there is none.
    fn continuation(&self) -> usize {
        let mark = if self.batch { '^' } else { '`' };
        let Some(after) = self.rest().strip_prefix(mark) else {
            return 0;
        };
        match after {
            _ if after.starts_with('\n') => 2,
            _ if after.starts_with("\r\n") => 3,
            _ => 0,
        }
    }

    fn is_comment(&self) -> bool {
        let rest = self.rest();
        if !self.batch {
            return rest.starts_with('#');
        }
        let word = rest.get(..3).unwrap_or_default();
        let after = rest.get(3..).unwrap_or_default();
        let is_remark = word.eq_ignore_ascii_case("rem")
            && (after.is_empty() || after.starts_with(char::is_whitespace));
        self.command_begins && (is_remark || rest.starts_with(':'))
    }

    fn redirection(&mut self, digits: usize) {
        let rest = &self.rest()[digits..];
        let arrows = rest.len() - rest.trim_start_matches(['>', '<']).len();
        let fused = rest[arrows..].starts_with('&');
        self.at += digits + arrows + if fused { 2.min(rest.len() - arrows) } else { 0 };
        self.token = Some(Token::Redirection { takes_word: !fused });
    }

    fn word(&mut self) {
        self.command_begins = false;
        let start = self.at;
        let mut decoded = Decoded::default();
        let mut expansions = Vec::new();
        let bare = if self.batch {
            Quoting::BatchBare
        } else {
            Quoting::PowerShellBare
        };
        let mut quoting = bare;
        let mut quote = start;
        while let Some(c) = self.rest().chars().next() {
            let at = self.at;
            let rest = self.rest();
            let ends = if self.batch {
                matches!(c, ' ' | '\t' | '\r' | '&' | '|' | '<' | '>' | '(' | ')')
            } else {
                matches!(
                    c,
                    ' ' | '\t' | '\r' | '&' | '|' | '<' | '>' | '(' | ')' | ';' | '{' | '}'
                )
            };
            if quoting == bare && ends || c == '\n' && (self.batch || quoting == bare) {
                break;
            }
            if quoting != Quoting::PowerShellSingle && self.continuation() > 0 {
                self.at += self.continuation();
                continue;
            }
            let opens = match c {
                '"' if self.batch => Some(Quoting::BatchQuoted),
                '"' => Some(Quoting::PowerShellDouble),
                '\'' if !self.batch => Some(Quoting::PowerShellSingle),
                _ => None,
            };
            match opens {
                Some(opened) if quoting == bare => {
                    quoting = opened;
                    quote = at;
                    self.at += 1;
                    continue;
                }
                // A doubled quote is a literal quote.
                Some(opened) if quoting == opened && !self.batch && rest[1..].starts_with(c) => {
                    self.at += 2;
                    decoded.push(c, Span::new(at, self.at), quoting);
                    continue;
                }
                Some(opened) if quoting == opened => {
                    quoting = bare;
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let escape = if self.batch { '^' } else { '`' };
            let escapes = c == escape
                && (quoting == Quoting::BatchBare
                    || quoting == Quoting::PowerShellBare
                    || quoting == Quoting::PowerShellDouble);
            if let Some(length) = self.unknown(quoting) {
                let from = decoded.text.len();
                decoded.push_verbatim(&rest[..length], at, quoting);
                expansions.push(Span::new(from, decoded.text.len()));
                self.at += length;
            } else if escapes && rest.len() > 1 {
                let escaped = rest[1..].chars().next().unwrap_or(c);
                self.at += 1 + escaped.len_utf8();
                decoded.push(escaped, Span::new(at, self.at), quoting);
            } else {
                self.at += c.len_utf8();
                decoded.push(c, Span::new(at, self.at), quoting);
            }
        }
        self.token = Some(Token::Word(Word {
            span: Span::new(start, self.at),
            decoded,
            expansions,
            unclosed: (quoting != bare).then_some(quote),
            endless: None,
        }));
    }

    /// Returns the length of the expansion that begins here, or of a sequence that programs read in different ways.
    fn unknown(&self, quoting: Quoting) -> Option<usize> {
        let rest = self.rest();
        if rest.starts_with("\\\"") {
            return (quoting != Quoting::PowerShellSingle).then_some(2);
        }
        if self.batch {
            return expansion::batch(rest);
        }
        match quoting {
            Quoting::PowerShellSingle => None,
            // `n and similar escapes are characters that have no other form.
            _ if rest.starts_with('`') => {
                let next = rest[1..].chars().next()?;
                next.is_ascii_alphanumeric().then_some(2)
            }
            Quoting::PowerShellBare if rest.starts_with('@') => Some(1),
            _ => expansion::power_shell(rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, dialect: Dialect) -> Vec<String> {
        WindowsLexer::new(text, Span::new(0, text.len()), dialect)
            .map(|token| match token {
                Token::Word(word) if word.expansions.is_empty() => word.text().to_owned(),
                Token::Word(word) => format!("?{}", word.text()),
                Token::Redirection { .. } => ">".to_owned(),
                _ => ";".to_owned(),
            })
            .collect()
    }

    #[test]
    fn words_of_cmd() {
        let text =
            "@a \"b c\"d ^\r\n e^&f %G% 2>&1 h>i & j 'k l'\nREM m\n:n\no \"p\\\"\" %%q %~dp0r 100%";
        assert_eq!(
            shown(text, Dialect::Batch),
            [
                "a", "b cd", "e&f", "?%G%", ">", "h", ">", "i", ";", "j", "'k", "l'", ";", ";",
                ";", "o", "?p\\\"", "?%%q", "?%~dp0r", "100%"
            ]
        );
    }

    #[test]
    fn words_of_power_shell() {
        let text = "& 'a b''c' \"d`\"e $f\" `\n g`;h # i\n<# j\n k #> l; m $env:N @o -p=$($q + 1)";
        assert_eq!(
            shown(text, Dialect::PowerShell),
            [
                "a b'c",
                "?d\"e $f",
                "g;h",
                ";",
                "l",
                ";",
                "m",
                "?$env:N",
                "?@o",
                "?-p=$($q + 1)"
            ]
        );
    }

    #[test]
    fn hostile_words_end() {
        for part in [
            "\"", "^", "`", "%", "!", "$(", "'", "<#", ">", "%~", "@", "2>&", "\u{e9}^",
        ] {
            for text in [part.to_owned(), part.repeat(5_000)] {
                let _ = shown(&text, Dialect::Batch);
                let _ = shown(&text, Dialect::PowerShell);
            }
        }
    }
}
