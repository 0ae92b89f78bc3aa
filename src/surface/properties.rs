//! The properties of a surface: what holds for every file of its kind.

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Its name in reports and for `--surface`.
    pub name: &'static str,
    /// The syntax of its text.
    pub syntax: Syntax,
    /// Where comments that begin with `#` are allowed.
    pub comments: Comments,
    /// How a command continues on the next line.
    pub continuation: Continuation,
    /// Whether scripts are read as this surface. Text of another surface inside a script is a file that the script
    /// writes.
    pub is_script: bool,
}

/// The syntax of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// One YAML mapping whose keys are settings.
    Settings,
    /// YAML documents with settings in scalars and lists anywhere.
    Yaml,
    /// Lines, words or blocks of another language.
    Other,
}

/// Where comments are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// On a line of its own or at the end of a line.
    Anywhere,
    /// On a line of its own only; what follows a value is part of it.
    OwnLine,
}

/// How a command continues on the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// Not at all: a backslash at the end of a line is part of a value.
    None,
    /// After a backslash, or the character that the language has instead.
    Escape,
    /// After a backslash; a line with a comment in between does not end the command.
    EscapeAcrossComments,
}
