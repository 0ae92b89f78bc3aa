//! What is checked and printed before anything is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::args::FixArguments;
use super::super::config_resolver::FileOptions;
use super::super::next_command;
use super::fixed::Fixed;
use crate::check::Knowledge;
use crate::cli::command_error::CommandError;
use crate::cli::terminal::Terminal;
use crate::edit::Applicability;
use crate::facts::version::{Upgrade, Version};
use crate::project::configuration::FileConfig;
use crate::project::walk::Candidate;
use crate::report::{upgrade, visible_path};

/// Refuses to write if no release to upgrade to was given.
pub(super) fn has_targets(
    results: &[Fixed],
    candidates: &[(Candidate, Arc<FileOptions>)],
    arguments: &FixArguments,
    config: &FileConfig,
    whole: Upgrade,
) -> Result<(), CommandError> {
    let files = results.iter().zip(candidates);
    let is_read = |file: &Fixed| matches!(file.result, Ok(Some(_)));
    let mut read = files.filter(|(file, _)| is_read(file)).peekable();
    let is_decided = read.peek().is_some() || config.to.is_some() || arguments.input.allow_empty;
    let without = read.find(|(_, (_, options))| !options.has_target);
    let for_file = match &without {
        Some((file, _)) => format!(" for {}", visible_path(&file.path)),
        None if is_decided => return Ok(()),
        None => String::new(),
    };
    let paths: Vec<&Path> = arguments.input.paths.iter().map(PathBuf::as_path).collect();
    let least = if arguments.also_unsafe {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    };
    let releases = (config.from, Some(whole.to.line()));
    let command = next_command::repeated(&arguments.input).fix(releases, &paths, least);
    let (hint, keys) = if config.from.is_some() {
        ("", "`to`")
    } else {
        (
            ", with --from and the running release if you know it",
            "`from` and `to`",
        )
    };
    Err(CommandError::Usage(format!(
        "`fix --write` needs the release to upgrade to{for_file}; nothing is written. \
         Run `{command}`{hint}, or set {keys} in etcd-uplift.toml"
    )))
}

/// Ends the upgrades at their first stop, because the members of a cluster run one minor or the next, and tells the user.
pub(super) fn make_one_step<'u>(
    of_files: impl Iterator<Item = &'u mut Upgrade>,
    whole: &mut Upgrade,
    one_stop: impl Fn(Upgrade) -> Upgrade,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    for upgrade in of_files {
        *upgrade = one_stop(*upgrade);
    }
    let last = whole.to;
    *whole = one_stop(*whole);
    let stop = whole.to;
    if stop != last {
        let last = last.line();
        writeln!(
            terminal.err,
            "--bump makes one step: files are written for etcd {stop}, the first stop on the way to etcd {last}"
        )?;
    }
    Ok(())
}

/// Writes the stops of the upgrades of the files to standard error; standard output is for a diff, a text or the files
/// written.
pub(super) fn first_lines(
    results: &[Fixed],
    candidates: &[(Candidate, Arc<FileOptions>)],
    config: &FileConfig,
    whole: Upgrade,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let linted = results.iter().zip(candidates);
    let linted = linted.filter(|(file, _)| matches!(file.result, Ok(Some(_))));
    let linted: Vec<_> = linted.collect();
    let is_without_from = linted.iter().any(|(file, (_, options))| {
        upgrade::is_without_from(options.upgrade, file.members, &file.evidence)
    });
    let linted: Vec<(Upgrade, &[Version])> = linted
        .iter()
        .map(|(file, (_, options))| (options.upgrade, file.evidence.as_slice()))
        .collect();
    let routes = upgrade::routes(&linted, (whole, config.from), &knowledge.catalogue)?;
    for line in upgrade::first_lines(is_without_from, &routes) {
        writeln!(terminal.err, "{line}")?;
    }
    Ok(())
}
