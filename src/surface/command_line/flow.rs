//! Finds the commands of a script that run only under a condition: inside `if`, `case`, a loop or a function, after
//! `&&` or `||`.

use crate::source::Span;
use crate::text::words::{Dialect, Separator, Token, Word, are_too_many, tokens};

/// A construct of the shell that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// `if`, `case`, a loop: up to its own closing word.
    Statement,
    /// `{ …; }` as the body of a function.
    Function,
    /// `{ …; }` that groups commands.
    Group,
    /// `( … )`: assignments inside are not visible after it. In PowerShell and batch files also `{ … }`.
    Brackets,
}

/// The control flow at the current command of a script.
#[derive(Debug)]
pub(super) struct Flow {
    dialect: Dialect,
    open: Vec<Open>,
    /// Whether `&&` or `||` is the last operator.
    depends: bool,
    /// Set after `NAME (` or `NAME ()`: the body of a function follows.
    function: Option<Separator>,
    /// Whether the script jumps to labels: any command may be skipped.
    jumps: bool,
}

impl Flow {
    /// Creates the flow at the start of `text`, which is a whole script.
    pub(super) fn of(text: &str, dialect: Dialect) -> Self {
        let jumps = dialect == Dialect::Batch
            && text.lines().any(|line| {
                let mut words = line.split([' ', '\t', '(', '&', '@']);
                words.any(|word| word.eq_ignore_ascii_case("goto"))
                    || line.to_ascii_lowercase().contains("call :")
            });
        Self {
            dialect,
            open: Vec::new(),
            depends: false,
            function: None,
            jumps,
        }
    }

    /// Whether the next command of the script, with these words, may be skipped.
    pub(super) fn is_conditional(&mut self, words: &[Word]) -> bool {
        match self.dialect {
            Dialect::Batch => {
                let first = words.first().map(Word::text).unwrap_or_default();
                let begins = ["if", "for", "else"]
                    .iter()
                    .any(|word| first.eq_ignore_ascii_case(word));
                self.jumps || self.depends || begins || !self.open.is_empty()
            }
            Dialect::PowerShell => self.depends || !self.open.is_empty(),
            _ => {
                self.statements(words);
                let is_inside = self.open.iter().any(|open| *open != Open::Group);
                self.depends || is_inside || ends_statement(words)
            }
        }
    }

    /// Whether words that `rest` follows are a pattern of `case`, and no command: `etcd)`, `etcd | server)`.
    pub(super) fn is_pattern(&self, rest: &str) -> bool {
        let is_windows = matches!(self.dialect, Dialect::Batch | Dialect::PowerShell);
        if is_windows || self.open.last() != Some(&Open::Statement) {
            return false;
        }
        let is_part = |c: char| c.is_alphanumeric() || "*?[]!.-_/'\"".contains(c);
        let mut rest = rest.trim_start_matches([' ', '\t']);
        while let Some(next) = rest.strip_prefix('|') {
            let next = next.trim_start_matches([' ', '\t']);
            rest = next
                .trim_start_matches(is_part)
                .trim_start_matches([' ', '\t']);
            if rest.len() == next.len() {
                return false;
            }
        }
        rest.starts_with(')')
    }

    /// Opens and closes constructs by the first words of a command.
    fn statements(&mut self, words: &[Word]) {
        let mut words = words.iter().map(Word::text);
        if words.len() > 0 && self.function == Some(Separator::Open) {
            // `NAME ( …` is not a function.
            self.function = None;
        }
        let is_body = self.function.take().is_some();
        while let Some(word) = words.next() {
            match word {
                "if" | "while" | "until" | "for" | "select" | "case" => {
                    self.open.push(Open::Statement);
                    if word != "if" && word != "while" && word != "until" {
                        return;
                    }
                }
                "fi" | "done" | "esac" => self.close(Open::Statement),
                "{" if is_body => self.open.push(Open::Function),
                "{" => self.open.push(Open::Group),
                "}" => {
                    if matches!(self.open.last(), Some(Open::Function | Open::Group)) {
                        self.open.pop();
                    }
                }
                "function" => {
                    if words.any(|word| word == "{") {
                        self.open.push(Open::Function);
                    } else {
                        self.function = Some(Separator::Close);
                    }
                    return;
                }
                "then" | "do" | "else" | "elif" | "!" | "time" => {}
                _ => return,
            }
        }
    }

    fn close(&mut self, open: Open) {
        if self.open.last() == Some(&open) {
            self.open.pop();
        }
    }

    /// Handles an operator; `follows_command` is whether it follows a command, with these words.
    pub(super) fn separate(&mut self, separator: Separator, follows_command: bool, words: &[Word]) {
        match separator {
            Separator::Conditional => self.depends = true,
            // The command after `&&` may be on the next line.
            Separator::Next if !follows_command => {}
            Separator::Next => self.depends = false,
            Separator::Open => {
                let is_shell = !matches!(self.dialect, Dialect::Batch | Dialect::PowerShell);
                if is_shell && words.len() == 1 {
                    self.function = Some(Separator::Open);
                }
                self.open.push(Open::Brackets);
            }
            Separator::Close => {
                // `a)` of `case` closes nothing.
                self.close(Open::Brackets);
                let is_function = self.function == Some(Separator::Open) && !follows_command;
                self.function = is_function.then_some(Separator::Close);
            }
        }
    }
}

/// Returns the commands that a script runs only under a condition, in order.
pub(in crate::surface) fn branches(text: &str, dialect: Dialect) -> Vec<Span> {
    let mut flow = Flow::of(text, dialect);
    let mut branches = Vec::new();
    let mut command: Vec<Word> = Vec::new();
    let mut tokens = tokens(text, Span::new(0, text.len()), dialect);
    loop {
        let token = tokens.next();
        if let Some(Token::Word(word)) = token {
            if !are_too_many(&command) {
                command.push(word);
            }
            continue;
        }
        let span = command.first().zip(command.last());
        let span = span.map(|(first, last)| first.span.cover(last.span));
        match token {
            None | Some(Token::Separator(_)) => {
                branches.extend(span.filter(|_| flow.is_conditional(&command)));
            }
            Some(_) => continue,
        }
        match token {
            Some(Token::Separator(separator)) => {
                flow.separate(separator, span.is_some(), &command);
                command.clear();
            }
            _ => return branches,
        }
    }
}

/// Whether the command closes a statement: redirections after it apply to the whole statement.
fn ends_statement(words: &[Word]) -> bool {
    matches!(
        words.first().map(Word::text),
        Some("fi" | "done" | "esac" | "}")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the words `x…` of the script that may be skipped.
    fn conditional(text: &str, dialect: Dialect) -> String {
        let mut flow = Flow::of(text, dialect);
        let mut found = Vec::new();
        let mut command: Vec<Word> = Vec::new();
        let mut flush = |flow: &mut Flow, command: &mut Vec<Word>| {
            if !command.is_empty() && flow.is_conditional(command) {
                let words = command.iter().map(|word| word.text().to_owned());
                found.extend(words.filter(|word| word.starts_with('x')));
            }
            std::mem::take(command)
        };
        for token in tokens(text, Span::new(0, text.len()), dialect) {
            match token {
                Token::Word(word) => command.push(word),
                Token::Separator(separator) => {
                    let words = flush(&mut flow, &mut command);
                    flow.separate(separator, !words.is_empty(), &words);
                }
                _ => {}
            }
        }
        flush(&mut flow, &mut command);
        found.join(" ")
    }

    #[test]
    fn commands_of_a_shell() {
        let shell = |text| conditional(text, Dialect::Shell);
        assert_eq!(shell("x1; if x2; then x3; else x4; fi; x5"), "x2 x3 x4");
        assert_eq!(shell("x1 && x2 ||\n x3\nx4 | x5 & x6"), "x2 x3");
        assert_eq!(shell("case $x in\n a) x1;;\n (b) x2 ;;\nesac\nx3"), "x1 x2");
        assert_eq!(shell("f() {\n x1\n}\nx2; g () { x3; }; x4"), "x1 x3");
        assert_eq!(
            shell("function f {\n x1\n}\nfunction g\n{\n x2\n}\nx3"),
            "x1 x2"
        );
        assert_eq!(shell("{ x1; }; (x2); x3"), "x2");
        assert_eq!(shell("while x1; do x2; done; x4"), "x1 x2");
        assert_eq!(shell("for a in x1 x2; do x3; done\nx4"), "x1 x2 x3");
        assert_eq!(shell("if a; then (x1); fi; x2; a=(b); x3"), "x1");
        assert_eq!(shell("f() {\n if a; then x1; fi\n x2\n}\nx3"), "x1 x2");
    }

    #[test]
    fn commands_of_windows() {
        let batch = |text| conditional(text, Dialect::Batch);
        assert_eq!(batch("x1\nif a==b (\n x2\n) else (\n x3\n)\nx4"), "x2 x3");
        assert_eq!(batch("x1\nif a==b x2\nx3 && x4\nx5"), "x2 x4");
        assert_eq!(batch("x1\nif a==b goto c\nx2\n:c\nx3"), "x1 x2 x3");
        let power_shell = |text| conditional(text, Dialect::PowerShell);
        assert_eq!(
            power_shell("x1\nif ($a) { x2 } else { x3 }\nfunction f { x4 }\nx5"),
            "x2 x3 x4"
        );
    }
}
