//! Splits command lines into words and operators, with the place of every byte.
//!
//! Two dialects: the shell's and that of `Exec…=` and `Environment=` lines in systemd units.

use super::embedded::{Decoded, Quoting};
use crate::source::Span;

/// Whose quoting rules hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A POSIX shell.
    Shell,
    /// A systemd unit, see systemd.service(5) and systemd.syntax(7).
    Unit,
}

/// One word.
#[derive(Clone, Debug)]
pub struct Word {
    /// With its quotes.
    pub span: Span,
    /// What the program gets, expansions left as they are written.
    pub decoded: Decoded,
    /// The stretches of the decoded text that something else decides: `$X`, `%i`, `$(…)`.
    pub expansions: Vec<Span>,
}

impl Word {
    /// The word as the program gets it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.decoded.text
    }

    /// Whether something else decides part of that stretch of the decoded text.
    #[must_use]
    pub fn expands_in(&self, inner: Span) -> bool {
        self.expansions.iter().any(|expansion| {
            expansion.overlaps(inner) || (inner.is_empty() && expansion.is_empty())
        })
    }

    /// Where a stretch of the decoded text stands.
    #[must_use]
    pub fn outer(&self, inner: Span) -> Span {
        self.decoded.outer_span(inner).unwrap_or_else(|| {
            Span::at(
                self.span
                    .end
                    .saturating_sub(usize::from(self.span.len() > 1)),
            )
        })
    }

    /// Whether the whole word stands inside one pair of quotes.
    #[must_use]
    pub fn quoting(&self) -> Option<Quoting> {
        self.decoded.quoting_at(0)
    }
}

/// A word or what stands between words.
#[derive(Clone, Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `;`, `|`, `&&`, a line break: another command begins.
    Separator,
    /// `>`, `2>&1`, `<`: the next word, if `takes_word`, is a file and no argument.
    Redirection {
        /// Whether a file name follows.
        takes_word: bool,
    },
}

/// The words of `text[range]`.
#[must_use]
pub fn tokens(text: &str, range: Span, dialect: Dialect) -> Vec<Token> {
    let mut reader = Reader {
        text,
        at: range.start,
        end: range.end,
        dialect,
        tokens: Vec::new(),
    };
    reader.run();
    reader.tokens
}

/// The words of `text[range]` where no operators are expected.
#[must_use]
pub fn words(text: &str, range: Span, dialect: Dialect) -> Vec<Word> {
    tokens(text, range, dialect)
        .into_iter()
        .filter_map(|token| match token {
            Token::Word(word) => Some(word),
            _ => None,
        })
        .collect()
}

/// Writes `text` so that it can stand where that quoting holds; none where it cannot.
#[must_use]
pub fn written(text: &str, quoting: Quoting) -> Option<String> {
    let plain = |allowed: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || allowed.contains(c))
    };
    let unprintable = text.contains(|c: char| c.is_control() && c != '\n');
    if unprintable {
        return None;
    }
    match quoting {
        Quoting::ShellBare => plain("-_=./:,+@%^").then(|| text.to_owned()),
        Quoting::UnitBare => plain("-_=./:,+@^").then(|| text.to_owned()),
        Quoting::ShellSingle => (!text.contains('\'')).then(|| text.to_owned()),
        Quoting::UnitSingle => {
            (!text.contains(['\'', '\\', '%', '$', '\n'])).then(|| text.to_owned())
        }
        Quoting::ShellDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '$' | '`' | '!' => return None,
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::UnitDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '%' | '$' | '\n' => return None,
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::Line => {
            (!text.contains(['\n', '"', '\'', '\\', '#', '$', '`'])).then(|| text.to_owned())
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    dialect: Dialect,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\n' => {
                    self.at += 1;
                    if self.dialect == Dialect::Shell {
                        self.tokens.push(Token::Separator);
                    }
                }
                '\\' if self.continuation(self.at).is_some() => self.skip_continuation(),
                '#' if self.dialect == Dialect::Shell => self.skip_line(),
                _ if self.dialect == Dialect::Shell && self.operator() => {}
                _ => self.word(),
            }
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

    /// The offset behind `\` and a line break at `at`.
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

    /// Goes past `\` and a line break, and in units past the comment lines behind it.
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

    /// Reads an operator of the shell at this place, if there is one.
    fn operator(&mut self) -> bool {
        let rest = self.rest();
        for separator in ["&&", "||", ";;", ";", "|"] {
            if rest.starts_with(separator) {
                self.at += separator.len();
                self.tokens.push(Token::Separator);
                return true;
            }
        }
        if rest.starts_with(['(', ')']) {
            self.at += 1;
            self.tokens.push(Token::Separator);
            return true;
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
                self.tokens.push(Token::Redirection { takes_word: !fused });
                return true;
            }
        }
        if rest.starts_with('&') {
            self.at += 1;
            self.tokens.push(Token::Separator);
            return true;
        }
        false
    }

    fn word(&mut self) {
        let start = self.at;
        let mut decoded = Decoded::default();
        let mut expansions = Vec::new();
        let (bare, single, double) = match self.dialect {
            Dialect::Shell => (
                Quoting::ShellBare,
                Quoting::ShellSingle,
                Quoting::ShellDouble,
            ),
            Dialect::Unit => (Quoting::UnitBare, Quoting::UnitSingle, Quoting::UnitDouble),
        };
        let mut quoting = bare;
        while let Some(c) = self.peek() {
            let at = self.at;
            if quoting == bare {
                let ends = match self.dialect {
                    Dialect::Shell => matches!(
                        c,
                        ' ' | '\t' | '\n' | '\r' | ';' | '|' | '&' | '(' | ')' | '<' | '>'
                    ),
                    Dialect::Unit => matches!(c, ' ' | '\t' | '\n' | '\r'),
                };
                if ends {
                    break;
                }
            }
            if self.continuation(at).is_some() && quoting != Quoting::ShellSingle {
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
                '\'' if quoting == bare => {
                    quoting = single;
                    self.at += 1;
                }
                '"' if quoting == bare => {
                    quoting = double;
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
        self.tokens.push(Token::Word(Word {
            span: Span::new(start, self.at),
            decoded,
            expansions,
        }));
    }

    fn escape(&mut self, decoded: &mut Decoded, quoting: Quoting) {
        let start = self.at;
        let mut following = self.rest()[1..].chars();
        let Some(c) = following.next() else {
            self.at += 1;
            decoded.push('\\', Span::new(start, self.at), quoting);
            return;
        };
        match self.dialect {
            Dialect::Shell => {
                if quoting == Quoting::ShellDouble && !matches!(c, '"' | '\\' | '$' | '`') {
                    self.at += 1;
                    decoded.push('\\', Span::new(start, self.at), quoting);
                    return;
                }
                self.at += 1 + c.len_utf8();
                decoded.push(c, Span::new(start, self.at), quoting);
            }
            Dialect::Unit => {
                let rest = &self.rest()[1 + c.len_utf8()..];
                let number = |digits: usize, radix: u32| {
                    let digits = rest.get(..digits)?;
                    u32::from_str_radix(digits, radix)
                        .ok()
                        .and_then(char::from_u32)
                };
                let octal = || {
                    let digits = self.rest().get(1..4)?;
                    u32::from_str_radix(digits, 8).ok().and_then(char::from_u32)
                };
                let (character, length) = match c {
                    'a' => (Some('\u{7}'), 2),
                    'b' => (Some('\u{8}'), 2),
                    'f' => (Some('\u{c}'), 2),
                    'n' => (Some('\n'), 2),
                    'r' => (Some('\r'), 2),
                    't' => (Some('\t'), 2),
                    'v' => (Some('\u{b}'), 2),
                    's' => (Some(' '), 2),
                    '\\' | '"' | '\'' => (Some(c), 2),
                    'x' => (number(2, 16), 4),
                    'u' => (number(4, 16), 6),
                    'U' => (number(8, 16), 10),
                    '0'..='7' => (octal(), 4),
                    _ => (None, 1),
                };
                match character {
                    Some(character) => {
                        self.at += length;
                        decoded.push(character, Span::new(start, self.at), quoting);
                    }
                    None => {
                        self.at += 1;
                        decoded.push('\\', Span::new(start, self.at), quoting);
                    }
                }
            }
        }
    }

    /// The length of an expansion that begins here.
    fn expansion(&self, quoting: Quoting) -> Option<usize> {
        let rest = self.rest();
        match self.dialect {
            Dialect::Shell if quoting == Quoting::ShellSingle => None,
            Dialect::Shell => shell_expansion(rest),
            Dialect::Unit => {
                if let Some(specifier) = rest.strip_prefix('%') {
                    let c = specifier.chars().next()?;
                    return c.is_ascii_alphabetic().then_some(2);
                }
                let name = rest.strip_prefix('$')?;
                if let Some(braced) = name.strip_prefix('{') {
                    return braced.find('}').map(|end| end + 3);
                }
                let length = name_length(name);
                (length > 0).then_some(length + 1)
            }
        }
    }
}

fn name_length(text: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
            .len()
}

fn shell_expansion(rest: &str) -> Option<usize> {
    if let Some(command) = rest.strip_prefix('`') {
        return command.find('`').map(|end| end + 2);
    }
    let name = rest.strip_prefix('$')?;
    let balanced = |open: u8, close: u8| {
        let mut depth = 0usize;
        for (at, byte) in name.bytes().enumerate() {
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 2);
                }
            }
        }
        None
    };
    match name.as_bytes().first()? {
        b'{' => balanced(b'{', b'}'),
        b'(' => balanced(b'(', b')'),
        b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-' => Some(2),
        _ => {
            let length = name_length(name);
            (length > 0).then_some(length + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, dialect: Dialect) -> Vec<String> {
        words(text, Span::new(0, text.len()), dialect)
            .iter()
            .map(|word| word.text().to_owned())
            .collect()
    }

    #[test]
    fn shell_words() {
        let text = "a 'b c' \"d \\\"e\" f\\ g h\\\ni # no\nj";
        assert_eq!(
            texts(text, Dialect::Shell),
            ["a", "b c", "d \"e", "f g", "hi", "j"]
        );
    }

    #[test]
    fn unit_words() {
        let text = "a 'b c' \"d\\x20e\" \\\n# comment\n  ; too\n f %i g%%h";
        assert_eq!(
            texts(text, Dialect::Unit),
            ["a", "b c", "d e", "f", "%i", "g%h"]
        );
    }

    #[test]
    fn expansions_are_kept_and_marked() {
        let text = "--name=\"${X:-a b}\" --x=$(hostname -s) '$y' $Z";
        let words = words(text, Span::new(0, text.len()), Dialect::Shell);
        let marked: Vec<bool> = words
            .iter()
            .map(|word| !word.expansions.is_empty())
            .collect();
        assert_eq!(marked, [true, true, false, true]);
        assert_eq!(words[0].text(), "--name=${X:-a b}");
    }

    #[test]
    fn redirections_and_separators_are_no_words() {
        let text = "a >> /b 2>&1 & c && d";
        let kinds: Vec<&str> = tokens(text, Span::new(0, text.len()), Dialect::Shell)
            .iter()
            .map(|token| match token {
                Token::Word(_) => "word",
                Token::Separator => "next",
                Token::Redirection { takes_word: true } => "to",
                Token::Redirection { takes_word: false } => "fused",
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "word", "to", "word", "fused", "next", "word", "next", "word"
            ]
        );
    }

    #[test]
    fn hostile_words_end() {
        for text in [
            "'",
            "\"",
            "\\",
            "${",
            "$(",
            "`",
            "a\\",
            "%",
            "$",
            "\u{feff}é'",
        ] {
            let _ = texts(text, Dialect::Shell);
            let _ = texts(text, Dialect::Unit);
        }
    }
}
