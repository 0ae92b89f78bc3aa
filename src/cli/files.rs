//! Loads and lints files in parallel; results are in the order of the files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::args::{InputArguments, LintArguments};
use super::command_error::CommandError;
use super::config_resolver::{ConfigResolver, FileOptions};
use super::input::{self, Loaded};
use super::outputs::Outputs;
use super::progress::Progress;
use super::terminal::Terminal;
use super::{add_ignore, next_command};
use crate::check::Knowledge;
use crate::cluster::plain;
use crate::lint::{LintOptions, Tree, clusters};
use crate::project::neighbours::Neighbours;
use crate::report::{FileError, FileReport, Outcome, Report, Root, visible_path};
use crate::surface::Prefilter;
use crate::{crash, lint};

/// Returns the folder that paths in machine formats are relative to: the one given, the top of the git repository
/// around the working folder, or the working folder.
pub(super) fn root(named: Option<&Path>) -> Result<Root, CommandError> {
    let working = std::env::current_dir()?;
    let folder = match named {
        Some(named) => named.canonicalize().map_err(|error| {
            CommandError::Usage(format!("--root {}: {error}", visible_path(named)))
        })?,
        None => {
            let mut folders = working.ancestors();
            let top = folders.find(|folder| folder.join(".git").exists());
            top.unwrap_or(&working).to_path_buf()
        }
    };
    Ok(Root::new(&folder, &working))
}

/// Runs `work` for every file on all processors; the results are in the order of the files.
///
/// If the work for a file panics, its result comes from `crashed`; the work for the others continues.
pub(super) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    crashed: impl Fn(&T, FileError) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let progress = Progress::over(items.len());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else {
                        break;
                    };
                    let result = crash::guarded(|| work(item)).unwrap_or_else(|message| {
                        let error = FileError {
                            message,
                            place: None,
                        };
                        crashed(item, error)
                    });
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push((index, result));
                    drop(results);
                    progress.one_more();
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Lints a loaded file; returns a row for it, and one for each part of it that could not be read.
pub(super) fn lint(
    loaded: Loaded,
    file_options: &FileOptions,
    knowledge: &Knowledge,
    neighbours: Option<&Neighbours>,
) -> Vec<FileReport> {
    let options = LintOptions {
        knowledge,
        upgrade: file_options.upgrade,
        discovery: loaded.discovery(),
        surface: file_options.surface,
        policy: &file_options.policy,
        other_files: neighbours.map(|neighbours| neighbours as &dyn Tree),
    };
    lint::lint_file(
        loaded.path,
        loaded.content,
        &options,
        file_options.threshold,
    )
}

/// Returns the number of the folder that was given and that a file is in; named files are one tree.
fn tree_of(given: &[PathBuf], path: &Path) -> usize {
    let is_below = |folder: &PathBuf| {
        let folder = plain(folder);
        path.starts_with(folder) && path != folder
    };
    given.iter().position(is_below).unwrap_or(given.len())
}

/// Returns the report on all files of a request.
pub(super) fn report(
    arguments: &LintArguments,
    outputs: &Outputs,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<Report, CommandError> {
    let resolver = ConfigResolver::new(
        &arguments.input,
        &arguments.upgrade,
        arguments.fail_on,
        knowledge,
    )?;
    let mut found = input::candidates(&arguments.input);
    outputs.leave_out(&mut found.candidates)?;
    let input = input::standard_input(&found, terminal)?;
    let (config, file_options) = resolver.of_folder()?;
    let candidates = resolver.of_candidates(found.candidates)?;
    resolver.write_notices(terminal)?;
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let neighbours = &resolver.neighbours;
    let mut files: Vec<FileReport> = in_parallel(
        &candidates,
        |(candidate, file_options)| {
            let loaded = input::load(
                candidate,
                file_options.surface.is_some(),
                &arguments.input,
                &input,
                &prefilter,
            );
            lint(loaded, file_options, knowledge, Some(neighbours))
        },
        |(candidate, _), error| {
            vec![FileReport {
                path: candidate.path.clone(),
                outcome: Outcome::Failed(error),
            }]
        },
    )
    .into_iter()
    .flatten()
    .collect();
    let given = arguments.input.paths_or_here();
    let tree = |path: &Path| tree_of(&given, path);
    let mut clusters = clusters::compare_files(&mut files, knowledge, tree);
    if let Some(reason) = &arguments.add_ignore {
        let context = (knowledge, neighbours);
        let unwritten = add_ignore::run(reason, &mut files, &candidates, context, terminal)?;
        clusters = clusters::compare_files(&mut files, knowledge, tree);
        files.extend(unwritten);
    }
    files.extend(found.errors.into_iter().map(input::failed));
    Ok(Report {
        upgrade: file_options.upgrade,
        from_written: config.from,
        to_written: config.to,
        routes: Vec::new(),
        repeated: next_command::repeated(&arguments.input),
        files,
        clusters,
    })
}

/// Returns whether paths were given and no file in them was recognised.
pub(super) fn nothing_recognised(arguments: &InputArguments, files: &[FileReport]) -> bool {
    let linted = files
        .iter()
        .any(|file| matches!(file.outcome, Outcome::Linted(_)));
    !arguments.allow_empty && !arguments.paths.is_empty() && !linted
}

/// Returns whether a finding is at or above the threshold of its file.
pub(super) fn reaches(report: &Report) -> bool {
    report.linted().any(|(_, linted)| {
        let mut found = linted.diagnostics.iter();
        found.any(|found| linted.threshold.is_reached(found.severity))
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::project::walk::Candidate;

    #[test]
    fn a_file_whose_work_panics_becomes_its_row_and_the_others_are_done() {
        let items: Vec<Candidate> = (0..20)
            .map(|index| Candidate {
                path: PathBuf::from(index.to_string()),
                named: false,
                leads_outside: false,
            })
            .collect();
        let bad = Path::new("7");
        let results = in_parallel(
            &items,
            |item| {
                assert_ne!(item.path, bad, "what the file holds");
                item.path.display().to_string()
            },
            |item, error| format!("{}: {}", item.path.display(), error.message),
        );
        assert_eq!(results.len(), 20);
        for (item, result) in items.iter().zip(&results) {
            let name = item.path.display().to_string();
            if item.path == bad {
                assert!(result.starts_with("7: etcd-uplift "), "{result}");
                assert!(result.contains("crashed on this file"), "{result}");
                assert!(!result.contains("holds"), "{result}");
            } else {
                assert_eq!(*result, name);
            }
        }
    }
}
