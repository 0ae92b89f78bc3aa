//! Runs the cases of `fixtures/members`: trees whose files are joined to members, linted and fixed by the binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of a folder by their path in it.
type Tree = BTreeMap<PathBuf, String>;

fn tree(folder: &Path) -> Tree {
    let mut files = Tree::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else {
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_path_buf();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn write(folder: &Path, files: &Tree) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn run(folder: &Path, command: &[&str], arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(command)
        .arg("--no-config")
        .args(arguments.split_whitespace())
        .arg(".")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.code().is_some(), "{}", folder.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_tree_has_the_report_and_the_fixes_on_record() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/members");
    let bless = std::env::var_os("ETCD_UPLIFT_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let arguments = fs::read_to_string(case.join("arguments")).unwrap();
        let before = tree(&case.join("tree"));
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &before);
        let lint: &[&str] = &["lint", "--format", "concise", "--fail-on", "never"];
        let lint_arguments = arguments.replace("--unsafe", "").replace("--bump", "");
        let report = run(folder.path(), lint, &lint_arguments).replace("./", "");
        run(folder.path(), &["fix", "--write"], &arguments);
        let fixed: Tree = tree(folder.path())
            .into_iter()
            .filter(|(name, text)| before.get(name) != Some(text))
            .collect();
        // What is fixed needs no more fixes.
        run(folder.path(), &["fix", "--write"], &arguments);
        for (file, text) in tree(folder.path()) {
            let first = fixed.get(&file).or(before.get(&file));
            if first != Some(&text) {
                wrong.push(format!("{name}: a second fix changes {}", file.display()));
            }
        }
        if bless {
            fs::write(case.join("report"), &report).unwrap();
            let _ = fs::remove_dir_all(case.join("fixed"));
            write(&case.join("fixed"), &fixed);
        }
        if fs::read_to_string(case.join("report")).ok() != Some(report.clone()) {
            wrong.push(format!("{name}: the report is now\n{report}"));
        }
        if tree(&case.join("fixed")) != fixed {
            wrong.push(format!("{name}: the fixes are now {fixed:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
