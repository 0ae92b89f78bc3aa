//! Commands that the reader can run next, quoted for a shell.

use std::path::{Path, PathBuf};

use super::visible;
use crate::edit::Applicability;
use crate::facts::version::{Release, Version};

/// What a command for the same files repeats of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// Options other than those of the upgrade, quoted for a shell.
    pub options: Vec<String>,
    /// The name that standard input was given, if it was read.
    pub input: Option<PathBuf>,
}

impl Repeated {
    /// Returns `etcd-uplift fix` with releases, options and paths; for standard input it is a filter.
    #[must_use]
    pub fn fix(
        &self,
        (from, to): (Option<Version>, Option<Version>),
        paths: &[&Path],
        least: Applicability,
    ) -> String {
        let is_input = |path: &Path| path == Path::new("-") || self.is_input(path);
        let mut words = vec!["etcd-uplift fix".to_owned()];
        let releases = [("--from", from), ("--to", to)];
        words.extend(
            releases
                .iter()
                .filter_map(|(name, version)| version.map(|version| format!("{name} {version}"))),
        );
        words.extend(self.options.iter().cloned());
        if !paths.iter().any(|path| is_input(path)) {
            words.push("--write".to_owned());
        }
        if least == Applicability::Unsafe {
            words.push("--unsafe".to_owned());
        }
        words.extend(paths.iter().map(|path| {
            if is_input(path) {
                "-".to_owned()
            } else if is_command(path) {
                "FILE".to_owned()
            } else {
                quoted(path)
            }
        }));
        if paths.is_empty() {
            words.push(".".to_owned());
        }
        words.join(" ")
    }

    fn is_input(&self, path: &Path) -> bool {
        self.input.as_deref() == Some(path)
    }
}

/// Returns whether a text came from `--command`: which file contains it is not known.
fn is_command(path: &Path) -> bool {
    path == Path::new("<command>")
}

/// Returns a release as it was written, if that is the release.
pub(super) fn as_typed(
    release: Release,
    own: Option<Release>,
    written: Option<Version>,
) -> Version {
    let exact = Version {
        patch: Some(release.patch),
        ..release.line()
    };
    let is_linted = |version: &Version| {
        let patch = version.patch.unwrap_or(release.patch);
        own == Some(release) && Release::new(version.major, version.minor, patch) == release
    };
    written.filter(is_linted).unwrap_or(exact)
}

/// Returns a path quoted for a shell.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = visible(&text);
    let lead = if text.starts_with('-') { "./" } else { "" };
    let is_plain = text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'/' | b'.' | b'_' | b'-' | b'+' | b'@' | b'%' | b':' | b','
            )
    });
    if is_plain && !text.is_empty() {
        format!("{lead}{text}")
    } else {
        format!("'{lead}{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_a_shell() {
        assert_eq!(quoted(Path::new("a/b.yml")), "a/b.yml");
        assert_eq!(quoted(Path::new("it's a.yml")), "'it'\\''s a.yml'");
        assert_eq!(quoted(Path::new("-x.yml")), "./-x.yml");
        assert_eq!(quoted(Path::new("~a b\u{1b}.yml")), "'~a b\\u{1b}.yml'");
    }

    #[test]
    fn a_filter_writes_no_file_and_nothing_holds_a_command() {
        let repeated = Repeated {
            options: vec!["--stdin-filename a.yml".to_owned()],
            input: Some(PathBuf::from("a.yml")),
        };
        let releases = (None, Some(Release::new(3, 4, 0).line()));
        let fix = |path: &str, least| repeated.fix(releases, &[Path::new(path)], least);
        assert_eq!(
            fix("a.yml", Applicability::Safe),
            "etcd-uplift fix --to 3.4 --stdin-filename a.yml -"
        );
        assert_eq!(
            fix("<command>", Applicability::Unsafe),
            "etcd-uplift fix --to 3.4 --stdin-filename a.yml --write --unsafe FILE"
        );
    }
}
