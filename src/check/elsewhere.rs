//! Uses in other files, for which a fix is withheld. Callers find the other files.

use std::path::Path;

use crate::diagnostic::Diagnostic;

/// Something that other files may use too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside<'n> {
    /// A variable that is expanded: `$NAME`.
    Variable(&'n str),
    /// An option given to a command that reads files of variables: by its variable, or in a variable that contains
    /// flags.
    FlagOf(&'n str),
    /// An option given as a flag, to a command that reads files of variables.
    VariableOf(&'n str),
    /// An option that another part of the same unit or service sets: a drop-in, an override.
    Part(&'n str),
}

/// The other files of the tree that a text is a file of.
pub trait OtherUses {
    /// Returns why another file than this one may use that: the file, or that there are too many files. Returns `None`
    /// if no other file uses it.
    fn user(&self, file: &Path, beside: Beside<'_>) -> Option<String>;
}

/// Removes the fixes of settings that other files of the tree use too; `file` is the one with the findings.
pub fn withhold_used_elsewhere(
    diagnostics: &mut [Diagnostic],
    file: &Path,
    other_files: &dyn OtherUses,
) {
    for found in diagnostics {
        let Some(fix) = &found.fix else {
            continue;
        };
        let variables = fix.variables.iter().map(|name| Beside::Variable(name));
        let flags = fix.flags_of.iter().map(|name| Beside::FlagOf(name));
        let options = fix.variables_of.iter().map(|name| Beside::VariableOf(name));
        let parts = fix.options.iter().map(|name| Beside::Part(name));
        let mut all = variables.chain(flags).chain(options).chain(parts);
        if let Some(why) = all.find_map(|beside| other_files.user(file, beside)) {
            found.fix = None;
            found.notes.push(format!("no fix: {why}"));
        }
    }
}
