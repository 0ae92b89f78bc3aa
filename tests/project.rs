//! The options of a project: `etcd-uplift.toml`, suppression comments, a baseline.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use etcd_uplift::facts::catalogue::Catalogue;

const FILE: &str = "name: a\nlog-output: stdout\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Returns the rows of a concise report, and the exit status.
fn lint(folder: &Path, arguments: &[&str]) -> (Vec<String>, Option<i32>) {
    let output = run(
        folder,
        &[&["lint", "--format", "concise"], arguments].concat(),
    );
    let rows = String::from_utf8(output.stdout).unwrap();
    (
        rows.lines().map(str::to_owned).collect(),
        output.status.code(),
    )
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_nearest_configuration_counts_and_what_is_typed_counts_more() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(
        folder,
        "etcd-uplift.toml",
        "from = '3.3'\nto = '3.3'\n[per-file.'new/*.yml']\nto = '3.5'\n",
    );
    write(folder, "a.yml", FILE);
    write(folder, "new/a.yml", FILE);
    write(folder, "other/a.yml", FILE);
    write(
        folder,
        "other/etcd-uplift.toml",
        "to = '3.4'\nfail-on = 'never'\n",
    );
    let (rows, status) = lint(folder, &["--fail-on", "error"]);
    let concerned = |rows: &[String]| {
        let rows = rows
            .iter()
            .filter(|row| row.contains("[log-output-renamed]"));
        rows.map(|row| row.split(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(concerned(&rows), ["new/a.yml", "other/a.yml"]);
    assert_eq!(status, Some(1));
    let (rows, status) = lint(folder, &["other"]);
    assert_eq!((concerned(&rows).len(), status), (1, Some(0)));
    let (rows, _) = lint(folder, &["--to", "3.5"]);
    assert_eq!(concerned(&rows).len(), 3);
    let (rows, _) = lint(folder, &["--no-config", "--to", "3.3"]);
    assert!(rows.is_empty(), "{rows:?}");
    let (rows, _) = lint(folder, &["--config", "other/etcd-uplift.toml"]);
    assert_eq!(concerned(&rows).len(), 3);
}

#[test]
fn what_is_excluded_is_not_looked_at_unless_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(
        folder,
        "etcd-uplift.toml",
        "to = '3.5'\nexclude = ['old']\nignore = ['option-unknown']\n",
    );
    write(folder, "old/a.yml", FILE);
    write(
        folder,
        "b.yml",
        "name: b\nlog-outptu: x\ndata-dir: /x\nsnapshot-count: 5\n",
    );
    assert_eq!(lint(folder, &[]), (vec![], Some(0)));
    let (rows, status) = lint(folder, &["old/a.yml"]);
    assert_eq!((rows.len(), status), (1, Some(1)));
    let named = ["--force-exclude", "--allow-empty", "old/a.yml"];
    assert_eq!(lint(folder, &named), (vec![], Some(0)));
    let fixed = run(
        folder,
        &[
            "fix",
            "--write",
            "--force-exclude",
            "--allow-empty",
            "old/a.yml",
        ],
    );
    assert_eq!(fixed.status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.join("old/a.yml")).unwrap(), FILE);
}

#[test]
fn an_invalid_configuration_stops_the_run_and_names_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "a.yml", FILE);
    write(folder, "etcd-uplift.toml", "to = '3.5'\nignroe = []\n");
    for command in [["lint", "."], ["fix", "."]] {
        let output = run(folder, &command);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.contains("etcd-uplift.toml:2:1: unknown field `ignroe`"),
            "{message}"
        );
    }
}

#[test]
fn nothing_is_written_for_a_release_that_nobody_chose() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = "ETCD_NAME=a\nETCD_CA_FILE=/a\n";
    write(
        folder,
        "its own/etcd-uplift.toml",
        "from = '3.3'\nto = '3.4'\n",
    );
    write(folder, "its own/etcd.env", text);
    write(folder, "etcd.env", text);
    let fix = |arguments: &[&str]| {
        let output = run(folder, &[&["fix", "--write"], arguments].concat());
        let message = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (message, output.status.code())
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let newest = Catalogue::built_in().unwrap().newest().line().to_string();
    for (arguments, command) in [
        (
            &[][..],
            "`etcd-uplift fix --to NEWEST --write .`, with --from",
        ),
        (
            &["."],
            "`etcd-uplift fix --to NEWEST --write .`, with --from",
        ),
        (
            &["--from", "3.3", "--unsafe", "its own", "etcd.env"],
            "`etcd-uplift fix --from 3.3 --to NEWEST --write --unsafe 'its own' etcd.env`, or set `to`",
        ),
    ] {
        let (message, status) = fix(arguments);
        let command = command.replace("NEWEST", &newest);
        assert_eq!(status, Some(2), "{message}");
        assert!(message.contains(&command), "{message}");
        assert_eq!([read("etcd.env"), read("its own/etcd.env")], [text, text]);
    }
    // Only the file that has a target of its own is written.
    let (message, _) = fix(&["its own"]);
    assert!(
        read("its own/etcd.env").contains("TRUSTED_CA_FILE"),
        "{message}"
    );
    assert_eq!(read("etcd.env"), text);
    let (message, _) = fix(&["--from", "3.3", "--to", "3.4", "etcd.env"]);
    assert!(read("etcd.env").contains("TRUSTED_CA_FILE"), "{message}");
}

#[test]
fn a_baseline_knows_findings_wherever_their_lines_go() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "a.yml", FILE);
    let upgrade = ["--to", "3.5"];
    let (rows, status) = lint(
        folder,
        &[&upgrade[..], &["--write-baseline", "known.json"]].concat(),
    );
    assert_eq!((rows.len(), status), (0, Some(0)));
    write(
        folder,
        "a.yml",
        "# moved\n\nname: a\ndebug: true\nlog-output: stderr\n",
    );
    let (rows, status) = lint(
        folder,
        &[&upgrade[..], &["--baseline", "known.json"]].concat(),
    );
    assert_eq!((rows.len(), status), (1, Some(1)), "{rows:?}");
    assert!(rows[0].contains("log-options-of-capnslog-gone"), "{rows:?}");
    // From another folder, of the same repository, the same file.
    fs::create_dir(folder.join(".git")).unwrap();
    fs::create_dir(folder.join("below")).unwrap();
    let below = ["--to", "3.5", "--baseline", "../known.json", "../a.yml"];
    assert_eq!(lint(&folder.join("below"), &below).0.len(), 1);
    write(folder, "known.json", "{\"version\": 2, \"findings\": []}");
    let (_, status) = lint(
        folder,
        &[&upgrade[..], &["--baseline", "known.json"]].concat(),
    );
    assert_eq!(status, Some(2));
}

#[test]
fn comments_are_added_above_what_makes_the_run_fail_and_nothing_else_changes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut inputs = Vec::new();
    for entry in ignore::Walk::new(&fixtures) {
        let path = entry.unwrap().into_path();
        let name = path.to_string_lossy();
        let is_input = path.is_file()
            && !name.ends_with("arguments")
            && !name.ends_with(".fixed")
            && !name.ends_with(".report")
            && path.parent() != Some(&fixtures);
        let has_comments = |path| {
            fs::read_to_string(path)
                .unwrap()
                .contains("etcd-uplift: ignore")
        };
        if is_input && !has_comments(&path) {
            let below = path.strip_prefix(&fixtures).unwrap().to_path_buf();
            write(
                folder,
                below.to_str().unwrap(),
                &fs::read_to_string(&path).unwrap(),
            );
            inputs.push(below);
        }
    }
    let upgrade = ["--from", "3.3", "--to", "3.6", "."];
    let (rows, _) = lint(folder, &[&["--add-ignore", "known"], &upgrade[..]].concat());
    let no_place: Vec<&str> = rows
        .iter()
        .filter_map(|row| {
            let refused = [": error: comments above", ": error: shows what runs"];
            refused.iter().find_map(|why| row.split_once(why))
        })
        .map(|(path, _)| path)
        .collect();
    let mut annotated = 0;
    for input in &inputs {
        let old = fs::read_to_string(fixtures.join(input)).unwrap();
        let new = fs::read_to_string(folder.join(input)).unwrap();
        let kept = |line: &&str| !line.contains("# etcd-uplift: ignore");
        let rest: Vec<&str> = new.split('\n').filter(kept).collect();
        let is_refused = no_place.contains(&input.to_str().unwrap());
        annotated += usize::from(old != new);
        assert!(!is_refused || old == new, "{}", input.display());
        let plain = |text: &str| text.trim_matches(['\u{feff}', '\r', '\n']).to_owned();
        assert_eq!(plain(&rest.join("\n")), plain(&old), "{}", input.display());
    }
    assert!(annotated > 300, "{annotated} of {}", inputs.len());
    let (rows, _) = lint(folder, &upgrade);
    for row in rows.iter().filter(|row| !row.contains(": note[")) {
        let is_refused = no_place.iter().any(|path| row.starts_with(path));
        assert!(is_refused || row.contains(": error: "), "{row}");
    }
    println!(
        "{annotated} annotated, {} without a place for a comment, of {}",
        no_place.len(),
        inputs.len()
    );
}
