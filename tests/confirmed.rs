//! Fails if `[releases]` of `rules/options.toml` has a minor that a file of facts or of advice was not compared with,
//! and names everything in it. Whoever has compared a file records it in `[confirmed]`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use etcd_uplift::facts::behaviours;
use etcd_uplift::facts::catalogue::{self, Catalogue};
use etcd_uplift::facts::version::{Release, Version};
use toml::Value;

/// A file to confirm, and what is in it.
struct Confirmable {
    path: String,
    /// The facts, each with the first release that no longer has it.
    items: Vec<(String, Option<Release>)>,
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Every file below `rules`.
fn confirmables() -> Vec<Confirmable> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join("rules")).unwrap() {
        let entry = entry.unwrap();
        let table: toml::Table = toml::from_str(&read(&entry.path())).unwrap();
        let mut items = Vec::new();
        collect(&Value::Table(table), &mut items);
        let path = format!("rules/{}", entry.file_name().to_str().unwrap());
        found.push(Confirmable { path, items });
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Collects what has a name or an id, at any depth.
fn collect(value: &Value, items: &mut Vec<(String, Option<Release>)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, items)),
        Value::Table(table) => {
            let first = |keys: [&str; 2]| keys.iter().find_map(|key| table.get(*key)).cloned();
            if let Some(Value::String(name)) = first(["name", "id"]) {
                let end = first(["removed", "ends"]);
                items.push((name, end.map(|end| end.try_into().unwrap())));
            }
            table.values().for_each(|value| collect(value, items));
        }
        _ => {}
    }
}

/// Returns the files that were not compared with the newest minor, each with all that has to be compared in it.
///
/// What the newest confirmed minor no longer has need not be compared again.
fn unconfirmed(options: &str, files: &[Confirmable]) -> Vec<String> {
    let catalogue = Catalogue::parse(options, behaviours::BUILT_IN).unwrap();
    let newest = catalogue.newest().line();
    let table: toml::Table = toml::from_str(options).unwrap();
    let confirmed = table["confirmed"].as_table().unwrap();
    let mut problems = Vec::new();
    for path in confirmed.keys() {
        if !files.iter().any(|file| file.path == *path) {
            problems.push(format!("{path}: there is no such file"));
        }
    }
    for file in files {
        let Some(minor) = confirmed.get(&file.path).and_then(Value::as_str) else {
            problems.push(format!("{}: is missing in [confirmed]", file.path));
            continue;
        };
        let minor: Version = minor.parse().unwrap();
        let last = catalogue.lines().find(|(line, ..)| *line == minor);
        let Some((_, _, last)) = last else {
            problems.push(format!("{}: there is no etcd {minor}", file.path));
            continue;
        };
        if minor != newest {
            let items = file.items.iter();
            let items = items.filter(|(_, end)| end.is_none_or(|end| last < end));
            let names: Vec<&str> = items.map(|(name, _)| name.as_str()).collect();
            problems.push(format!(
                "{}: compare with etcd {newest}, then raise it in [confirmed] of rules/options.toml: {}",
                file.path,
                names.join(", ")
            ));
        }
    }
    problems
}

#[test]
fn every_file_is_confirmed_for_the_newest_minor() {
    let problems = unconfirmed(catalogue::BUILT_IN, &confirmables());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_new_minor_names_every_fact_that_is_to_be_confirmed() {
    let built_in = Catalogue::built_in().unwrap();
    let newest = built_in.newest();
    let next = Release::new(newest.major, newest.minor + 1, 0);
    let files = confirmables();
    let row = |file: &Confirmable| format!("\"{}\" = \"{}\"\n", file.path, newest.line());
    let rows: String = files.iter().map(row).collect();
    let line = format!("\"{}\" = [\"{next}\", \"{next}\"]\n", next.line());
    let (before, after) = catalogue::BUILT_IN.split_once("\n[confirmed]").unwrap();
    let (_, after) = after.split_once("\n\n").unwrap();
    let text = format!("{before}{line}\n[confirmed]\n{rows}\n{after}");
    let problems = unconfirmed(&text, &files);
    assert_eq!(problems.len(), files.len(), "{problems:#?}");
    for file in &files {
        let problem = problems.iter().find(|line| line.starts_with(&file.path));
        let (_, names) = problem.unwrap().rsplit_once("options.toml: ").unwrap();
        let names: Vec<&str> = names.split(", ").collect();
        assert!(names.len() > 1 || file.items.len() == 1, "{}", file.path);
        if file.path == "rules/options.toml" {
            for option in built_in.options() {
                let is_named = names.contains(&option.name.as_str());
                assert_eq!(is_named, option.exists_at(newest), "{}", option.name);
            }
        }
    }

    // A person has compared one file.
    let old = format!("\"rules/hops.toml\" = \"{}\"", newest.line());
    let new = format!("\"rules/hops.toml\" = \"{}\"", next.line());
    let problems = unconfirmed(&text.replace(&old, &new), &files);
    assert_eq!(problems.len(), files.len() - 1, "{problems:#?}");
    // One file is not listed, another does not exist.
    let wrong = text.replace(&line, "").replace("hops.toml", "hop.toml");
    assert_eq!(
        unconfirmed(&wrong, &files),
        [
            "rules/hop.toml: there is no such file",
            "rules/hops.toml: is missing in [confirmed]"
        ]
    );
}
