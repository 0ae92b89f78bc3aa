//! The README's table of dependencies agrees with Cargo.toml and Cargo.lock.

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

/// The packages in the tree, without the first, with further arguments of `cargo tree`.
fn packages(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--edges", "normal"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().skip(1);
    let lines = lines.filter_map(|line| line.strip_suffix(" (*)").or(Some(line)));
    let packages = lines.map(|line| line.trim_end_matches(" (proc-macro)").to_owned());
    packages.collect()
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
        packages(&[]).len()
    );
    assert!(README.contains(&count), "the README has to say: {count}");
}

#[test]
fn the_library_without_the_command_needs_few_packages() {
    let manifest: toml::Table = toml::from_str(MANIFEST).unwrap();
    let feature = manifest["features"]["cli"].as_array().unwrap();
    let feature = feature.iter().map(|name| name.as_str().unwrap());
    let worldly: BTreeSet<&str> = feature.filter_map(|it| it.strip_prefix("dep:")).collect();
    assert!(worldly.contains("clap") && worldly.contains("tempfile"));
    let optional = |table: &toml::Value| -> Vec<String> {
        let rows = table.as_table().unwrap().iter();
        let rows = rows.filter(|(_, row)| row.get("optional").is_some());
        rows.map(|(name, _)| name.clone()).collect()
    };
    let mut known = optional(&manifest["dependencies"]);
    for target in manifest["target"].as_table().unwrap().values() {
        known.extend(optional(&target["dependencies"]));
    }
    assert!(known.iter().all(|name| worldly.contains(name.as_str())));
    assert_eq!(known.len(), worldly.len());

    let packages = packages(&["--no-default-features"]);
    for package in &packages {
        let (name, _) = package.split_once(' ').unwrap();
        assert!(!worldly.contains(name), "{package}");
    }
    assert!(packages.len() <= 40, "{packages:?}");
    let count = format!(
        "without the command {} and {}",
        explained().len() - worldly.len(),
        packages.len()
    );
    assert!(README.contains(&count), "the README has to say: {count}");
}
