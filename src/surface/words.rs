//! Splits command lines into words and operators, with the place of every byte.
//!
//! Two dialects: the shell's and that of `Exec…=` and `Environment=` lines in systemd units.

mod escape;
mod expansion;
mod reader;
mod windows;

use super::embedded::{Decoded, HereDocument, Quoting};
use crate::limits::COMMAND_WORDS;
use crate::source::Span;
pub(super) use expansion::shell as shell_expansion;
use reader::Reader;

/// Whose quoting rules hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A POSIX shell.
    Shell,
    /// A systemd unit, see systemd.service(5) and systemd.syntax(7).
    Unit,
    /// `ENV` and its like in a Dockerfile: a shell's quotes without its operators.
    Dockerfile,
    /// `cmd` of Windows, in a batch file.
    Batch,
    /// PowerShell.
    PowerShell,
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
    /// Where the quote stands that opens in this word and is never closed.
    pub unclosed: Option<usize>,
    /// Where an expansion begins that is too long to be followed to its end.
    pub endless: Option<usize>,
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

    /// The commands whose output a shell puts into the word: what stands in `$(…)`, as stretches of the outer text.
    pub(super) fn substitutions(&self, text: &str) -> Vec<Span> {
        let command = |&expansion: &Span| {
            let outer = self.decoded.outer_span(expansion)?;
            let body = outer.of(text);
            let is_command = body.starts_with("$(") && !body.starts_with("$((");
            (is_command && body.contains("etcd")).then(|| Span::new(outer.start + 2, outer.end - 1))
        };
        self.expansions.iter().filter_map(command).collect()
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

/// What ends a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A line break, `;`, `|`, `&`: the next command runs whatever this one does.
    Next,
    /// `&&` or `||`: whether the next command runs depends on this one.
    Conditional,
    /// `(`, and `{` of PowerShell.
    Open,
    /// `)`, and `}` of PowerShell.
    Close,
}

/// A word or what stands between words.
#[derive(Clone, Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// Another command begins.
    Separator(Separator),
    /// `>`, `2>&1`, `<`: the next word, if `takes_word`, is a file and no argument.
    Redirection {
        /// Whether a file name follows.
        takes_word: bool,
    },
    /// The lines of a here-document, the text behind `<<EOF`.
    Document(HereDocument),
    /// `(` behind `NAME=`: the words up to the end are the items of an array.
    ArrayStart,
    /// The `)` of an array.
    ArrayEnd,
}

/// The words of `text[range]` and what stands between them, one after the other: all of them together are many times the
/// text.
#[must_use]
pub fn tokens(text: &str, range: Span, dialect: Dialect) -> Tokens<'_> {
    match dialect {
        Dialect::Batch | Dialect::PowerShell => {
            Tokens(Readers::Windows(windows::Reader::new(text, range, dialect)))
        }
        _ => Tokens(Readers::Others(Reader::new(text, range, dialect))),
    }
}

/// What [`tokens`] gives.
pub struct Tokens<'t>(Readers<'t>);

enum Readers<'t> {
    Windows(windows::Reader<'t>),
    Others(Reader<'t>),
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match &mut self.0 {
            Readers::Windows(reader) => reader.next(),
            Readers::Others(reader) => reader.next(),
        }
    }
}

/// The words of `text[range]` where no operators are expected. Of more than [`COMMAND_WORDS`] only one more is read; see
/// `are_too_many`.
#[must_use]
pub fn words(text: &str, range: Span, dialect: Dialect) -> Vec<Word> {
    let words = tokens(text, range, dialect).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    words.take(COMMAND_WORDS + 1).collect()
}

/// Whether there are more words than are read.
pub(super) fn are_too_many(words: &[Word]) -> bool {
    words.len() > COMMAND_WORDS
}

/// What is said of them.
pub(super) fn too_many(what: &str) -> String {
    format!("{what} has more than {COMMAND_WORDS} words and is not read")
}

/// Writes `text` so that it can stand where that quoting holds; none where it cannot.
#[must_use]
pub fn written(text: &str, quoting: Quoting) -> Option<String> {
    let plain = |allowed: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || allowed.contains(c))
    };
    let as_it_is = matches!(
        quoting,
        Quoting::Verbatim
            | Quoting::HereDocument
            | Quoting::Percent
            | Quoting::GraveContinued
            | Quoting::HclDocument
    );
    let spaced = as_it_is
        || matches!(
            quoting,
            Quoting::YamlDouble | Quoting::YamlLiteral | Quoting::HclString
        );
    let unprintable = text.contains(|c: char| {
        c.is_control() && c != '\n' && !(c == '\t' && spaced) && !(c == '\r' && as_it_is)
    });
    if unprintable {
        return None;
    }
    match quoting {
        Quoting::ShellBare => plain("-_=./:,+@%^").then(|| text.to_owned()),
        Quoting::UnitBare => plain("-_=./:,+@^").then(|| text.to_owned()),
        Quoting::BatchBare => plain("-_=./:,+@\\").then(|| text.to_owned()),
        Quoting::BatchQuoted => {
            let fits = !text.contains(['"', '%', '!', '^', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
        Quoting::PowerShellBare => plain("-_=./:+\\").then(|| text.to_owned()),
        Quoting::PowerShellDouble => {
            let fits = !text.contains(['"', '$', '`', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
        Quoting::PowerShellSingle => {
            let fits = !text.contains(['"', '\'', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
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
        // What else a plain or folded scalar cannot hold depends on the whole of it.
        Quoting::YamlPlain | Quoting::YamlFolded => (!text.contains('\n')).then(|| text.to_owned()),
        Quoting::YamlSingle => (!text.contains('\n')).then(|| text.replace('\'', "''")),
        Quoting::YamlDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '\n' => written.push_str("\\n"),
                    '\t' => written.push_str("\\t"),
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::YamlLiteral | Quoting::Verbatim => Some(text.to_owned()),
        Quoting::Percent => {
            let mut written = String::with_capacity(text.len());
            for byte in text.bytes() {
                if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                    written.push(char::from(byte));
                } else {
                    written.push_str(&format!("%{byte:02X}"));
                }
            }
            Some(written)
        }
        Quoting::HereDocument => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                if matches!(c, '\\' | '$' | '`') {
                    written.push('\\');
                }
                written.push(c);
            }
            Some(written)
        }
        Quoting::HclString => {
            let written = written(text, Quoting::YamlDouble)?;
            without_templates(&written)
        }
        Quoting::HclDocument => without_templates(text),
        Quoting::GraveContinued => {
            let written = text.replace("\\\n", "`\n").replace("\\\r\n", "`\r\n");
            (!written.contains('\\')).then_some(written)
        }
        Quoting::Fixed => None,
    }
}

/// The text with `${` and `%{` written so that HCL takes them for text; none where they come about only beside other text.
fn without_templates(text: &str) -> Option<String> {
    let beside = text.starts_with('{') || text.ends_with(['$', '%']);
    (!beside).then(|| text.replace("${", "$${").replace("%{", "%%{"))
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
            .map(|token| match token {
                Token::Word(_) => "word",
                Token::Separator(_) => "next",
                Token::Redirection { takes_word: true } => "to",
                Token::Redirection { takes_word: false } => "fused",
                Token::Document(_) => "document",
                Token::ArrayStart => "array",
                Token::ArrayEnd => "end",
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
    fn items_of_arrays_are_told_from_commands() {
        let text = "a=(b # c\n d)\ne+=('f')\ng() (h=)\ni = (j)";
        let kinds: String = tokens(text, Span::new(0, text.len()), Dialect::Shell)
            .map(|token| match token {
                Token::Word(word) => word.text().to_owned(),
                Token::ArrayStart => "[".to_owned(),
                Token::ArrayEnd => "]".to_owned(),
                _ => ";".to_owned(),
            })
            .collect();
        assert_eq!(kinds, "a=[bd];e+=[f];g;;;h=;;i=;j;");
    }

    #[test]
    fn here_documents_keep_their_quotes_to_themselves() {
        let text = "cat <<EOF > x <<-'B'\ndon't $(\nEOF\n\tb \"\n\tB\nnext 'w'\n";
        let documents: Vec<&str> = tokens(text, Span::new(0, text.len()), Dialect::Shell)
            .filter_map(|token| match token {
                Token::Document(document) => Some(document.body.of(text)),
                _ => None,
            })
            .collect();
        assert_eq!(documents, ["don't $(\n", "\tb \"\n"]);
        assert_eq!(
            texts(text, Dialect::Shell),
            ["cat", "EOF", "x", "B", "next", "w"]
        );
    }

    #[test]
    fn a_quote_that_is_not_closed_is_named() {
        let text = "a 'b' \"c 'd";
        let words = words(text, Span::new(0, text.len()), Dialect::Shell);
        assert_eq!(words[1].unclosed, None);
        assert_eq!(words[2].unclosed, Some(6));
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
        // A time in proportion to the square of the length would not end.
        for part in ["${", "$(", "`", "'", "\\", "<<", "1", "\"$(`", "a=("] {
            let text = part.repeat(20_000);
            let _ = texts(&text, Dialect::Shell);
            let _ = texts(&text, Dialect::Unit);
        }
    }
}
