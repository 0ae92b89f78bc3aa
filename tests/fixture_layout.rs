//! Checks the content of `fixtures`: a folder for every rule and every surface, declared topics, complete cases, and
//! nothing else. `tests/fixtures.rs` runs the cases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use etcd_uplift::check::Knowledge;
use etcd_uplift::cluster::{ABOUT_CLUSTERS, is_about_clusters};
use etcd_uplift::suppression::rules_without_advice;
use etcd_uplift::surface::surfaces;

/// The folders of `fixtures`.
const KINDS: [&str; 3] = ["behaviour", "rules", "surfaces"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The names in a folder, with whether each is a folder, sorted.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let entries = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let mut entries: Vec<(String, bool)> =
        entries.map(|(name, path)| (name, path.is_dir())).collect();
    entries.sort();
    entries
}

/// Returns everything in the tree that is not part of a complete case, one line each, with its path below `root`.
fn problems(root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for (kind, is_folder) in entries(root) {
        match (kind.as_str(), is_folder) {
            ("README.md", false) => {}
            ("members", true) => {
                for case in folders(root, &kind, &mut problems) {
                    problems.extend(incomplete_tree(root, &case));
                }
            }
            (_, true) if KINDS.contains(&kind.as_str()) => {
                for topic in folders(root, &kind, &mut problems) {
                    for case in folders(root, &topic, &mut problems) {
                        problems.extend(incomplete(root, &case));
                    }
                }
            }
            _ => problems.push(format!("{kind}: is none of {KINDS:?}")),
        }
    }
    problems
}

/// Returns the folders in a folder that must contain nothing else.
fn folders(root: &Path, folder: &str, problems: &mut Vec<String>) -> Vec<String> {
    let entries = entries(&root.join(folder));
    if entries.is_empty() {
        problems.push(format!("{folder}: is empty"));
    }
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, is)| *is);
    let path = |(name, _): (String, bool)| format!("{folder}/{name}");
    let files = files.into_iter().map(path);
    problems.extend(files.map(|file| format!("{file}: is a file outside a case")));
    folders.into_iter().map(path).collect()
}

/// Returns what is missing in a case of several files, and what must not be in it.
fn incomplete_tree(root: &Path, case: &str) -> Vec<String> {
    let entries = entries(&root.join(case));
    let has = |wanted: &str, folder: bool| {
        let mut entries = entries.iter();
        entries.any(|(name, is)| name == wanted && *is == folder)
    };
    let wanted = [("arguments", false), ("report", false), ("tree", true)];
    let missing = wanted.iter().filter(|(name, is)| !has(name, *is));
    let mut problems: Vec<String> = missing
        .map(|(name, _)| format!("{case}: has no {name}"))
        .collect();
    let known = |name: &str| wanted.iter().any(|(known, _)| *known == name) || name == "fixed";
    let others = entries.iter().filter(|(name, _)| !known(name));
    problems.extend(others.map(|(name, _)| format!("{case}/{name}: is not part of a case")));
    problems
}

/// Returns what is missing in a case, and what must not be in it.
fn incomplete(root: &Path, case: &str) -> Vec<String> {
    let entries = entries(&root.join(case));
    if entries.is_empty() {
        return vec![format!("{case}: is empty")];
    }
    let has = |wanted: &str| entries.iter().any(|(name, is)| name == wanted && !is);
    let mut problems = Vec::new();
    if !has("arguments") {
        problems.push(format!("{case}: has no arguments"));
    }
    let mut inputs = Vec::new();
    for (name, is_folder) in &entries {
        let of = [".fixed", ".report"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        match of {
            _ if *is_folder => problems.push(format!("{case}/{name}: is a folder in a case")),
            Some(input) if !has(input) => {
                problems.push(format!("{case}/{name}: its input {input} is missing"));
            }
            Some(_) => {}
            None if name == "arguments" => {}
            None => inputs.push(name),
        }
    }
    match inputs.as_slice() {
        [] => problems.push(format!("{case}: has no input")),
        [input] => {
            let expected = ["fixed", "report"].map(|end| format!("{input}.{end}"));
            let missing = expected.iter().filter(|name| !has(name));
            problems.extend(missing.map(|name| format!("{case}/{name}: is missing")));
        }
        [first, others @ ..] => problems.extend(
            others
                .iter()
                .map(|other| format!("{case}/{other}: is a second input beside {first}")),
        ),
    }
    problems
}

#[test]
fn fixtures_hold_complete_cases_and_nothing_else() {
    let problems = problems(&root());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn everything_that_is_not_part_of_a_case_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let complete = ["arguments", "etcd.env", "etcd.env.fixed", "etcd.env.report"];
    let with = |case: &str, files: &[&str]| {
        fs::create_dir_all(root.join(case)).unwrap();
        for file in files {
            fs::write(root.join(case).join(file), "").unwrap();
        }
    };
    with("rules/complete/case", &complete);
    fs::write(root.join("README.md"), "").unwrap();
    for kind in ["surfaces/s/case", "behaviour/b/case"] {
        with(kind, &complete);
    }
    assert_eq!(problems(root), [] as [&str; 0]);

    with("rules/r/input-gone", &complete);
    fs::remove_file(root.join("rules/r/input-gone/etcd.env")).unwrap();
    with("rules/r/input-renamed", &complete);
    with("rules/r/input-renamed", &["old.yml.fixed"]);
    with("rules/r/no-arguments", &complete[1..]);
    with("rules/r/no-expectation", &complete[..2]);
    with("rules/r/no-report", &complete[..3]);
    with("rules/r/two-inputs", &complete);
    with("rules/r/two-inputs", &["notes.txt"]);
    with("rules/r/inner/etcd.d", &[]);
    with("rules/r/inner", &complete);
    with("rules/r/nothing", &[]);
    with("rules/r", &["stray"]);
    with("surfaces/empty", &[]);
    with("other", &complete);
    with("", &["stray.md"]);
    let expected = [
        "other: is none of [\"behaviour\", \"rules\", \"surfaces\"]",
        "rules/r/stray: is a file outside a case",
        "rules/r/inner/etcd.d: is a folder in a case",
        "rules/r/input-gone/etcd.env.fixed: its input etcd.env is missing",
        "rules/r/input-gone/etcd.env.report: its input etcd.env is missing",
        "rules/r/input-gone: has no input",
        "rules/r/input-renamed/old.yml.fixed: its input old.yml is missing",
        "rules/r/no-arguments: has no arguments",
        "rules/r/no-expectation/etcd.env.fixed: is missing",
        "rules/r/no-expectation/etcd.env.report: is missing",
        "rules/r/no-report/etcd.env.report: is missing",
        "rules/r/nothing: is empty",
        "rules/r/two-inputs/notes.txt: is a second input beside etcd.env",
        "stray.md: is none of [\"behaviour\", \"rules\", \"surfaces\"]",
        "surfaces/empty: is empty",
    ];
    assert_eq!(problems(root), expected);
}

/// Compares the folders of a kind with the names that it must have.
fn compare(kind: &str, names: impl IntoIterator<Item = String>) {
    let names: BTreeSet<String> = names.into_iter().collect();
    let folders = entries(&root().join(kind)).into_iter();
    let folders: BTreeSet<String> = folders.map(|(name, _)| name).collect();
    let missing: Vec<_> = names.difference(&folders).collect();
    let unknown: Vec<_> = folders.difference(&names).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "fixtures/{kind}: without a folder {missing:?}, unknown {unknown:?}"
    );
}

#[test]
fn every_rule_has_a_folder_and_every_folder_is_a_rule() {
    let knowledge = Knowledge::built_in().unwrap();
    let rules = knowledge.rules.iter().map(|(rule, _)| rule.id.as_str());
    let rules = rules.chain(rules_without_advice().map(|(id, _)| id));
    // Those take several members: the cases of `members` have them.
    let rules = rules.filter(|id| !is_about_clusters(id));
    compare("rules", rules.map(str::to_owned));
}

#[test]
fn every_rule_about_clusters_is_reported_in_a_tree() {
    let folder = root().join("members");
    let reports: Vec<String> = entries(&folder)
        .into_iter()
        .map(|(case, _)| fs::read_to_string(folder.join(case).join("report")).unwrap())
        .collect();
    for (rule, _) in ABOUT_CLUSTERS {
        let line = format!("[{rule}] ");
        assert!(
            reports.iter().any(|report| report.contains(&line)),
            "{rule}"
        );
    }
}

#[test]
fn every_surface_has_a_folder_and_every_folder_is_a_surface() {
    compare(
        "surfaces",
        surfaces().map(|surface| surface.name.to_owned()),
    );
}

#[test]
fn every_topic_of_behaviour_is_declared() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines = readme.lines();
    let rows = lines.skip_while(|line| !line.starts_with("| in `behaviour` |"));
    let rows = rows.skip(2).map_while(|line| line.strip_prefix("| `"));
    let topics = rows.map(|row| {
        let (topic, sentence) = row.split_once("` | ").unwrap();
        assert!(sentence.ends_with(". |"), "{topic} has no sentence");
        topic.to_owned()
    });
    compare("behaviour", topics);
}

/// Every report below a folder of `rules` or `surfaces`.
fn reports(kind: &str, topic: &str) -> Vec<String> {
    let folder = root().join(kind).join(topic);
    let cases = entries(&folder).into_iter();
    let files = cases.flat_map(|(case, _)| {
        let case = folder.join(case);
        let files = entries(&case).into_iter();
        files.map(move |(name, _)| case.join(name))
    });
    let reports = files.filter(|path| path.extension().is_some_and(|end| end == "report"));
    reports
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn every_rule_is_reported_in_a_case_of_its_folder() {
    for (rule, _) in entries(&root().join("rules")) {
        let line = format!("[{rule}] ");
        let mut reports = reports("rules", &rule).into_iter();
        assert!(reports.any(|report| report.contains(&line)), "{rule}");
    }
}

#[test]
fn every_surface_reads_a_case_of_its_folder_and_no_other_surface_does() {
    for (surface, _) in entries(&root().join("surfaces")) {
        let reports = reports("surfaces", &surface);
        let readers = reports
            .iter()
            .filter_map(|report| Some(report.split_once(", members: ")?.0));
        let readers: BTreeSet<&str> = readers.collect();
        assert_eq!(readers, BTreeSet::from([surface.as_str()]));
    }
}
