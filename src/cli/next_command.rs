//! The command that fixes what was found, as it is typed.

use std::collections::HashSet;
use std::path::Path;

use super::args::LintArguments;
use super::files;
use crate::report::{Report, visible};

/// `etcd-uplift fix` for the same paths and releases.
pub(super) fn fix(arguments: &LintArguments, report: &Report) -> String {
    let mut command = "etcd-uplift fix".to_owned();
    let input = &arguments.input;
    // A filter writes to standard output.
    if !input.paths.iter().any(|path| files::is_stdin(path)) {
        command.push_str(" --write");
    }
    for (name, version) in [
        ("--from", arguments.upgrade.from),
        ("--to", arguments.upgrade.to),
    ] {
        if let Some(version) = version {
            command.push_str(&format!(" {name} {version}"));
        }
    }
    if let Some(path) = &input.config {
        command.push_str(&format!(" --config {}", quoted(path)));
    }
    for folder in &input.own.folders {
        command.push_str(&format!(" --rules {}", quoted(folder)));
    }
    for (flag, is_set) in [
        ("--no-config", input.no_config),
        ("--force-exclude", input.force_exclude),
        ("--as-found", input.as_found),
        ("--no-ignores", input.no_ignores),
    ] {
        if is_set {
            command.push_str(&format!(" {flag}"));
        }
    }
    if let Some(name) = &input.stdin_filename {
        command.push_str(&format!(" --stdin-filename {}", quoted(name)));
    }
    if let Some(surface) = &input.surface {
        command.push_str(&format!(" --surface {surface}"));
    }
    if arguments.command.is_some() {
        // Nothing says which file holds the command.
        command.push_str(" FILE");
    }
    // Of very many files that a program named, the few that matter are worth typing.
    let fixable = input.as_found.then(|| with_fix(report));
    let is_typed = |path: &Path| match &fixable {
        Some(files) => files::is_stdin(path) || path.is_dir() || files.contains(path),
        None => true,
    };
    for path in input.paths.iter().filter(|path| is_typed(path)) {
        command.push(' ');
        command.push_str(&quoted(path));
    }
    command
}

/// The files that hold something to fix.
fn with_fix(report: &Report) -> HashSet<&Path> {
    let files = report.judged().filter(|(_, judged)| {
        let mut found = judged.diagnostics.iter();
        found.any(|found| found.fix.is_some())
    });
    files.map(|(file, _)| file.path.as_path()).collect()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = visible(&text);
    if files::is_stdin(path) {
        return text.into_owned();
    }
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
        assert_eq!(quoted(Path::new("-")), "-");
    }
}
