//! The maps in CONTRIBUTING.md and docs/architecture.md name everything once, links between documents have targets, and
//! the documents describe building and checking as it is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// Returns the names in the first column of the table with that heading, in its order.
fn named(document: &str, heading: &str) -> Vec<String> {
    let text = text(document);
    let heading = format!("| {heading} |");
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&heading));
    assert!(lines.next().is_some(), "{document} has no table {heading}");
    let rows = lines.skip(1).map_while(|line| line.strip_prefix("| "));
    let cells = rows.map(|row| row.split(" |").next().unwrap());
    let quoted = |cell: &str| {
        let parts = cell.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    cells.flat_map(quoted).collect()
}

/// Returns the entries of a folder, without what git ignores.
fn entries(folder: &str) -> Vec<String> {
    let folder = root().join(folder);
    let mut walk = ignore::WalkBuilder::new(&folder);
    walk.hidden(false).parents(false).require_git(false);
    let entries = walk.max_depth(Some(1)).build().map(Result::unwrap);
    let entries = entries.filter(|entry| entry.depth() > 0 && entry.file_name() != ".git");
    let names = entries.map(|entry| entry.file_name().to_str().unwrap().to_owned());
    names.collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn contributing_names_everything_at_the_top_and_every_script() {
    let top = named("CONTRIBUTING.md", "at the top");
    assert_eq!(sorted(top), sorted(entries("")));
    let scripts = named("CONTRIBUTING.md", "in `.ci`");
    assert_eq!(sorted(scripts), sorted(entries(".ci")));
}

#[test]
fn the_architecture_names_every_module_in_the_order_of_the_library() {
    let library = text("src/lib.rs");
    let modules = library.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    });
    let modules: Vec<String> = modules.chain(["lib", "main"].map(str::to_owned)).collect();
    assert_eq!(named("docs/architecture.md", "in `src`"), modules);
    let files = entries("src");
    let files = files.iter().filter_map(|name| name.strip_suffix(".rs"));
    let files: Vec<String> = files.map(str::to_owned).collect();
    assert_eq!(sorted(files), sorted(modules));
}

#[test]
fn links_in_documents_lead_somewhere() {
    let documents = ["", "docs", "tests/data"].into_iter().flat_map(|folder| {
        let names = entries(folder).into_iter();
        names.map(move |name| Path::new(folder).join(name))
    });
    let documents = documents.filter(|path| path.extension().is_some_and(|end| end == "md"));
    for document in documents {
        let text = text(document.to_str().unwrap());
        let folder = root().join(&document).parent().unwrap().to_owned();
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next());
        let files = links.map(|link| link.unwrap().split('#').next().unwrap());
        for file in files.filter(|file| !file.is_empty() && !file.contains(':')) {
            assert!(folder.join(file).exists(), "{}: {file}", document.display());
        }
    }
}

#[test]
fn paths_in_the_maps_exist() {
    for document in ["CONTRIBUTING.md", "docs/architecture.md"] {
        let text = text(document);
        let quoted = text.split('`').skip(1).step_by(2);
        let is_path = |path: &&str| {
            let folders = ["src/", "tests/", "rules/", "schemas/", "docs/", ".ci/"];
            let starts = folders.iter().any(|folder| path.starts_with(folder));
            starts && !path.contains(['<', '*', ' '])
        };
        for path in quoted.filter(is_path) {
            assert!(root().join(path).exists(), "{document}: {path}");
        }
    }
}

#[test]
fn the_workflow_and_the_documents_agree_with_the_scripts_and_the_manifest() {
    let workflow = text(".github/workflows/ci.yml");
    assert!(workflow.lines().any(|line| line.trim() == "run: .ci/run"));
    let manifest: toml::Table = toml::from_str(&text("Cargo.toml")).unwrap();
    let rust = manifest["package"]["rust-version"].as_str().unwrap();
    assert!(text("CONTRIBUTING.md").contains(&format!("Rust {rust} or newer")));
}

#[test]
fn one_command_rewrites_every_expectation() {
    let script = text(".ci/bless");
    let all = script.lines().find_map(|line| line.split_once("set -- "));
    let all: Vec<&str> = all.unwrap().1.split([' ', ';']).collect();
    let tests = entries("tests").into_iter();
    for name in tests.filter_map(|file| Some(file.strip_suffix(".rs")?.to_owned())) {
        let obeys = text(&format!("tests/{name}.rs")).contains("var_os(\"ETCD_UPLIFT_BLESS\")");
        assert!(
            !obeys || all.contains(&name.as_str()) || name == "map",
            "{name}"
        );
    }
}

#[test]
fn the_readme_names_every_surface() {
    let surfaces = etcd_uplift::surface::surfaces().map(|surface| surface.name.to_owned());
    assert_eq!(
        sorted(named("README.md", "surface")),
        sorted(surfaces.collect())
    );
}
