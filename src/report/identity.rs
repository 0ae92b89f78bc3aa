//! The identity of a finding, which stays the same between runs although lines move.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use super::{FileError, Root};
use crate::diagnostic::Diagnostic;

/// The rule of a file, or a part of one, that could not be linted.
pub const NOT_LINTED: &str = "not-judged";

/// A finding's identity. Lines and values are not part of it, but the message of a start failure is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The rule's id.
    pub rule: String,
    /// The file's path below the root, with forward slashes.
    pub path: String,
    /// What it is about: the setting as it is spelled and the member's name, or the text mentioned.
    pub setting: String,
    /// How many findings of the same rule, path and setting come before it.
    pub ordinal: usize,
}

impl Identity {
    /// Returns the SHA-256 of the identity in hexadecimal digits; the same in every release of this tool.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = hmac_sha256::Hash::new();
        let ordinal = self.ordinal.to_string();
        for part in [&self.rule, &self.path, &self.setting, &ordinal] {
            // The length separates the parts.
            hash.update(part.len().to_string());
            hash.update(":");
            hash.update(part);
        }
        let mut text = String::with_capacity(64);
        for byte in hash.finalize() {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// Assigns identities to the findings of a run, in the order of the report.
#[derive(Debug)]
pub struct Identities<'r> {
    root: &'r Root,
    seen: HashMap<(String, String, String), usize>,
}

impl<'r> Identities<'r> {
    /// Assigns the identities of a run whose paths are relative to that root.
    #[must_use]
    pub fn below(root: &'r Root) -> Self {
        Self {
            root,
            seen: HashMap::new(),
        }
    }

    /// Returns the identity of the next finding.
    pub fn finding(&mut self, path: &Path, found: &Diagnostic) -> Identity {
        self.next(&found.rule, path, &found.about)
    }

    /// Returns the identity of the next file that could not be linted.
    pub fn error(&mut self, path: &Path, error: &FileError) -> Identity {
        self.next(NOT_LINTED, path, &error.message)
    }

    fn next(&mut self, rule: &str, path: &Path, setting: &str) -> Identity {
        let path = self.root.locate(path).text();
        let key = (rule.to_owned(), path.clone(), setting.to_owned());
        let seen = self.seen.entry(key).or_default();
        let ordinal = *seen;
        *seen += 1;
        Identity {
            rule: rule.to_owned(),
            path,
            setting: setting.to_owned(),
            ordinal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_findings_are_counted_and_others_do_not_matter() {
        let root = Root::new(Path::new("/r"), Path::new("/r"));
        let path = Path::new("a.yml");
        let mut identities = Identities::below(&root);
        let first = identities.next("r", path, "key ca-file");
        let second = identities.next("r", path, "key ca-file");
        let mut others = Identities::below(&root);
        others.next("r", path, "key log-output");
        assert_eq!(others.next("r", path, "key ca-file"), first);
        assert_eq!((first.ordinal, second.ordinal), (0, 1));
        assert_ne!(first.fingerprint(), second.fingerprint());
    }

    #[test]
    fn the_parts_of_a_fingerprint_are_kept_apart() {
        let identity = |rule: &str, path: &str| Identity {
            rule: rule.to_owned(),
            path: path.to_owned(),
            setting: String::new(),
            ordinal: 0,
        };
        assert_ne!(
            identity("ab", "c").fingerprint(),
            identity("a", "bc").fingerprint()
        );
        // A literal: baselines and services store it.
        assert_eq!(
            identity("ca-file-gone", "etcd.yml").fingerprint(),
            "51974cce188cead29119b7e3b8fc029115818d95cb5fbc2cfabeee0408f45794"
        );
    }
}
