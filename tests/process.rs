//! `--process PID`: what a running process got.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A program that runs until its input ends, whatever its arguments are.
const STUB: &str = "use std::io::{Read, Write};
fn main() {
    std::io::stdout().write_all(b\"up\").unwrap();
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read(&mut [0]);
}";

/// A running stub; it ends with its input.
struct Stub(Child);

impl Stub {
    /// Starts the stub in `folder` as `name` with these arguments, and with these variables only.
    fn start(folder: &Path, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let program = folder.join("stub");
        if !program.exists() {
            fs::write(folder.join("stub.rs"), STUB).unwrap();
            let mut compiler = Command::new("rustc");
            let compiled = compiler.arg("stub.rs").current_dir(folder).status();
            assert!(compiled.unwrap().success());
        }
        let mut command = Command::new(&program);
        command.arg0(name).args(arguments).env_clear();
        command.envs(variables.iter().copied()).current_dir(folder);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Before it prints, /proc may still show the program that started it.
        let mut printed = [0; 2];
        child
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut printed)
            .unwrap();
        Self(child)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let id = self.0.id().to_string();
        run(&id, arguments)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn run(id: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"));
    command
        .args(arguments)
        .args(["--no-config", "--process", id]);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn arguments_variables_and_the_configuration_file_of_a_process_are_one_member() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    fs::create_dir(folder.join("conf")).unwrap();
    let file = folder.join("conf/etcd.yml");
    fs::write(&file, "name: a\nenable-v2: true\n").unwrap();
    let variables = [("TOKEN", "s3cret"), ("ETCD_SNAPSHOT_COUNT", "77")];
    let stub = Stub::start(
        &folder,
        "/bin/etcd",
        &["--config-file", "conf/etcd.yml"],
        &variables,
    );
    let shown = stub.run(&["show", "--to", "3.5", "--set"]);
    let shown = text(&shown.stdout);
    let id = stub.0.id();
    let file = format!("/proc/{id}/root{}", file.display());
    assert!(
        shown.contains(&format!("configuration file {file}")),
        "{shown}"
    );
    assert!(
        shown.contains(&format!("enable-v2  true  {file}:2")),
        "{shown}"
    );
    let dead = format!("ETCD_SNAPSHOT_COUNT=77 (/proc/{id}/environ:");
    assert!(shown.contains(&dead), "{shown}");
    assert_eq!(shown.matches(" at etcd ").count(), 1, "{shown}");
    let linted = stub.run(&["lint", "--to", "3.6", "--format", "json"]);
    let report = text(&linted.stdout);
    assert_eq!(linted.status.code(), Some(1));
    assert!(report.contains("enable-v2"), "{report}");
    assert!(!report.contains("s3cret") && !shown.contains("s3cret"));
}

#[test]
fn variables_that_no_etcd_reads_are_shown_by_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("A_TOKEN", "s3cret"),
        ("ETCD_DEBUG", "true"),
        ("ETCD_ROOT_PASSWORD", "s3cret"),
        ("ETCD_TYPO", "s3cret"),
    ];
    let stub = Stub::start(folder.path(), "etcd", &["--name=two words"], &variables);
    for format in [
        "text", "concise", "json", "sarif", "github", "gitlab", "junit",
    ] {
        let linted = stub.run(&["lint", "--to", "3.6", "--format", format]);
        let report = text(&linted.stdout) + &text(&linted.stderr);
        assert!(report.contains("ETCD_DEBUG"), "{format}: {report}");
        assert!(!report.contains("s3cret"), "{format}: {report}");
    }
    let shown = text(&stub.run(&["show", "--to", "3.4"]).stdout);
    assert!(
        shown.contains("two words") && shown.contains("debug"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn what_is_no_running_etcd_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |output: &Output, message: &str| {
        let error = text(&output.stderr);
        assert!(error.contains(message), "{error}");
        assert_eq!(output.status.code(), Some(2), "{error}");
    };
    let other = Stub::start(folder.path(), "patroni", &["--password=s3cret"], &[]);
    let output = other.run(&["show", "--to", "3.6"]);
    refused(&output, "it runs patroni, which is no etcd server");
    assert!(!text(&output.stderr).contains("s3cret"));
    let odd = Stub::start(folder.path(), "a\u{1b}[31mb", &[], &[]);
    let output = odd.run(&["lint", "--to", "3.6"]);
    refused(&output, "no etcd server");
    assert!(!text(&output.stderr).contains('\u{1b}'));
    let lost = Stub::start(
        folder.path(),
        "etcd",
        &["--config-file=/none/etcd.yml"],
        &[],
    );
    let output = lost.run(&["lint", "--to", "3.6"]);
    refused(&output, "/none/etcd.yml below /proc/");
    refused(
        &run("4294967295", &["show", "--to", "3.6"]),
        "no such process",
    );
}
