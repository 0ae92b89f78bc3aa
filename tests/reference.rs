//! Compares the pages in `docs` with the facts and the advice they are generated from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashSet;
use std::path::Path;

use etcd_uplift::check::Knowledge;
use etcd_uplift::manual::{derived, options_page, rules_page};

/// Compares a page with its file, or writes it if `ETCD_UPLIFT_BLESS` is set (`.ci/bless`).
fn hold(file: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("ETCD_UPLIFT_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "{file} is not what rules/ says; run .ci/bless reference"
    );
}

/// Checks that every link inside a page or to the other one leads to a heading.
fn check_links(page: &str, other: &str, other_name: &str) {
    let headings = |text: &str| -> HashSet<String> {
        let lines = text.lines();
        let headings = lines.filter_map(|line| line.strip_prefix("### "));
        // The anchors that GitHub makes of headings: letters, digits, `-` and `_` stay.
        let stays = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
        headings
            .map(|heading| heading.chars().filter(stays).collect())
            .collect()
    };
    let (here, there) = (headings(page), headings(other));
    let mut links = 0;
    for part in page.split("](").skip(1) {
        let target = part.split(')').next().unwrap();
        if let Some(anchor) = target.strip_prefix('#') {
            assert!(here.contains(anchor), "{anchor}");
            links += 1;
        } else if let Some(anchor) = target.strip_prefix(&format!("{other_name}#")) {
            assert!(there.contains(anchor), "{anchor}");
            links += 1;
        }
    }
    assert!(links > 40, "{links}");
}

#[test]
fn the_pages_agree_with_the_facts_and_the_rules() {
    let knowledge = Knowledge::built_in().unwrap();
    let rules = rules_page::page(&knowledge, &derived::all().unwrap());
    let options = options_page::page(&knowledge);
    check_links(&rules, &options, "options.md");
    check_links(&options, &rules, "rules.md");
    hold("docs/rules.md", &rules);
    hold("docs/options.md", &options);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```text\n").skip(1);
    let blocks: Vec<&str> = blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(
        blocks.len() >= 2,
        "the README shows a finding and the first lines"
    );
    let printed: String = [["3.2", "3.6"], ["3.5.10", "3.6"]]
        .map(|[from, to]| {
            let run = std::process::Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
                .args(["lint", "examples/cluster-3.2", "--from", from, "--to", to])
                .current_dir(root)
                .output()
                .unwrap();
            String::from_utf8(run.stdout).unwrap()
        })
        .concat();
    for block in blocks {
        assert!(printed.contains(block), "not printed:\n{block}");
    }
}
