//! Programs that are not read, in front of a command: whether they may run it.

use crate::facts::catalogue::{Catalogue, Spelling};
use crate::source::base_name;
use crate::text::words::Word;

/// Shells: without `-c` they run the file that their first operand names.
pub(super) const SHELLS: [&str; 6] = ["sh", "bash", "ash", "dash", "ksh", "zsh"];

/// Programs that do not run their arguments as a command.
const KEEPS_ARGUMENTS: [&str; 27] = [
    "[",
    "basename",
    "cat",
    "chmod",
    "chown",
    "cp",
    "curl",
    "dirname",
    "echo",
    "etcdctl",
    "etcdkeeper",
    "etcdutl",
    "false",
    "grep",
    "head",
    "ls",
    "mkdir",
    "pgrep",
    "printf",
    "rm",
    "sleep",
    "tail",
    "test",
    "touch",
    "true",
    "wget",
    "which",
];

/// Whether an entry point of these words may run what follows them as a command.
pub(super) fn may_run_rest(entry_point: &[&str]) -> bool {
    let mut words = entry_point.iter();
    while let Some(word) = words.next() {
        let name = base_name(word);
        if SHELLS.contains(&name) {
            // A script file, not the command, gets what follows.
            return words.any(|word| !word.starts_with('-'));
        }
        if KEEPS_ARGUMENTS.contains(&name) {
            return false;
        }
    }
    true
}

/// Whether the word names a script file, which usually runs its arguments at its end.
pub(super) fn is_script_file(word: &str) -> bool {
    let name = base_name(word);
    name.ends_with(".sh") || name.contains("entrypoint")
}

/// Whether a word is a flag of etcd.
pub(super) fn has_option(words: &[Word], catalogue: &Catalogue) -> bool {
    words.iter().any(|word| is_option(word, catalogue))
}

/// Whether the word is a flag of etcd.
pub(super) fn is_option(word: &Word, catalogue: &Catalogue) -> bool {
    let name = word.flag_name();
    name.is_some_and(|name| catalogue.spelled(Spelling::Flag, name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_may_run_what_follows() {
        let may = |words: &[&str]| may_run_rest(words);
        assert!(may(&["/entrypoint.sh"]));
        assert!(may(&["/usr/bin/tini", "--", "/start"]));
        assert!(may(&["bash", "-e", "/start"]));
        assert!(!may(&["/bin/sh", "-e"]));
        assert!(!may(&["tini", "--", "/bin/echo"]));
        assert!(!may(&["etcdctl"]));
    }
}
