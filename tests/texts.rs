//! The library gives the same result for a text as the command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use etcd_uplift::check::Knowledge;
use etcd_uplift::cli;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::version::Version;
use etcd_uplift::fix::{FixError, fix_text};
use etcd_uplift::lint::{LintError, lint_text};
use etcd_uplift::report::{Outcome, json};

/// Returns the cases in a folder of fixtures, in order: the folders with a file `arguments`.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    // A case of `members` has several files.
    folders.retain(|folder| !folder.ends_with("members"));
    let cases = folders.into_iter().flat_map(|folder| {
        if folder.join("arguments").exists() {
            vec![folder]
        } else {
            cases(&folder)
        }
    });
    cases.collect()
}

/// Returns the input of a fixture: the file that a report is beside.
fn input(folder: &Path) -> PathBuf {
    let paths = fs::read_dir(folder).unwrap();
    let paths = paths.map(|entry| entry.unwrap().path());
    let mut reports = paths.filter(|path| path.extension().is_some_and(|end| end == "report"));
    reports.next().unwrap().with_extension("")
}

/// Runs a command on standard input; returns what it writes to standard output and to standard error.
fn run(arguments: &[&str], mut input: &[u8]) -> (Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = arguments.iter().map(Into::into);
    cli::run(arguments, &mut input, &mut out, &mut err);
    (out, String::from_utf8(err).unwrap())
}

/// Compares library and command; returns whether the text is etcd's.
fn compare(name: &str, text: &[u8], arguments: &[&str], knowledge: &Knowledge) -> bool {
    let version = |flag: &str| -> Option<Version> {
        let at = arguments.iter().position(|word| *word == flag)?;
        Some(arguments[at + 1].parse().unwrap())
    };
    let releases = (version("--from"), version("--to"));
    let (safe, least) = match arguments.contains(&"--unsafe") {
        true => (&arguments[..arguments.len() - 1], Applicability::Unsafe),
        false => (arguments, Applicability::Safe),
    };
    let common = ["--no-config", "--stdin-filename", name];

    let lint = [
        &["etcd-uplift", "lint", "--verbose", "--format", "json", "-"],
        safe,
        &common,
    ]
    .concat();
    let (out, err) = run(&lint, text);
    let report = lint_text(name, text, releases, knowledge).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(json::render(&report).unwrap(), out, "{name} {arguments:?}");
    let not_etcd = match report.files[0].outcome {
        Outcome::NotEtcd(why) => Some(why),
        _ => None,
    };
    if let Some(why) = not_etcd {
        assert!(err.contains(why), "{err}");
    }

    let fix = [&["etcd-uplift", "fix", "-"], arguments, &common].concat();
    let (out, _) = run(&fix, text);
    let fixed = match fix_text(name, text, releases, least, knowledge) {
        Ok(rewrite) => rewrite.text.into_bytes(),
        Err(FixError::Upgrade(error)) => panic!("{error}"),
        // A filter returns what it does not fix.
        Err(_) => text.to_vec(),
    };
    assert!(fixed == out, "{name} {arguments:?}");
    not_etcd.is_none()
}

#[test]
fn the_library_gives_the_results_of_the_command() {
    let knowledge = Knowledge::built_in().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    // The command reads the files beside the one it is given; here are none.
    let empty = tempfile::tempdir().unwrap();
    env::set_current_dir(&empty).unwrap();
    let (mut etcd, mut other) = (0, 0);
    // Every command parses the facts anew.
    for folder in cases(&fixtures).iter().step_by(4) {
        let input = input(folder);
        let arguments = fs::read_to_string(folder.join("arguments")).unwrap();
        // The library fixes one text, and sets no tags.
        let arguments = arguments.split_whitespace();
        let arguments: Vec<&str> = arguments.filter(|word| *word != "--bump").collect();
        let name = input.file_name().unwrap().to_str().unwrap();
        match compare(name, &fs::read(&input).unwrap(), &arguments, &knowledge) {
            true => etcd += 1,
            false => other += 1,
        }
    }
    assert!(etcd > 100 && other > 2, "{etcd} and {other}");
    let upgrade = ["--from", "3.5", "--to", "3.6"];
    for text in [&b"\xff\xfea\0"[..], b"name: \xff", b"name: a\0"] {
        assert!(compare("etcd.conf.yml", text, &upgrade, &knowledge));
    }
}

#[test]
fn versions_that_make_no_upgrade_are_an_error() {
    let knowledge = Knowledge::built_in().unwrap();
    let version = |text: &str| Some(text.parse::<Version>().unwrap());
    for releases in [(version("9.9"), None), (version("3.6"), version("3.5"))] {
        let error = lint_text("etcd.env", "ETCD_NAME=a\n", releases, &knowledge).unwrap_err();
        assert!(matches!(error, LintError::Upgrade(_)), "{error}");
        let least = Applicability::Safe;
        let error = fix_text("etcd.env", "ETCD_NAME=a\n", releases, least, &knowledge).unwrap_err();
        assert!(matches!(error, FixError::Upgrade(_)), "{error}");
    }
}
