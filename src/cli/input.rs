//! Finds and loads the files that are given to a command, including standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::InputArguments;
use super::command_error::CommandError;
use super::terminal::Terminal;
use crate::limits::FILE_SIZE;
use crate::lint::{Content, decode};
use crate::project::walk::{self, Candidate};
use crate::report::{FileError, FileReport, Outcome, STANDARD_INPUT};
use crate::surface::{Discovery, Prefilter};

/// A file that passed the prefilter.
pub(super) struct Loaded {
    pub(super) path: PathBuf,
    pub(super) named: bool,
    pub(super) content: Result<Content, FileError>,
}

impl Loaded {
    pub(super) fn discovery(&self) -> Discovery {
        if self.named {
            Discovery::Explicit
        } else {
            Discovery::Walked
        }
    }
}

/// Returns the files to look at, with standard input if it was given.
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

/// Reads a candidate; `input` is the content of standard input, which is read before the threads start.
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
        Ok(input.to_vec())
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
                    "it is too large to be read, and sets no etcd option",
                )),
            };
        }
    }
    let content = bytes
        .map_err(|message| FileError {
            message,
            place: None,
        })
        .and_then(|bytes| {
            let must_pass = !candidate.named && !forced;
            decode(&path, bytes, must_pass.then_some(prefilter))
        });
    Loaded {
        path,
        named: candidate.named,
        content,
    }
}

/// Reads standard input if it is one of the candidates.
pub(super) fn standard_input(
    found: &walk::Found,
    terminal: &mut Terminal<'_>,
) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    if found
        .candidates
        .iter()
        .any(|candidate| is_stdin(&candidate.path))
    {
        // One byte more than the limit shows that the input is too large.
        let mut input = (&mut *terminal.input).take(FILE_SIZE + 1);
        input.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Returns the row for a path that could not be read.
pub(super) fn failed((path, message): (PathBuf, String)) -> FileReport {
    FileReport {
        path,
        outcome: Outcome::Failed(FileError {
            message,
            place: None,
        }),
    }
}
