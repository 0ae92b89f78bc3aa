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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| {
        let entries = ignore::WalkBuilder::new(root.join(folder))
            .hidden(false)
            .build();
        let paths = entries.map(|entry| entry.unwrap().into_path());
        paths.filter(|path| path.is_file())
    };
    let source: String = files("src")
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let advice = rule::BUILT_IN.iter().map(|(path, _)| *path);
    let advice: Vec<&str> = advice.collect();
    let mut facts = 0;
    for path in files("rules") {
        let path = path.strip_prefix(root).unwrap().to_str().unwrap();
        let is_embedded = source.contains(&format!("/{path}\")"));
        facts += usize::from(is_embedded);
        assert!(
            is_embedded || advice.contains(&path),
            "nothing loads {path}"
        );
    }
    assert!(facts >= 3 && advice.len() >= 8, "{facts} {advice:?}");
}

#[test]
fn a_file_of_advice_is_loaded_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in [
        "3.10.toml",
        "options.toml",
        "3.9.toml",
        "3.9.toml~",
        "3.x.toml",
    ] {
        fs::write(folder.join(name), "").unwrap();
    }
    let files = build::advice_files(folder).unwrap();
    assert_eq!(files, ["3.9.toml", "3.10.toml"]);
}
