//! Finds and reads files.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::write::TEMPORARY_PREFIX;
use crate::limits::FILE_SIZE;
use crate::lint::too_large;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// Whether the user named this very file.
    pub named: bool,
    /// Whether it is a link, met in a folder, to a file outside that folder: it is linted and not written.
    pub leads_outside: bool,
}

/// The result of a search for files.
#[derive(Debug, Default)]
pub struct Found {
    /// In order of path, each once.
    pub candidates: Vec<Candidate>,
    /// Paths that could not be read, and why.
    pub errors: Vec<(PathBuf, String)>,
}

/// A file, or a path that could not be read, and why.
type Met = Result<Candidate, (PathBuf, String)>;

impl Found {
    fn extend(&mut self, met: impl Iterator<Item = Met>) {
        for met in met {
            match met {
                Ok(candidate) => self.candidates.push(candidate),
                Err(error) => self.errors.push(error),
            }
        }
    }
}

/// Returns the files that were given, and the files below folders that were given, without those that `.gitignore`
/// excludes.
#[must_use]
pub fn find(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => below(path, &mut found),
            Ok(meta) if meta.is_file() => found.candidates.push(Candidate {
                path: path.clone(),
                named: true,
                leads_outside: false,
            }),
            Ok(_) => found.errors.push((
                path.clone(),
                "is neither a file nor a folder and is not opened".to_owned(),
            )),
            Err(error) => found.errors.push((path.clone(), in_words(&error))),
        }
    }
    // A file that is given, and is also below a folder that is given, counts as given.
    found
        .candidates
        .sort_by(|one, other| (&one.path, !one.named).cmp(&(&other.path, !other.named)));
    found
        .candidates
        .dedup_by(|later, first| later.path == first.path);
    if paths.len() > 1 {
        only_once(&mut found.candidates);
    }
    found.errors.sort();
    found
}

/// Keeps one of several paths that lead to the same file: through a link, `./`, or letters of another case.
///
/// A file that has several names of its own (hard links) keeps them: each is reported when it is to be written.
#[cfg(unix)]
fn only_once(candidates: &mut Vec<Candidate>) {
    use std::os::unix::fs::MetadataExt;
    let mut seen = std::collections::HashSet::new();
    // The file itself comes before links to it.
    candidates.sort_by_key(|candidate| candidate.leads_outside);
    candidates.retain(|candidate| match fs::metadata(&candidate.path) {
        Ok(meta) if meta.nlink() == 1 => seen.insert((meta.dev(), meta.ino())),
        _ => true,
    });
    candidates.sort();
}

/// Keeps one of several paths that lead to the same file.
#[cfg(not(unix))]
fn only_once(candidates: &mut Vec<Candidate>) {
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|candidate| match fs::canonicalize(&candidate.path) {
        Ok(path) => seen.insert(path),
        Err(_) => true,
    });
}

/// A tree with at most this many entries is walked by one thread: the threads of a parallel walk sleep while they wait
/// for each other.
const SMALL_TREE: usize = 1000;

/// Finds the files below a folder, in no order.
fn below(folder: &Path, found: &mut Found) {
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).require_git(false).filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        name != ".git" && !name.starts_with(TEMPORARY_PREFIX)
    });
    let first: Vec<_> = walk.build().take(SMALL_TREE + 1).collect();
    if first.len() <= SMALL_TREE {
        found.extend(first.into_iter().filter_map(|entry| met(entry, folder)));
        return;
    }
    let (send, receive) = mpsc::channel();
    walk.build_parallel().run(|| {
        let send = send.clone();
        Box::new(move |entry| {
            if let Some(met) = met(entry, folder) {
                // The receiver outlives the walk.
                let _ = send.send(met);
            }
            WalkState::Continue
        })
    });
    drop(send);
    found.extend(receive.into_iter());
}

/// Returns the file of an entry of a walk, or `None` if it is not to be read.
fn met(entry: Result<DirEntry, ignore::Error>, folder: &Path) -> Option<Met> {
    let (entry, leads_outside) = match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => (entry, false),
        Ok(entry) if entry.path_is_symlink() && leads_outside(entry.path(), folder) => {
            (entry, true)
        }
        Ok(_) => return None,
        Err(error) => return Some(Err(row(folder, error))),
    };
    Some(Ok(Candidate {
        path: without_dot(entry.into_path()),
        named: false,
        leads_outside,
    }))
}

/// Returns whether a link leads to a file that the walk of a folder does not reach.
fn leads_outside(link: &Path, folder: &Path) -> bool {
    let target = fs::canonicalize(link);
    let is_file = fs::metadata(link).is_ok_and(|meta| meta.is_file());
    let inside = |target: &Path| fs::canonicalize(folder).is_ok_and(|top| target.starts_with(top));
    is_file && target.is_ok_and(|target| !inside(&target))
}

/// Returns whether a file that is too large to be read may concern etcd: it is a text, and `admits` accepts some part
/// of it.
///
/// # Errors
/// Returns why the file cannot be read, in words.
pub fn large_text_concerns(path: &Path, admits: impl Fn(&[u8]) -> bool) -> Result<bool, String> {
    const PART: usize = 1024 * 1024;
    // Longer than any word that is searched for, so that none is missed between two parts.
    const OVERLAP: usize = 128;
    let mut file = fs::File::open(path).map_err(|error| in_words(&error))?;
    let mut part = vec![0; PART + OVERLAP];
    let mut kept = 0;
    let mut is_admitted = false;
    loop {
        let read = file
            .read(&mut part[kept..])
            .map_err(|error| in_words(&error))?;
        if read == 0 {
            return Ok(is_admitted);
        }
        let filled = kept + read;
        if part[kept..filled].contains(&0) {
            return Ok(false);
        }
        is_admitted = is_admitted || admits(&part[..filled]);
        kept = filled.min(OVERLAP);
        part.copy_within(filled - kept..filled, 0);
    }
}

/// Returns whether a file has more bytes than are read.
#[must_use]
pub fn is_too_large(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.len() > FILE_SIZE)
}

/// Returns the place that the walk could not read, and why.
fn row(folder: &Path, error: ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => row(&path, *err),
        ignore::Error::WithDepth { err, .. } => row(folder, *err),
        ignore::Error::Io(error) => (without_dot(folder.to_path_buf()), in_words(&error)),
        other => (without_dot(folder.to_path_buf()), other.to_string()),
    }
}

/// Returns the path without the `./` that a walk of the working directory puts before it.
fn without_dot(path: PathBuf) -> PathBuf {
    path.strip_prefix("./")
        .map(Path::to_path_buf)
        .unwrap_or(path)
}

/// Reads a file's bytes, if it is a regular file within the limit of size.
///
/// # Errors
/// Returns why the file cannot be read, in words.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let meta = fs::metadata(path).map_err(|error| in_words(&error))?;
    if !meta.is_file() {
        return Err("is not a regular file and is not opened".to_owned());
    }
    if meta.len() > FILE_SIZE {
        return Err(too_large());
    }
    // One byte more than the file's size shows its end without another, larger buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len() + 1).unwrap_or(0));
    let file = fs::File::open(path).map_err(|error| in_words(&error))?;
    file.take(FILE_SIZE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| in_words(&error))?;
    if bytes.len() as u64 > FILE_SIZE {
        return Err(too_large());
    }
    Ok(bytes)
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_tree_is_found_as_its_small_parts_are() {
        let tree = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        let parts: Vec<PathBuf> = (0..6)
            .map(|part| tree.path().join(part.to_string()))
            .collect();
        for part in &parts {
            fs::create_dir_all(part.join(".git")).unwrap();
            fs::write(part.join(".git/config"), "").unwrap();
            fs::write(part.join(".gitignore"), "1*\n").unwrap();
            for file in 0..SMALL_TREE / 4 {
                fs::write(part.join(file.to_string()), "").unwrap();
            }
            #[cfg(unix)]
            std::os::unix::fs::symlink(outside.path(), part.join("link")).unwrap();
        }
        let whole = find(&[tree.path().to_path_buf()]);
        let of_parts = parts.iter().flat_map(|part| {
            let found = find(std::slice::from_ref(part));
            assert!(found.candidates.len() < SMALL_TREE);
            found.candidates
        });
        assert_eq!(whole.candidates, of_parts.collect::<Vec<_>>());
        assert!(whole.candidates.len() > 6 * 100);
        assert_eq!(whole.errors, []);
    }
}
