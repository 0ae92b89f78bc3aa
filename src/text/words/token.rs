//! The tokens of a command line: words, separators, redirections.

use super::here_document::HereDocument;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;

/// Whose quoting rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A POSIX shell.
    Shell,
    /// A systemd unit, see systemd.service(5) and systemd.syntax(7).
    Unit,
    /// `ENV` and similar instructions of a Dockerfile: the quotes of a shell without its operators.
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
    /// What the program gets; expansions stay as written.
    pub decoded: Decoded,
    /// The spans of the decoded text that are expanded: `$X`, `%i`, `$(…)`.
    pub expansions: Vec<Span>,
    /// Where a quote opens that is never closed.
    pub unclosed: Option<usize>,
    /// Where an expansion begins that exceeds the limit.
    pub endless: Option<usize>,
}

impl Word {
    /// Returns the name in `-name` or `--name=value`, as Go's package flag reads it; `None` if the word is no flag.
    pub(crate) fn flag_name(&self) -> Option<&str> {
        let text = self.text().strip_prefix('-')?;
        let text = text.strip_prefix('-').unwrap_or(text);
        text.split('=').next()
    }

    /// Returns the word as the program gets it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.decoded.text
    }

    /// Whether a part of that span of the decoded text is expanded.
    #[must_use]
    pub fn expands_in(&self, inner: Span) -> bool {
        self.expansions.iter().any(|expansion| {
            expansion.overlaps(inner) || (inner.is_empty() && expansion.is_empty())
        })
    }

    /// Returns the commands in `$(…)` that mention etcd, as spans of the outer text.
    pub(crate) fn substitutions(&self, text: &str) -> Vec<Span> {
        let command = |&expansion: &Span| {
            let outer = self.decoded.outer_span(expansion)?;
            let body = outer.of(text);
            let is_command = body.starts_with("$(") && !body.starts_with("$((");
            (is_command && body.contains("etcd")).then(|| Span::new(outer.start + 2, outer.end - 1))
        };
        self.expansions.iter().filter_map(command).collect()
    }

    /// Returns the span in the outer text of a span in the decoded text.
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

    /// Returns the quoting of the first character; `None` if the word is empty.
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

/// A word, or an operator between words.
#[derive(Clone, Debug)]
pub enum Token {
    /// A word.
    Word(Word),
    /// Another command begins.
    Separator(Separator),
    /// `>`, `2>&1`, `<`: if `takes_word`, the next word is a file and not an argument.
    Redirection {
        /// Whether a file name follows.
        takes_word: bool,
    },
    /// The lines of a here-document, after `<<EOF`.
    Document(HereDocument),
    /// `(` after `NAME=`: the words up to the end are the items of an array.
    ArrayStart,
    /// The `)` of an array.
    ArrayEnd,
}
