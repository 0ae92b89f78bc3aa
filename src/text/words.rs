//! Splits command lines into words and operators, with the span of every byte.
//!
//! The dialects are those of POSIX shells, of `Exec…=` and `Environment=` lines in systemd units, of Dockerfiles, and
//! of the shells of Windows.

mod escape;
mod expansion;
pub(crate) mod here_document;
mod posix;
mod token;
mod windows;

use crate::limits::COMMAND_WORDS;
use crate::source::Span;
pub use here_document::HereDocument;
use posix::PosixLexer;
pub use token::{Dialect, Separator, Token, Word};

/// Splits `text[range]` into words and operators. They are read lazily, because all of them together take many times
/// the size of the text.
#[must_use]
pub fn tokens(text: &str, range: Span, dialect: Dialect) -> Tokens<'_> {
    match dialect {
        Dialect::Batch | Dialect::PowerShell => Tokens(Lexer::Windows(windows::WindowsLexer::new(
            text, range, dialect,
        ))),
        _ => Tokens(Lexer::Posix(PosixLexer::new(text, range, dialect))),
    }
}

/// The iterator that [`tokens`] returns.
pub struct Tokens<'t>(Lexer<'t>);

enum Lexer<'t> {
    Windows(windows::WindowsLexer<'t>),
    Posix(PosixLexer<'t>),
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match &mut self.0 {
            Lexer::Windows(lexer) => lexer.next(),
            Lexer::Posix(lexer) => lexer.next(),
        }
    }
}

/// Splits `text[range]` into words, where no operators are expected. If there are more than [`COMMAND_WORDS`], one more
/// is returned and the rest is skipped; see `are_too_many`.
#[must_use]
pub fn words(text: &str, range: Span, dialect: Dialect) -> Vec<Word> {
    let words = tokens(text, range, dialect).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    words.take(COMMAND_WORDS + 1).collect()
}

/// Whether there are more words than are read.
pub(crate) fn are_too_many(words: &[Word]) -> bool {
    words.len() > COMMAND_WORDS
}

/// Returns the message about them.
pub(crate) fn too_many(what: &str) -> String {
    format!("{what} has more than {COMMAND_WORDS} words and is not read")
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
    fn redirections_and_separators_are_not_words() {
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
    fn items_of_arrays_are_distinguished_from_commands() {
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
    fn a_quote_that_is_not_closed_is_reported() {
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
        // In quadratic time this would not end.
        for part in ["${", "$(", "`", "'", "\\", "<<", "1", "\"$(`", "a=("] {
            let text = part.repeat(20_000);
            let _ = texts(&text, Dialect::Shell);
            let _ = texts(&text, Dialect::Unit);
        }
    }
}
