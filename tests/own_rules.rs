//! Where an organisation's own rules are found.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[cfg(unix)]
#[path = "writing/ordinary_user.rs"]
mod ordinary_user;

/// Returns what the tool prints, and its exit status.
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
        // It suppresses the other one.
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
    // A name with that ending that is no file.
    fs::remove_file(folder.path().join("none/a.toml")).unwrap();
    fs::create_dir(folder.path().join("none/b.toml")).unwrap();
    let (_, err, status) = run(folder.path(), &["lint"]);
    assert_eq!(status, 2, "{err}");
    assert!(
        err.starts_with("error: none: contains no file of rules"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_of_rules_is_read_in_order_and_links_lead_nowhere_else() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    let rule = |id: &str| {
        format!(
            "[[rule]]\nid = '{id}'\ntitle = 'a'\nimpact = 'none'\ncheck = 'policy'\nif-set = ['proxy']\nwhy = 'a'\ninstead = 'a'\n"
        )
    };
    fs::create_dir(&rules).unwrap();
    fs::create_dir(rules.join("inner.toml")).unwrap();
    fs::write(rules.join("inner.toml/not-read.toml"), "nothing").unwrap();
    fs::write(folder.path().join("mounted"), rule("house-mounted")).unwrap();
    fs::write(
        folder.path().join("etcd.env"),
        "ETCD_NAME=a\nETCD_PROXY=off\n",
    )
    .unwrap();
    symlink("../mounted", rules.join("linked.toml")).unwrap();
    symlink("../rules", rules.join("again.toml")).unwrap();
    symlink("itself.toml", rules.join("itself.toml")).unwrap();
    symlink("nowhere", rules.join("gone.toml")).unwrap();
    symlink("rules", folder.path().join("also")).unwrap();
    for named in ["rules", "rules/", "also"] {
        let arguments = ["lint", "--to=3.5", "--format=concise", "--rules", named];
        let (out, err, status) = run(folder.path(), &arguments);
        assert_eq!(status, 1, "{named}: {err}");
        assert_eq!(out.matches("house-mounted").count(), 1, "{named}: {out}");
    }
    // The second of two in order of name is the duplicate, whichever was written first.
    fs::write(rules.join("z.toml"), rule("house-twice")).unwrap();
    fs::write(rules.join("B.toml"), rule("house-twice")).unwrap();
    fs::write(rules.join("a.toml"), rule("house-first")).unwrap();
    let (_, err, status) = run(folder.path(), &["lint", "--rules", "rules"]);
    assert_eq!(status, 2, "{err}");
    assert!(
        err.starts_with("error: rules/z.toml:2:6: there are two rules"),
        "{err}"
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_folder_that_can_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("etcd.env"), "ETCD_NAME=a\n").unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("a.toml"), "nothing").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    for (named, why) in [
        ("none", "No such file or directory"),
        ("etcd.env", "Not a directory"),
        ("closed", "Permission denied"),
    ] {
        let output = ordinary_user::run(folder.path(), &["lint", "--rules", named]);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{named}: {err}");
        let expected = format!("error: {named}: the folder cannot be read: {why}");
        assert!(err.starts_with(&expected), "{err}");
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}
