//! What a run changes for the members: each is compared as the running release and as the new one run it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fixed::Fixed;
use crate::check::Knowledge;
use crate::cli::config_resolver::FileOptions;
use crate::cli::files;
use crate::facts::version::Release;
use crate::project::neighbours::Neighbours;
use crate::project::walk::Candidate;
use crate::report::{FileError, visible, visible_path};
use crate::show::{Difference, Origin, Proof, Row, TextInTree, proofs};
use crate::source::Source;
use crate::surface::{self, FileReading, Reading};

type Candidates = [(Candidate, Arc<FileOptions>)];

/// Compares the members of the rewritten texts. A text with a member that would run with something that no finding
/// reports fails, and so do the other texts of that member. Returns a line for each other member.
pub(super) fn compare(
    results: &mut [Fixed],
    candidates: &Candidates,
    neighbours: &Neighbours,
    knowledge: &Knowledge,
) -> Vec<String> {
    let changed: Vec<usize> = (0..results.len())
        .filter(|index| results[*index].new_text().is_some())
        .collect();
    // A single text is compared with the other files as they are.
    let rewritten = (changed.len() > 1).then(|| {
        let texts = changed.iter().filter_map(|index| {
            let text = results[*index].new_text()?;
            Some((results[*index].path.clone(), text.to_owned()))
        });
        neighbours.with_texts(texts)
    });
    let found = {
        let results = &*results;
        let new_files = rewritten.as_ref().unwrap_or(neighbours);
        files::in_parallel(
            &changed,
            |index| {
                let (file, (_, options)) = (&results[*index], &candidates[*index]);
                Ok(proofs_of(file, options, (neighbours, new_files), knowledge))
            },
            |index, error| Err((*index, error)),
        )
    };
    let mut failed: Vec<(PathBuf, FileError)> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for proofs in found {
        let proofs: Vec<Proof> = match proofs {
            Ok(proofs) => proofs,
            Err((index, error)) => {
                failed.push((results[index].path.clone(), error));
                continue;
            }
        };
        for proof in proofs {
            if let Some(first) = proof.unreported.first() {
                let error = unreported(&proof, first);
                let files = proof.files.iter();
                failed.extend(files.map(|file| (file.clone(), error.clone())));
                continue;
            }
            let line = line(&proof);
            // Several files of a member are rewritten.
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    for index in changed {
        let path = shown(&results[index].path);
        let error = failed.iter().find(|(file, _)| shown(file) == path);
        if let Some((_, error)) = error {
            results[index].result = Err(error.clone());
        }
    }
    lines
}

fn proofs_of(
    file: &Fixed,
    options: &FileOptions,
    (old_files, new_files): (&Neighbours, &Neighbours),
    knowledge: &Knowledge,
) -> Vec<Proof> {
    let catalogue = &knowledge.catalogue;
    let named = || {
        let mut named = file.evidence.iter();
        let first = named.next().filter(|first| named.all(|one| one == *first));
        catalogue.release(*first?).ok()
    };
    let running: Option<Release> = options.upgrade.from.or_else(named);
    let (Some(old), Some(text), Some(running)) = (&file.before, file.new_text(), running) else {
        return Vec::new();
    };
    let read = |source: &Source| -> Option<Reading> {
        match surface::read(source, catalogue, file.discovery, options.surface) {
            FileReading::Read(reading) => Some(reading),
            FileReading::NotEtcd(_) | FileReading::Unreadable(_) => None,
        }
    };
    let new = old.with_text(text.to_owned());
    let (Some(old_reading), Some(new_reading)) = (read(old), read(&new)) else {
        return Vec::new();
    };
    let old = TextInTree {
        source: old,
        reading: &old_reading,
        files: Some(old_files),
    };
    let new = TextInTree {
        source: &new,
        reading: &new_reading,
        files: Some(new_files),
    };
    proofs(old, new, (running, options.upgrade.to), knowledge)
}

fn unreported(proof: &Proof, difference: &Difference) -> FileError {
    let Difference {
        option, old, new, ..
    } = difference;
    FileError {
        message: format!(
            "{} would run with {} instead of {} for `{option}`, which no finding reports; nothing is written",
            name(proof),
            value(new.as_ref()),
            value(old.as_ref())
        ),
        place: None,
    }
}

/// Returns what differs for a member, with the rules that report it.
fn line(proof: &Proof) -> String {
    let reported = proof.differences.iter().filter(|one| !one.rules.is_empty());
    let reported: Vec<String> = reported
        .map(|one| {
            let (old, new) = (value(one.old.as_ref()), value(one.new.as_ref()));
            let rules = visible(&one.rules.join(", ")).into_owned();
            format!("{} {old} -> {new} ({rules})", one.option)
        })
        .collect();
    let what = if reported.is_empty() {
        "runs with the same configuration".to_owned()
    } else {
        reported.join("; ")
    };
    format!("{}: {what}", name(proof))
}

fn name(proof: &Proof) -> String {
    let Origin { path, line, .. } = &proof.start;
    let start = format!("{}:{line}", visible_path(shown(path)));
    match &proof.name {
        Some(name) => format!("{} ({start})", visible(name)),
        None => start,
    }
}

fn value(row: Option<&Row>) -> String {
    match row {
        None => "not set".to_owned(),
        Some(row) if row.value.is_empty() => "\"\"".to_owned(),
        Some(row) => visible(&row.value.replace('\n', "\\n")).into_owned(),
    }
}

fn shown(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}
