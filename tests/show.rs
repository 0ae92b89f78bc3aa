//! What `show --as` writes of a member has the same values in force as the member.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use etcd_uplift::check::Knowledge;
use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::facts::version::Release;
use etcd_uplift::server::acceptance::{self, Acceptance};
use etcd_uplift::show::{InForce, Row, Spelled, members, rows, spelled, text};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{self, Discovery, FileReading, Reading};

const FORMS: [(Spelling, &str, &str); 3] = [
    (Spelling::Key, "config-file", "etcd.conf.yml"),
    (Spelling::Flag, "command-line", "start.sh"),
    (Spelling::Variable, "env-file", "etcd.env"),
];

/// Returns the files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for path in fs::read_dir(&next)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn read(source: &Source, knowledge: &Knowledge, form: Option<&str>) -> Option<Reading> {
    let surface = form.and_then(surface::named);
    match surface::read(source, &knowledge.catalogue, Discovery::Explicit, surface) {
        FileReading::Read(reading) => Some(reading),
        _ => None,
    }
}

#[test]
fn settings_in_one_spelling_have_the_same_values_in_force() {
    let knowledge = Knowledge::built_in().unwrap();
    let releases: Vec<Release> = knowledge
        .catalogue
        .lines()
        .map(|(_, _, last)| last)
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut count = BTreeMap::new();
    let mut wrong = Vec::new();
    let is_expectation = |path: &PathBuf| path.extension().is_some_and(|end| end == "fixed");
    for path in files(&root)
        .into_iter()
        .filter(|path| !is_expectation(path))
    {
        let Some(text) = fs::read(&path)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
        else {
            continue;
        };
        let source = Source::new(&path, text);
        let Some(reading) = read(&source, &knowledge, None) else {
            continue;
        };
        // Not every member at every release, so that the run stays short.
        let turn = path
            .to_string_lossy()
            .bytes()
            .map(usize::from)
            .sum::<usize>();
        for release in releases.iter().skip(turn % 5).step_by(5) {
            for member in members((&source, &reading), &knowledge.catalogue, None, *release) {
                for form in FORMS {
                    let (kept, lines) = again(&member, form, &knowledge);
                    *count.entry(form.1).or_insert(0) += kept;
                    let place = format!("{}, etcd {release}, {}", path.display(), form.1);
                    wrong.extend(lines.into_iter().map(|line| format!("{place}: {line}")));
                }
            }
        }
    }
    assert!(
        count.len() == 3 && count.values().all(|count| *count > 2000),
        "{count:?}"
    );
    let number = wrong.len();
    wrong.truncate(20);
    assert!(
        wrong.is_empty(),
        "{number} differences:\n{}",
        wrong.join("\n")
    );
}

/// Writes a member in one form and reads it again; returns how many settings are kept, and what differs.
fn again(
    member: &InForce,
    (spelling, surface, name): (Spelling, &str, &str),
    knowledge: &Knowledge,
) -> (usize, Vec<String>) {
    let catalogue = &knowledge.catalogue;
    let release = member.release;
    let written = spelled(catalogue, member, spelling);
    if written.settings.is_empty() {
        return (0, Vec::new());
    }
    let source = Source::new(name, text::settings(&written, catalogue));
    let Some(reading) = read(&source, knowledge, Some(surface)) else {
        return (0, vec![format!("cannot be read:\n{}", source.text)]);
    };
    let mut found = members((&source, &reading), catalogue, None, release);
    if found.len() != 1 {
        return (
            0,
            vec![format!("{} members in\n{}", found.len(), source.text)],
        );
    }
    let mut wrong = Vec::new();
    for setting in &found[0].member.settings {
        let accepted = acceptance::check(catalogue, setting, release);
        if accepted != Acceptance::Accepted {
            wrong.push(format!("{} is {accepted:?}", setting.name));
        }
    }
    // An environment file does not start a member, and other files could set more.
    found[0].is_complete = member.is_complete;
    let of = |member: &InForce| -> BTreeMap<String, Row> {
        let rows = rows(catalogue, member).into_iter();
        rows.map(|row| (row.option.clone(), row)).collect()
    };
    let (before, after) = (of(member), of(&found[0]));
    for (option, row) in &before {
        if !row.is_known || is_left_out(&written, option) || is_address(option, knowledge) {
            continue;
        }
        let now = after.get(option).map(|row| row.value.as_str());
        if now != Some(&row.value) {
            wrong.push(format!(
                "{option} is {now:?}, not {:?}, in\n{}",
                row.value, source.text
            ));
        }
    }
    (written.settings.len(), wrong)
}

fn is_left_out(written: &Spelled, option: &str) -> bool {
    let mut left = written.left_out.iter();
    left.any(|left| left.option.as_deref() == Some(option))
}

/// The URLs that the server makes of an address are written instead of it.
fn is_address(option: &str, knowledge: &Knowledge) -> bool {
    let option = knowledge.catalogue.option(option);
    option.is_some_and(|option| option.address.is_some())
}
