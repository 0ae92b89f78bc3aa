//! What a command line is made of: words, separators, redirections.

use super::here_document::HereDocument;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

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
    pub(crate) fn substitutions(&self, text: &str) -> Vec<Span> {
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
