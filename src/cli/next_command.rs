//! The command that fixes what was found, to be copied.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::args::InputArguments;
use super::input;
use crate::edit::Applicability;
use crate::report::command::{Repeated, quoted};
use crate::report::{Report, STANDARD_INPUT};

/// Returns the arguments that a command for the same files repeats.
pub(super) fn repeated(input: &InputArguments) -> Repeated {
    let mut options = Vec::new();
    if let Some(path) = &input.config {
        options.push(format!("--config {}", quoted(path)));
    }
    for folder in &input.own.folders {
        options.push(format!("--rules {}", quoted(folder)));
    }
    for (flag, is_set) in [
        ("--no-config", input.no_config),
        ("--force-exclude", input.force_exclude),
        ("--as-found", input.as_found),
        ("--no-ignores", input.no_ignores),
    ] {
        if is_set {
            options.push(flag.to_owned());
        }
    }
    let is_read = input.paths.iter().any(|path| input::is_stdin(path));
    let name = input.stdin_filename.as_deref().filter(|_| is_read);
    if let Some(name) = name {
        options.push(format!("--stdin-filename {}", quoted(name)));
    }
    if let Some(folder) = &input.host_root {
        options.push(format!("--host-root {}", quoted(folder)));
    }
    if let Some(surface) = &input.surface {
        options.push(format!("--surface {surface}"));
    }
    Repeated {
        options,
        input: is_read
            .then(|| name.map_or_else(|| PathBuf::from(STANDARD_INPUT), Path::to_path_buf)),
    }
}

/// Returns `etcd-uplift fix` for the same paths and releases.
pub(super) fn fix(input: &InputArguments, is_command: bool, report: &Report) -> String {
    // If a program gave very many files, the command names only those with a fix.
    let fixable = input.as_found.then(|| with_fix(report));
    let is_typed = |path: &Path| match &fixable {
        Some(files) => input::is_stdin(path) || path.is_dir() || files.contains(path),
        None => true,
    };
    let paths = input.paths.iter().map(PathBuf::as_path);
    let mut paths: Vec<&Path> = paths.filter(|path| is_typed(path)).collect();
    if is_command {
        paths.extend(report.files.iter().map(|file| file.path.as_path()));
    }
    let releases = report.common_releases();
    report.repeated.fix(releases, &paths, Applicability::Safe)
}

/// Returns the files that have a fix.
fn with_fix(report: &Report) -> HashSet<&Path> {
    let files = report.linted().filter(|(_, linted)| {
        let mut found = linted.diagnostics.iter();
        found.any(|found| found.fix.is_some())
    });
    files.map(|(file, _)| file.path.as_path()).collect()
}
