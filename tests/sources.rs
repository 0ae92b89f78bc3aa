//! Checks the form of every place in etcd's repository that is cited here: `path:line@tag`, at a tag of a release that
//! `rules/options.toml` knows. `.ci/check-sources` compares the places with etcd's repository.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use etcd_uplift::facts::catalogue::Catalogue;
use etcd_uplift::facts::version::Release;

/// Files and folders that cite etcd.
const CITING: [&str; 7] = [
    "README.md",
    "build.rs",
    "docs/options.md",
    "docs/rules.md",
    "rules",
    "src",
    "tests",
];

/// Returns what is wrong with a place.
fn problem(place: &str, catalogue: &Catalogue) -> Option<String> {
    let Some((at, tag)) = place.split_once('@') else {
        return Some("has no tag".to_owned());
    };
    let is_change_log = at.starts_with("CHANGELOG/CHANGELOG-");
    let (path, lines) = match at.split_once(':') {
        Some((path, lines)) => (path, Some(lines)),
        // No release contains the change logs, and their lines move.
        None if is_change_log => (at, None),
        None => return Some("has no line".to_owned()),
    };
    let is_name = |name: &str| {
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
        name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && name.chars().all(is_of_name)
    };
    let file = path.rsplit('/').next().unwrap();
    let extension = file.rsplit_once('.').map(|(_, extension)| extension);
    let is_source = match extension {
        Some(extension) => matches!(extension, "go" | "md" | "mod" | "proto"),
        None => file.starts_with("Dockerfile") || path.starts_with("scripts/"),
    };
    if !path.split('/').all(is_name) || !is_source {
        return Some("has no path of a source file".to_owned());
    }
    let is_number = |text: &str| {
        text.starts_with(|digit: char| ('1'..='9').contains(&digit))
            && text.chars().all(|digit| digit.is_ascii_digit())
    };
    if !lines.is_none_or(|lines| lines.split(',').all(is_number)) {
        return Some("has no line number".to_owned());
    }
    let release = tag.strip_prefix('v').and_then(|text| {
        let release = catalogue.release(text.parse().ok()?).ok()?;
        (release.to_string() == text).then_some(release)
    });
    let is_within = |release: Release| {
        let mut lines = catalogue.lines();
        lines.any(|(_, first, last)| first <= release && release <= last)
    };
    let is_known = match release {
        None => tag == "main" && is_change_log,
        Some(release) => is_within(release) && !is_change_log,
    };
    (!is_known).then(|| "has no tag of a known release".to_owned())
}

/// Returns every word of a text that cites, or is meant to cite, a place.
fn places(text: &str) -> impl Iterator<Item = &str> {
    let ends = |letter: char| letter.is_whitespace() || "\"'`()[]{}<>|".contains(letter);
    let words = text.split(ends);
    let words = words.map(|word| word.trim_end_matches(['.', ',', ':', ';', '\\']));
    // `gopkg.in/yaml.v2@v2.4.0` is a module of Go.
    let words = words.filter(|word| !word.starts_with("gopkg.in/"));
    words.filter(|word| {
        let follows = |mark: &str| word.split_once(mark).map(|(_, rest)| rest);
        let is_digit = |rest: &str| rest.starts_with(|digit: char| digit.is_ascii_digit());
        follows("@v").is_some_and(is_digit)
            || follows("@main").is_some()
            || follows(".go:").is_some_and(is_digit)
            || follows(".proto:").is_some_and(is_digit)
    })
}

#[test]
fn every_place_that_is_cited_is_well_formed() {
    let catalogue = Catalogue::built_in().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut wrong, mut count) = (Vec::new(), 0);
    for top in CITING {
        for entry in ignore::Walk::new(root.join(top)).map(Result::unwrap) {
            let path = entry.path();
            let shown = path.strip_prefix(root).unwrap().display();
            // This file contains invalid places below.
            if !path.is_file() || path.ends_with("sources.rs") {
                continue;
            }
            let Ok(text) = fs::read_to_string(path) else {
                continue;
            };
            for place in places(&text) {
                count += 1;
                if let Some(problem) = problem(place, &catalogue) {
                    wrong.push(format!("{shown}: `{place}` {problem}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 3000, "only {count} places were found");
}

#[test]
fn every_source_of_a_fact_or_a_rule_is_a_place_a_page_or_a_run() {
    let catalogue = Catalogue::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let table: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut sources = Vec::new();
        collect_sources(&toml::Value::Table(table), &mut sources);
        for source in sources {
            count += 1;
            let is_run = source == "run" || source.starts_with("run ");
            let is_page = source.starts_with("https://");
            let problem = problem(&source, &catalogue).filter(|_| !is_run && !is_page);
            let file = path.file_name().unwrap().display();
            wrong.extend(problem.map(|problem| format!("rules/{file}: `{source}` {problem}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 800, "only {count} sources were found");
}

/// Collects the texts of every `sources` at any depth.
fn collect_sources(value: &toml::Value, sources: &mut Vec<String>) {
    match value {
        toml::Value::Array(items) => {
            for item in items {
                collect_sources(item, sources);
            }
        }
        toml::Value::Table(table) => {
            for (key, value) in table {
                if key == "sources" {
                    let items = value.as_array().unwrap().iter();
                    sources.extend(items.map(|item| item.as_str().unwrap().to_owned()));
                } else {
                    collect_sources(value, sources);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn a_place_that_is_not_well_formed_is_named() {
    let catalogue = Catalogue::built_in().unwrap();
    let text = "`embed/config.go:74@v3.4.45`, see \"etcdmain/config.go:1,20@v2.3.8\" and (CHANGELOG/CHANGELOG-3.5.md@main).";
    let found: Vec<&str> = places(text).collect();
    assert_eq!(found.len(), 3);
    for place in found {
        assert_eq!(problem(place, &catalogue), None, "{place}");
    }
    for wrong in [
        "embed/config.go:74",
        "embed/config.go@v3.4.45",
        "embed/config.go:0@v3.4.45",
        "embed/config.go:74-80@v3.4.45",
        "embed/config.go:74,@v3.4.45",
        "embed/config.go:74@v3.4",
        "embed/config.go:74@v3.4.46",
        "embed/config.go:74@v3.4.045",
        "embed/config.go:74@v9.0.0",
        "embed/config.go:74@main",
        "embed//config.go:74@v3.4.45",
        "/embed/config.go:74@v3.4.45",
        "embed/config:74@v3.4.45",
        "embed/config.go:74@v3.4.45@v3.4.45",
        "CHANGELOG/CHANGELOG-3.5.md:690@v3.5.33",
    ] {
        assert_eq!(places(wrong).collect::<Vec<_>>(), [wrong]);
        assert!(problem(wrong, &catalogue).is_some(), "{wrong}");
    }
}
