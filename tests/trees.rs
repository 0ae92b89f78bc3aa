//! Trees contain more than files with decent names: what is no file is never opened, and no name controls a terminal or
//! CI.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "writing/ordinary_user.rs"]
mod ordinary_user;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};

const FILE: &str = "name: a\nlog-output: stdout\n";

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(["lint", "--to", "3.5"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn what_is_no_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("below")).unwrap();
    fs::write(path("below/etcd.yml"), FILE).unwrap();
    // Opening a pipe would wait for a writer that never comes.
    assert!(
        Command::new("mkfifo")
            .arg(path("pipe.yml"))
            .status()
            .unwrap()
            .success()
    );
    let _socket = UnixListener::bind(path("socket.yml")).unwrap();
    symlink("..", path("below/loop")).unwrap();
    symlink("nowhere", path("dangling.yml")).unwrap();
    let output = lint(folder.path(), &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    let output = lint(
        folder.path(),
        &[
            "--format",
            "concise",
            "pipe.yml",
            "socket.yml",
            "dangling.yml",
            "/dev/zero",
        ],
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text.matches("is neither a file nor a folder and is not opened")
            .count(),
        3,
        "{text}"
    );
    assert!(
        text.contains("dangling.yml: error: no such file or folder"),
        "{text}"
    );
}

#[test]
fn names_are_shown_and_steer_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let names: [&[u8]; 4] = [
        b"::error::x.yml",
        b"new\nline.yml",
        b"red\x1b[31m.yml",
        b"no\xffutf8.yml",
    ];
    for name in names {
        fs::write(folder.path().join(OsStr::from_bytes(name)), FILE).unwrap();
    }
    for format in ["text", "concise", "json"] {
        let output = lint(folder.path(), &["--format", format, "-v", "."]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).unwrap();
            assert!(!text.contains('\x1b'), "{format}: {text}");
            for line in text.lines() {
                assert!(
                    !line.starts_with("::") && !line.starts_with("line.yml"),
                    "{format}: {line}"
                );
            }
        }
    }
}

#[test]
fn a_text_in_two_bytes_a_letter_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let utf16 = |text: &str| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    fs::write(folder.path().join("etcd.yml"), utf16(FILE)).unwrap();
    fs::write(
        folder.path().join("other.txt"),
        utf16("nothing of interest\n"),
    )
    .unwrap();
    let output = lint(folder.path(), &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text,
        "etcd.yml: error: is UTF-16; etcd reads UTF-8, convert the file first\n"
    );
}

#[test]
fn examples_in_documents_are_nobodys_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# Running etcd\n\n```ini\n[Service]\nExecStart=/usr/bin/etcd --ca-file=/x\n```\n";
    fs::write(folder.path().join("README.md"), text).unwrap();
    let output = lint(
        folder.path(),
        &["--format", "concise", "-v", "--allow-empty", "."],
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(
        printed.contains("README.md: not etcd configuration: a document with examples"),
        "{printed}"
    );
    let output = lint(folder.path(), &["--format", "concise", "README.md"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("README.md:5:25: error[ca-file-gone]"),
        "{text}"
    );
}

#[test]
fn a_file_that_a_fix_leaves_little_of_is_fixed_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yml");
    fs::write(&path, "name: a\nexperimental-initial-corrupt-check: true\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(["fix", "--write", "--from", "3.6", "--to", "3.7", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text, "name: a\nfeature-gates: InitialCorruptCheck=true\n",
        "{printed}"
    );
}

#[test]
fn a_file_that_several_paths_lead_to_is_linted_and_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.yml");
    fs::write(&path, FILE).unwrap();
    symlink("etcd.yml", folder.path().join("link.yml")).unwrap();
    let paths = ["etcd.yml", "./etcd.yml", "link.yml", "."];
    let output = lint(
        folder.path(),
        &[&["--format", "concise"], &paths[..]].concat(),
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(["fix", "--write", "--from", "3.3", "--to", "3.5"])
        .args(paths)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.matches("1 fixed").count(), 1, "{printed}");
}

#[test]
fn a_folder_that_may_not_be_read_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(folder.path().join("etcd.yml"), FILE).unwrap();
    fs::write(closed.join("etcd.yml"), FILE).unwrap();
    fs::write(folder.path().join("closed.yml"), FILE).unwrap();
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&closed, 0o000);
    mode(&folder.path().join("closed.yml"), 0o000);
    let arguments = ["lint", "--to", "3.5", "--format", "concise", "."];
    let output = ordinary_user::run(folder.path(), &arguments);
    mode(&closed, 0o755);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[0].starts_with("closed.yml: error: permission denied"),
        "{text}"
    );
    assert!(lines[1].starts_with("etcd.yml:2:1: error["), "{text}");
    assert!(
        lines[2].starts_with("closed: error: permission denied"),
        "{text}"
    );
}

#[test]
fn names_that_differ_by_case_are_two_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["etcd.yml", "ETCD.yml"] {
        fs::write(folder.path().join(name), FILE).unwrap();
    }
    let files = fs::read_dir(folder.path()).unwrap().count();
    let output = lint(folder.path(), &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    // On a file system that ignores case.
    assert_eq!(text.lines().count(), files, "{text}");
}

#[test]
fn a_link_to_a_file_outside_is_linted_and_written_only_if_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    let outside = folder.path().join("outside.yml");
    fs::write(&outside, FILE).unwrap();
    symlink("../outside.yml", tree.join("etcd.yml")).unwrap();
    let output = lint(&tree, &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("etcd.yml:2:1: error["), "{text}");
    let fix = |path: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
            .args(["fix", "--write", "--from", "3.4", "--to", "3.5", path])
            .current_dir(&tree)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = fix(".");
    assert!(
        printed.contains("is a link to a file outside the folder"),
        "{printed}"
    );
    assert_eq!(fs::read_to_string(&outside).unwrap(), FILE);
    let printed = fix("etcd.yml");
    assert!(printed.contains("etcd.yml: 1 fixed"), "{printed}");
    assert!(
        fs::symlink_metadata(tree.join("etcd.yml"))
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn a_large_file_is_a_row_only_where_it_is_a_text_about_etcd() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("etcd.yml"), FILE).unwrap();
    let image = fs::File::create(folder.path().join("etcd.img")).unwrap();
    image.set_len(70 * 1024 * 1024).unwrap();
    let line = "nothing of interest here at all\n";
    let log = line.repeat(70 * 1024 * 1024 / line.len());
    fs::write(folder.path().join("other.log"), &log).unwrap();
    let output = lint(folder.path(), &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (text.lines().count(), output.status.code()),
        (1, Some(1)),
        "{text}"
    );
    fs::write(
        folder.path().join("other.log"),
        log + "etcd --enable-v2=true\n",
    )
    .unwrap();
    let output = lint(folder.path(), &["--format", "concise", "."]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("other.log: error: is larger than 64 MiB"),
        "{text}"
    );
}

#[test]
fn a_named_file_of_another_program_is_not_taken_for_etcd_s() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "package.json",
            "{\"name\": \"pkg\", \"version\": \"1.0\"}\n",
        ),
        ("etcd-ci.yml", "name: CI\non: push\njobs: {}\n"),
        ("etcd-alerts.yml", "groups: []\n"),
        ("Chart.yaml", "name: etcd\nversion: 1.0.0\n"),
        ("app.yaml", "name: billing\ndebug: true\nlog-level: info\n"),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
        let output = lint(
            folder.path(),
            &["--format", "concise", "--from", "3.3", name],
        );
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{name}");
    }
    fs::write(folder.path().join("etcd-1.yml"), "name: a\ndebug: true\n").unwrap();
    let output = lint(folder.path(), &["--format", "concise", "etcd-1.yml"]);
    assert_eq!(output.status.code(), Some(1));
}

/// Runs `fix --write` on a folder with these files; returns what it prints, and the files' content then.
fn fixed(files: &[(&str, &str)], upgrade: [&str; 2]) -> (String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let [from, to] = upgrade;
    let output = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args([
            "fix",
            "--write",
            "--no-config",
            "--from",
            from,
            "--to",
            to,
            ".",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let texts = files.iter();
    let texts = texts.map(|(name, _)| fs::read_to_string(folder.path().join(name)).unwrap());
    (String::from_utf8(printed).unwrap(), texts.collect())
}

#[test]
fn what_another_file_of_the_tree_uses_or_sets_is_left_alone() {
    let units = "etc/systemd/system/etcd.service";
    let trees: [&[(&str, &str)]; 5] = [
        // The unit expands the variable.
        &[
            ("etc/etcd.env", "ETCD_CA_FILE=/ca.crt\n"),
            (
                units,
                "[Service]\nEnvironmentFile=/etc/etcd.env\nExecStart=/usr/bin/etcd --name=a --trusted-ca-file=${ETCD_CA_FILE}\n",
            ),
        ],
        // The variable would take effect beside the flag.
        &[
            ("etc/etcd.env", "ETCD_CA_FILE=/other.crt\n"),
            (
                units,
                "[Service]\nEnvironmentFile=/etc/etcd.env\nExecStart=/usr/bin/etcd --ca-file=/ca.crt\n",
            ),
        ],
        // The drop-in decides whether certificates are required.
        &[
            (
                "usr/lib/systemd/system/etcd.service",
                "[Service]\nExecStart=/usr/bin/etcd --name=a --ca-file=/ca.crt\n",
            ),
            (
                "etc/systemd/system/etcd.service.d/tls.conf",
                "[Service]\nEnvironment=ETCD_CLIENT_CERT_AUTH=false\n",
            ),
        ],
        &[
            (
                "compose.yaml",
                "services:\n  etcd:\n    image: quay.io/coreos/etcd:v3.2.32\n    environment:\n      ETCD_CA_FILE: /ca.crt\n",
            ),
            (
                "compose.override.yaml",
                "services:\n  etcd:\n    environment:\n      ETCD_CLIENT_CERT_AUTH: \"false\"\n",
            ),
        ],
        &[
            ("etcd.env", "ETCD_NAME=a\nETCD_CA_FILE=/ca.crt\n"),
            (
                "health.sh",
                "#!/bin/sh\ncurl --cacert \"$ETCD_CA_FILE\" https://localhost:2379/health\n",
            ),
        ],
    ];
    for files in trees {
        let (printed, texts) = fixed(files, ["3.2", "3.3"]);
        for ((name, before), after) in files.iter().zip(texts) {
            assert_eq!(after, *before, "{name}: {printed}");
        }
        assert!(printed.contains("ca-file-gone"), "{printed}");
    }
}
