//! What the README says of the dependencies is what Cargo.toml and Cargo.lock say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::process::Command;

const README: &str = include_str!("../README.md");
const MANIFEST: &str = include_str!("../Cargo.toml");

/// The crates of the README's table.
fn explained() -> BTreeSet<String> {
    let (_, section) = README.split_once("## Dependencies\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(name, reason)| {
        assert!(reason.len() > 10, "{name}: {reason}");
        name.to_owned()
    })
    .collect()
}

fn packages(edges: &str) -> usize {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--edges", edges])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let packages: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_suffix(" (*)").or(Some(line)))
        .map(|line| line.trim_end_matches(" (proc-macro)"))
        .collect();
    packages.len() - 1
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest: toml::Table = toml::from_str(MANIFEST).unwrap();
    let names = |table: &toml::Value| -> Vec<String> {
        table.as_table().unwrap().keys().cloned().collect()
    };
    let mut direct: BTreeSet<String> = names(&manifest["dependencies"]).into_iter().collect();
    for target in manifest["target"].as_table().unwrap().values() {
        direct.extend(names(&target["dependencies"]));
    }
    assert_eq!(explained(), direct);
    let count = format!(
        "{} direct dependencies, {} packages in all",
        direct.len(),
        packages("normal")
    );
    assert!(README.contains(&count), "the README has to say: {count}");
}
