//! `etcd-uplift init`: an `etcd-uplift.toml` for the tree as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use super::args::{InitArguments, InputArguments};
use super::command_error::CommandError;
use super::exit_status::{CLEAN, FAILED};
use super::input;
use super::terminal::Terminal;
use super::{config_resolver, files};
use crate::check::Knowledge;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Version;
use crate::lint::Content;
use crate::project::configuration::FILE_NAME;
use crate::report::command::quoted;
use crate::report::{FileError, visible, visible_path};
use crate::surface::{self, FileReading, Prefilter};

/// How many files are named as examples.
const EXAMPLES: usize = 3;

/// What was found in one file.
struct FileEvidence {
    path: PathBuf,
    surface: &'static str,
    /// The releases that its members name.
    releases: Vec<Version>,
}

pub(super) fn run(
    arguments: &InitArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let typed = config_resolver::upgrade(&arguments.upgrade, knowledge, terminal)?;
    let input = InputArguments {
        paths: vec![arguments.folder.clone()],
        ..InputArguments::default()
    };
    let found = input::candidates(&input);
    let prefilter = Prefilter::new(&knowledge.catalogue);
    let files: Vec<Option<FileEvidence>> = files::in_parallel(
        &found.candidates,
        |candidate| {
            let loaded = input::load(candidate, false, &input, &[], &prefilter);
            let discovery = loaded.discovery();
            let Ok(Content::Text(source)) = loaded.content else {
                return None;
            };
            let read = surface::read(&source, &knowledge.catalogue, discovery, None);
            let FileReading::Read(reading) = read else {
                return None;
            };
            let named = reading.members.iter().filter_map(|member| member.evidence);
            let releases = named.map(|named| named.version);
            Some(FileEvidence {
                path: loaded.path,
                surface: reading.surface_name(),
                releases: releases.collect(),
            })
        },
        |_, _: FileError| None,
    );
    let files: Vec<FileEvidence> = files.into_iter().flatten().collect();
    // With the patch if it is known: the next minor may require a later one.
    let from = arguments.upgrade.from.or_else(|| only_release(&files));
    let to = match (arguments.upgrade.to, from) {
        (None, Some(from)) => next_line(&knowledge.catalogue, from.first_release().line()),
        _ => typed.to.line(),
    };
    let before = knowledge.catalogue.line_before(typed.to);
    let before = before.map_or(to, crate::facts::version::Release::line);
    let text = configuration(&files, from, before, to);
    let path = arguments.folder.join(FILE_NAME);
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::AlreadyExists => "already exists and is not changed".to_owned(),
                _ => format!("cannot be written: {error}"),
            };
            writeln!(terminal.err, "error: {}: {why}", visible_path(&path))?;
            return Ok(FAILED);
        }
    };
    file.write_all(text.as_bytes())?;
    terminal.out.write_all(text.as_bytes())?;
    writeln!(terminal.err, "written: {}", visible_path(&path))?;
    if let Ok(upgrade) = knowledge.catalogue.upgrade(from, Some(to)) {
        config_resolver::write_route(upgrade, from, knowledge, terminal)?;
    }
    let from = from.map_or_else(String::new, |from| format!(" --from {from}"));
    let folder = quoted(&arguments.folder);
    writeln!(
        terminal.err,
        "next: etcd-uplift lint{from} --to {to} {folder}"
    )?;
    Ok(CLEAN)
}

/// Returns the minor after `from`, if it is known.
fn next_line(catalogue: &Catalogue, from: Version) -> Version {
    let mut lines = catalogue.lines().map(|(line, ..)| line);
    lines.find(|line| *line > from).unwrap_or(from)
}

/// Returns the release that all evidence agrees on, with the oldest patch that is named.
fn only_release(files: &[FileEvidence]) -> Option<Version> {
    let named = by_release(files);
    let mut lines = named.keys();
    let line = lines.next().filter(|_| lines.next().is_none())?;
    let releases = files.iter().flat_map(|file| &file.releases);
    let patches = releases.filter(|release| release.patch.is_some());
    let oldest = patches.min_by_key(|release| release.first_release());
    Some(oldest.copied().unwrap_or(*line))
}

/// Returns the files that name a release, by the minor of that release.
fn by_release(files: &[FileEvidence]) -> BTreeMap<Version, Vec<&FileEvidence>> {
    let mut named: BTreeMap<Version, Vec<&FileEvidence>> = BTreeMap::new();
    for file in files {
        for release in &file.releases {
            let files = named.entry(release.first_release().line()).or_default();
            if !files.iter().any(|known| known.path == file.path) {
                files.push(file);
            }
        }
    }
    named
}

fn configuration(
    files: &[FileEvidence],
    from: Option<Version>,
    before: Version,
    to: Version,
) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(
        "# What etcd-uplift checks in this tree, and for which upgrade; `etcd-uplift schema config` describes every key.",
    );
    let mut surfaces: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.surface.is_empty()) {
        *surfaces.entry(file.surface).or_default() += 1;
    }
    if surfaces.is_empty() {
        line("# No file here was recognised as etcd configuration.");
    } else {
        let counted: Vec<String> = surfaces
            .iter()
            .map(|(surface, count)| format!("{surface} {count}"))
            .collect();
        line(&format!(
            "# Files that configure etcd: {}.",
            counted.join(", ")
        ));
    }
    line("");
    for (release, files) in by_release(files) {
        let mut text = format!("# etcd {release} is named in ");
        let names: Vec<String> = files
            .iter()
            .take(EXAMPLES)
            .map(|file| visible(&visible_path(&file.path)).into_owned())
            .collect();
        text.push_str(&names.join(", "));
        if files.len() > EXAMPLES {
            // Writing to a `String` cannot fail.
            let _ = write!(text, " and {} more", files.len() - EXAMPLES);
        }
        line(&text);
    }
    match from {
        Some(from) => line(&format!("# The running release.\nfrom = \"{from}\"")),
        None => line(&format!(
            "# The running release: without it, changed defaults and changed behaviour are checked only where an image names it.\n\
             # from = \"{before}\""
        )),
    }
    line(&format!("# The release to upgrade to.\nto = \"{to}\""));
    line(
        "
# Files to skip, as in a .gitignore.
exclude = []
# Rules to ignore; `etcd-uplift rules` lists them.
ignore = []
# What makes a run fail: error, warning, note or never.
fail-on = \"warning\"

# Settings for some files only:
# [per-file.\"clusters/old/**\"]
# from = \"3.3\"",
    );
    out
}
