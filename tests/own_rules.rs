//! Where rules of one's own come from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the tool prints, and its exit status.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
        output.status.code().unwrap(),
    )
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/custom-rules")
}

const RULE: &str = "house-clients-show-certificates";

#[test]
fn the_configuration_found_upwards_names_them() {
    for (below, file) in [(".", "etcd.conf.yml"), ("failing", "../etcd.conf.yml")] {
        let below = folder().join(below);
        let (out, err, _) = run(&below, &["lint", file, "--format", "concise"]);
        assert!(out.contains(RULE), "{out}{err}");
        // It silences the other one.
        assert!(!out.contains("house-tokens-are-signed"), "{out}");
        let (out, err, _) = run(
            &below,
            &["lint", file, "--format", "concise", "--no-config"],
        );
        assert!(!out.contains(RULE), "{out}{err}");
        let (out, _, status) = run(&below, &["explain", RULE]);
        assert_eq!(status, 0, "{out}");
        let (out, _, _) = run(&below, &["rules"]);
        assert!(out.contains(RULE), "{out}");
        let command = "etcd --name a --data-dir /var/lib/etcd";
        let (out, err, _) = run(&below, &["lint", "--command", command]);
        assert!(out.contains(RULE), "{out}{err}");
    }
}

#[test]
fn a_folder_named_twice_is_read_once() {
    let arguments = ["lint", "etcd.conf.yml", "--format=concise", "--rules=rules"];
    let mut twice = arguments.to_vec();
    twice.push("--rules=./failing/../rules");
    let (out, err, status) = run(&folder(), &twice);
    assert_eq!(status, 1, "{err}");
    assert_eq!(out.matches(RULE).count(), 1, "{out}");
}

#[test]
fn rules_that_cannot_be_read_stop_everything() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    write("etcd.env", b"ETCD_NAME=a\nETCD_PROXY=off\n");
    write("etcd-uplift.toml", b"rules = [\n  'none',\n]\n");
    for command in [&["lint"][..], &["fix"], &["rules"], &["explain", RULE]] {
        let (out, err, status) = run(folder.path(), command);
        assert_eq!((out.as_str(), status), ("", 2), "{command:?}: {err}");
        assert!(
            err.contains("etcd-uplift.toml:2:3: there is no folder"),
            "{err}"
        );
    }
    fs::create_dir(folder.path().join("none")).unwrap();
    write("none/a.toml", b"\xff");
    let (_, err, status) = run(folder.path(), &["lint"]);
    assert_eq!(status, 2, "{err}");
    assert!(err.starts_with("error: none/a.toml: "), "{err}");
    // A name that ends so and is no file.
    fs::remove_file(folder.path().join("none/a.toml")).unwrap();
    fs::create_dir(folder.path().join("none/b.toml")).unwrap();
    let (_, err, status) = run(folder.path(), &["lint"]);
    assert_eq!(status, 2, "{err}");
    assert!(
        err.starts_with("error: none: holds no file of rules"),
        "{err}"
    );
}
