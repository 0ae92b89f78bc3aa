//! What is known of a surface before a text is read.

/// A kind of file, and what holds for every file of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Its name in reports and for `--surface`.
    pub name: &'static str,
    /// What its text is written in.
    pub syntax: Syntax,
    /// Where a comment that begins with `#` may be.
    pub comments: Comments,
    /// How a command goes on in the next line.
    pub continuation: Continuation,
    /// Whether scripts are read as this surface. What looks like another one inside a script is a file that it writes.
    pub is_script: bool,
}

/// What the text of a surface is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// One YAML mapping whose keys are settings.
    Settings,
    /// YAML documents with settings in scalars and lists anywhere.
    Yaml,
    /// Lines, words or blocks of another language.
    Other,
}

/// Where a comment may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// On a line of its own or at the end of a line.
    Anywhere,
    /// On a line of its own only; what follows a value is part of it.
    OwnLine,
}

/// How a command goes on in the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// Not at all: what ends with a backslash is a value that does.
    None,
    /// After a backslash, or the character that the script's language has for it.
    Escape,
    /// After a backslash; a line with a comment in between does not end the command.
    EscapeAcrossComments,
}
