//! Checks the files below `rules` as a whole: all of them are loaded.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "only cargo runs its `main`")]
#[path = "../build.rs"]
mod build;

use std::fs;
use std::path::Path;

use etcd_uplift::rule;

#[test]
fn every_file_below_rules_is_loaded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .map(|entry| format!("rules/{}", entry.file_name().to_str().unwrap()))
        .collect();
    names.sort();
    let facts = build::FACTS.map(|name| format!("rules/{name}"));
    let advice = rule::BUILT_IN.iter().map(|(path, _)| (*path).to_owned());
    let mut loaded: Vec<String> = facts.into_iter().chain(advice).collect();
    loaded.sort();
    assert_eq!(loaded, names);
}

#[test]
fn a_file_of_advice_takes_part_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["3.10.toml", "options.toml", "3.9.toml", "3.9.toml~"] {
        fs::write(folder.join(name), "").unwrap();
    }
    let files = build::advice_files(folder).unwrap();
    assert_eq!(files, ["3.9.toml", "3.10.toml"]);

    fs::write(folder.join("latest.toml"), "").unwrap();
    let error = build::advice_files(folder).unwrap_err().to_string();
    assert!(error.contains("rules/latest.toml: "), "{error}");
}
