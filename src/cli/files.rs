//! Loads and judges files, in parallel and in order.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::args::{InputArguments, LintArguments};
use super::outputs::Outputs;
use super::progress::Progress;
use super::terms::{Governing, Terms};
use super::{CommandError, Terminal, add_ignore, next_command};
use crate::check::{Knowledge, withhold_used_elsewhere};
use crate::crash;
use crate::limits::FILE_SIZE;
use crate::project::neighbours::Neighbours;
use crate::project::walk::{self, Candidate};
use crate::report::{
    FileError, FileReport, Judged, Outcome, Report, Root, STANDARD_INPUT, visible_path,
};
use crate::source::Source;
use crate::suppression::judge as judge_reading;
use crate::surface::{self, FileReading, Insistence, Prefilter, ReadError, Reading};

/// A file that passed the prefilter.
pub(super) struct Loaded {
    pub(super) path: PathBuf,
    pub(super) named: bool,
    pub(super) content: Result<Content, FileError>,
}

/// What a file holds.
pub(super) enum Content {
    /// A text that may concern etcd.
    Text(Source),
    /// Nothing of etcd's, and why.
    NotEtcd(&'static str),
}

impl Loaded {
    pub(super) fn insistence(&self) -> Insistence {
        if self.named {
            Insistence::Named
        } else {
            Insistence::Walked
        }
    }
}

/// The folder that paths in machine formats are relative to: the one named, the top of the git repository around the
/// working folder, or the working folder.
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

/// The files to look at; standard input is one of them when it is named.
pub(super) fn candidates(arguments: &InputArguments) -> walk::Found {
    let paths = arguments.paths_or_here();
    let files: Vec<PathBuf> = paths
        .iter()
        .filter(|path| !is_stdin(path))
        .cloned()
        .collect();
    let mut found = walk::find(&files);
    if arguments.as_found {
        for candidate in &mut found.candidates {
            candidate.named = false;
        }
    }
    if paths.iter().any(|path| is_stdin(path)) {
        let path = PathBuf::from("-");
        found.candidates.insert(
            0,
            Candidate {
                path,
                named: true,
                leads_outside: false,
            },
        );
    }
    found
}

pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads a candidate; `input` is standard input, read before the threads start.
pub(super) fn load(
    candidate: &Candidate,
    forced: bool,
    arguments: &InputArguments,
    input: &[u8],
    prefilter: &Prefilter,
) -> Loaded {
    let from_input = is_stdin(&candidate.path);
    let path = match &arguments.stdin_filename {
        Some(name) if from_input => name.clone(),
        _ if from_input => PathBuf::from(STANDARD_INPUT),
        _ => candidate.path.clone(),
    };
    let bytes = if from_input {
        walk::of_readable_size(input.to_vec())
    } else {
        walk::read(&candidate.path)
    };
    if bytes.is_err() && !candidate.named && !from_input && walk::is_too_large(&candidate.path) {
        let concerns = walk::large_text_concerns(&path, |part| prefilter.admits(part));
        if concerns == Ok(false) {
            return Loaded {
                path,
                named: false,
                content: Ok(Content::NotEtcd(
                    "it is too large to be read, and no text that sets an option of etcd",
                )),
            };
        }
    }
    let content = bytes
        .map_err(|message| FileError {
            message,
            place: None,
        })
        .and_then(|bytes| decode(&path, bytes, candidate.named, forced, prefilter));
    Loaded {
        path,
        named: candidate.named,
        content,
    }
}

fn decode(
    path: &Path,
    bytes: Vec<u8>,
    named: bool,
    forced: bool,
    prefilter: &Prefilter,
) -> Result<Content, FileError> {
    let failed = |message: &str| {
        Err(FileError {
            message: message.to_owned(),
            place: None,
        })
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        // The letters of etcd's names are those of ASCII, each with a zero beside it.
        let letters: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
        return if named || forced || prefilter.admits(&letters) {
            failed("is UTF-16; etcd reads UTF-8, convert the file first")
        } else {
            Ok(Content::NotEtcd("it is UTF-16"))
        };
    }
    if !named && !forced && !prefilter.admits(&bytes) {
        return Ok(Content::NotEtcd("it sets no option of etcd"));
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return if named || forced {
            failed(&format!("is no text: it holds a NUL byte at offset {at}"))
        } else {
            Ok(Content::NotEtcd("it is no text"))
        };
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Content::Text(Source::new(path, text))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let place = Source::new(path, before).line_column(valid);
            Err(FileError {
                message: "is not UTF-8 at this place; etcd refuses such a file, so it is not judged and not written".to_owned(),
                place: Some(place),
            })
        }
    }
}

/// Does `work` for every file on all processors; the results come in the order of the files.
///
/// A file whose work panics is given to `crashed`, and the others go on.
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

/// Judges a loaded file: a row for it, and one for each part of it that could not be read.
pub(super) fn judge(
    loaded: Loaded,
    terms: &Terms,
    knowledge: &Knowledge,
    neighbours: Option<&Neighbours>,
) -> Vec<FileReport> {
    let insistence = loaded.insistence();
    let mut parts = Vec::new();
    let outcome = match loaded.content {
        Err(error) => Outcome::Failed(error),
        Ok(Content::NotEtcd(why)) => Outcome::NotEtcd(why),
        Ok(Content::Text(source)) => {
            match surface::read(&source, &knowledge.catalogue, insistence, terms.surface) {
                FileReading::NotEtcd(why) => Outcome::NotEtcd(why),
                FileReading::Unreadable(error) => Outcome::Failed(FileError {
                    place: Some(source.line_column(error.offset)),
                    message: error.message,
                }),
                FileReading::Read(reading) => {
                    parts = unread(&loaded.path, &source, &reading);
                    let mut judgement =
                        judge_reading(&source, &reading, terms.upgrade, knowledge, &terms.policy);
                    if let Some(neighbours) = neighbours {
                        withhold_used_elsewhere(&mut judgement.diagnostics, |beside| {
                            neighbours.user(&source.path, beside)
                        });
                    }
                    Outcome::Judged(Box::new(Judged {
                        surface: reading.surface_name(),
                        members: reading.members.len(),
                        settings: reading.settings(),
                        diagnostics: judgement.diagnostics,
                        suppressed: judgement.suppressed,
                        upgrade: terms.upgrade,
                        evidence: reading.evidence(),
                        threshold: terms.threshold,
                        source,
                    }))
                }
            }
        }
    };
    let path = loaded.path;
    parts.insert(0, FileReport { path, outcome });
    parts
}

/// A row for each part of a file that is etcd configuration and was not read.
pub(super) fn unread(path: &Path, source: &Source, reading: &Reading) -> Vec<FileReport> {
    let row = |error: &ReadError| FileReport {
        path: path.to_path_buf(),
        outcome: Outcome::Failed(FileError {
            message: error.message.clone(),
            place: Some(source.line_column(error.offset)),
        }),
    };
    reading.unread.iter().map(row).collect()
}

/// Standard input's bytes, when it is one of the candidates.
pub(super) fn input(
    found: &walk::Found,
    terminal: &mut Terminal<'_>,
) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    if found
        .candidates
        .iter()
        .any(|candidate| is_stdin(&candidate.path))
    {
        // One byte more than is judged shows that there are too many.
        let mut input = (&mut *terminal.input).take(FILE_SIZE + 1);
        input.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The report on all files of a request.
pub(super) fn report(
    arguments: &LintArguments,
    outputs: &Outputs,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<Report, CommandError> {
    let governing = Governing::new(
        &arguments.input,
        &arguments.upgrade,
        arguments.fail_on,
        knowledge,
    )?;
    let mut found = candidates(&arguments.input);
    outputs.leave_out(&mut found.candidates)?;
    let input = input(&found, terminal)?;
    let (said, terms) = governing.of_folder()?;
    let candidates = governing.of_candidates(found.candidates)?;
    governing.write_notices(terminal)?;
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let neighbours = &governing.neighbours;
    let mut files: Vec<FileReport> = in_parallel(
        &candidates,
        |(candidate, terms)| {
            let loaded = load(
                candidate,
                terms.surface.is_some(),
                &arguments.input,
                &input,
                &prefilter,
            );
            judge(loaded, terms, knowledge, Some(neighbours))
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
    if let Some(reason) = &arguments.add_ignore {
        let unwritten = add_ignore::run(reason, &mut files, &candidates, knowledge, terminal)?;
        files.extend(unwritten);
    }
    files.extend(found.errors.into_iter().map(failed));
    Ok(Report {
        upgrade: terms.upgrade,
        from_written: said.from,
        to_written: said.to,
        routes: Vec::new(),
        repeated: next_command::repeated(&arguments.input),
        files,
    })
}

/// A path that could not be looked at.
pub(super) fn failed((path, message): (PathBuf, String)) -> FileReport {
    FileReport {
        path,
        outcome: Outcome::Failed(FileError {
            message,
            place: None,
        }),
    }
}

/// Whether paths were named, and none of what they hold was recognised.
pub(super) fn nothing_recognised(arguments: &InputArguments, files: &[FileReport]) -> bool {
    let judged = files
        .iter()
        .any(|file| matches!(file.outcome, Outcome::Judged(_)));
    !arguments.allow_empty && !arguments.paths.is_empty() && !judged
}

/// Whether a finding is at or above the threshold of its file.
pub(super) fn reaches(report: &Report) -> bool {
    report.judged().any(|(_, judged)| {
        let mut found = judged.diagnostics.iter();
        found.any(|found| judged.threshold.is_reached(found.severity))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
