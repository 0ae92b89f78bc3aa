//! Paths for reports that are read elsewhere: relative to the repository's root, with forward slashes.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::source::without_dots;

/// The characters that a path in a URI contains only as escapes: all but slashes and the unreserved characters of RFC
/// 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The folder that the paths in machine formats are relative to.
#[derive(Clone, Debug)]
pub struct Root {
    folder: PathBuf,
    working: PathBuf,
}

impl Root {
    /// Creates the root at that folder; relative paths start at the working folder. Both are absolute.
    #[must_use]
    pub fn new(folder: &Path, working: &Path) -> Self {
        Self {
            folder: without_dots(folder),
            working: without_dots(working),
        }
    }

    /// Returns the location of a file.
    #[must_use]
    pub fn locate(&self, path: &Path) -> Location {
        // Standard input and `--command` are no file.
        if path.as_os_str().as_encoded_bytes().starts_with(b"<") && path.components().count() == 1 {
            return Location::of(path, false);
        }
        let whole = without_dots(&self.working.join(path));
        match whole.strip_prefix(&self.folder) {
            Ok(below) => Location::of(below, false),
            Err(_) => Location::of(&whole, true),
        }
    }
}

/// A file's location in machine formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The path as bytes, with forward slashes; absolute if the file is not below the root.
    path: Vec<u8>,
    is_absolute: bool,
}

impl Location {
    fn of(path: &Path, is_absolute: bool) -> Self {
        let mut joined = Vec::new();
        for component in path.components() {
            let part = match component {
                Component::RootDir => continue,
                _ => component.as_os_str().as_encoded_bytes(),
            };
            if !joined.is_empty() || is_absolute {
                joined.push(b'/');
            }
            joined.extend_from_slice(part);
        }
        Self {
            path: joined,
            is_absolute,
        }
    }

    /// Returns the path as text; bytes that are not UTF-8 are escaped.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.path.len());
        for chunk in self.path.utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
        text
    }

    /// Returns the path as a URI reference, with each reserved byte percent-encoded.
    #[must_use]
    pub fn uri(&self) -> String {
        let scheme = if self.is_absolute { "file://" } else { "" };
        format!("{scheme}{}", percent_encode(&self.path, RESERVED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_root() {
        let root = Root::new(Path::new("/repo"), Path::new("/repo/deploy"));
        let text = |path: &str| root.locate(Path::new(path)).text();
        assert_eq!(text("etcd.yml"), "deploy/etcd.yml");
        assert_eq!(text("./../a/./b.yml"), "a/b.yml");
        assert_eq!(text("/repo/c.yml"), "c.yml");
        assert_eq!(text("/other/c.yml"), "/other/c.yml");
        assert_eq!(text("<stdin>"), "<stdin>");
    }

    #[test]
    fn uris_hold_plain_characters_only() {
        let root = Root::new(Path::new("/repo"), Path::new("/repo"));
        let uri = |path: &str| root.locate(Path::new(path)).uri();
        assert_eq!(uri("a b/ä:%.yml"), "a%20b/%C3%A4%3A%25.yml");
        assert_eq!(uri("/other/c.yml"), "file:///other/c.yml");
        assert_eq!(uri("<command>"), "%3Ccommand%3E");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_stay_apart() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let root = Root::new(Path::new("/repo"), Path::new("/repo"));
        let location = root.locate(Path::new(OsStr::from_bytes(b"no\xffutf8\n.yml")));
        assert_eq!(location.uri(), "no%FFutf8%0A.yml");
        assert_eq!(location.text(), "no\\xffutf8\n.yml");
    }
}
