//! Files are replaced whole or not at all, whatever happens to the run.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(
    clippy::print_stdout,
    reason = "says what was tried, and what is skipped"
)]

#[path = "writing/ordinary_user.rs"]
mod ordinary_user;

use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{fs, thread};

const OLD: &str = "name: a\nlog-output: stdout # kept\n";
const NEW: &str = "name: a\nlog-outputs: [stdout] # kept\n";

const FIX: [&str; 7] = ["fix", "--write", "--from", "3.3", "--to", "3.5", "."];

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"));
    command.args(FIX).current_dir(folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path) -> Output {
    fix(folder).output().unwrap()
}

fn message(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// Prints what was not tried to standard error directly: the test runner hides what passing tests print.
fn skipped(what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

#[test]
fn a_killed_run_leaves_every_file_old_or_new() {
    const RUNS: u32 = 200;
    const FILES: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let path = |index: usize| folder.path().join(format!("etcd-{index}.yml"));
    // The time of a whole run decides when to kill.
    (0..FILES).for_each(|index| fs::write(path(index), OLD).unwrap());
    let start = std::time::Instant::now();
    run(folder.path());
    let whole = start.elapsed();
    let (mut untouched, mut between, mut done) = (0, 0, 0);
    for round in 0..RUNS {
        (0..FILES).for_each(|index| fs::write(path(index), OLD).unwrap());
        let mut child = fix(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(whole * round * 3 / (RUNS * 2));
        // It may have ended already.
        let _ = child.kill();
        child.wait().unwrap();
        let new = (0..FILES)
            .filter(|&index| match fs::read_to_string(path(index)).unwrap() {
                text if text == NEW => true,
                text if text == OLD => false,
                other => panic!("half a file: {other:?}"),
            })
            .count();
        match new {
            0 => untouched += 1,
            FILES => done += 1,
            _ => between += 1,
        }
    }
    println!(
        "{RUNS} runs killed: {untouched} had written nothing, {between} some files, {done} all"
    );
    // Files left by killed runs are not read as configuration.
    run(folder.path());
    for index in 0..FILES {
        assert_eq!(fs::read_to_string(path(index)).unwrap(), NEW);
    }
}

#[test]
fn mode_links_and_attributes_stay() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.yml");
    let link = folder.path().join("etcd.yml");
    fs::write(&real, OLD).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.yml", &link).unwrap();
    let has_attributes = xattr::set(&real, "user.origin", b"site").is_ok();
    let output = run(folder.path());
    assert_eq!(
        fs::read_to_string(&real).unwrap(),
        NEW,
        "{}",
        message(&output)
    );
    assert_eq!(fs::metadata(&real).unwrap().mode() & 0o7777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    if has_attributes {
        let kept = xattr::get(&real, "user.origin").unwrap();
        assert_eq!(kept.as_deref(), Some(b"site".as_slice()));
    } else {
        skipped("extended attributes (this file system has none)");
    }
}

#[test]
fn a_link_that_is_named_leads_to_the_file_that_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real.yml");
    let link = folder.path().join("etcd.yml");
    fs::write(&real, OLD).unwrap();
    symlink("real.yml", &link).unwrap();
    let output = fix(folder.path()).arg("etcd.yml").output().unwrap();
    assert_eq!(
        fs::read_to_string(&real).unwrap(),
        NEW,
        "{}",
        message(&output)
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_file_with_another_name_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("one.yml");
    let other = folder.path().join("other.txt");
    fs::write(&one, OLD).unwrap();
    fs::hard_link(&one, &other).unwrap();
    let output = run(folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        message(&output).contains("one.yml: error: the file has 2 hard links"),
        "{}",
        message(&output)
    );
    assert_eq!(fs::read_to_string(&one).unwrap(), OLD);
    assert_eq!(fs::read_to_string(&other).unwrap(), OLD);
}

#[test]
fn what_cannot_be_written_is_reported_and_the_rest_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    for path in ["a.yml", "read-only.yml", "z.yml", "locked/b.yml"] {
        fs::write(folder.path().join(path), OLD).unwrap();
    }
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let read_only = folder.path().join("read-only.yml");
    mode(&read_only, 0o444);
    mode(&locked, 0o555);
    let output = ordinary_user::run(folder.path(), &FIX);
    mode(&locked, 0o755);
    let text = message(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("a.yml: 1 fixed"), "{text}");
    assert!(text.contains("z.yml: 1 fixed"), "{text}");
    assert!(
        text.contains("read-only.yml: error: the file is read-only"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(&read_only).unwrap(), OLD);
    assert!(text.contains("b.yml: error: cannot write"), "{text}");
    assert_eq!(fs::read_to_string(locked.join("b.yml")).unwrap(), OLD);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        4,
        "nothing is left behind"
    );
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.yml");
    let big = format!("{OLD}# {}\n", "x".repeat(64 * 1024));
    fs::write(&path, &big).unwrap();
    // No process below this shell may write more than 16 blocks of 512 or 1024 bytes to a file.
    let output = Command::new("sh")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 16; exec \"$0\" fix --write --from 3.3 --to 3.5 .")
        .arg(env!("CARGO_BIN_EXE_etcd-uplift"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", message(&output));
    assert!(
        message(&output).contains("etcd.yml: error: cannot write"),
        "{}",
        message(&output)
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), big);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_immutable_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.yml");
    fs::write(&path, OLD).unwrap();
    fs::write(folder.path().join("z.yml"), OLD).unwrap();
    let attribute = |change: &str| {
        let mut command = Command::new("chattr");
        command.arg(change).arg(&path).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !attribute("+i") {
        skipped("an immutable file (chattr +i needs root and a file system that knows it)");
        return;
    }
    let output = run(folder.path());
    assert!(attribute("-i"));
    let text = message(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("etcd.yml: error: cannot write"), "{text}");
    assert!(text.contains("z.yml: 1 fixed"), "{text}");
    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn every_file_is_written_although_nobody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let path = |index: usize| folder.path().join(format!("etcd-{index}.yml"));
    let all = |text: &str| (0..20).all(|index| fs::read_to_string(path(index)).unwrap() == text);
    for (out, status) in [("/dev/full", 2), ("closed pipe", 0)] {
        (0..20).for_each(|index| fs::write(path(index), OLD).unwrap());
        let mut command = fix(folder.path());
        command.stderr(Stdio::piped());
        let output = if out == "/dev/full" {
            command.stdout(fs::File::options().write(true).open(out).unwrap());
            command.output().unwrap()
        } else {
            let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
            drop(child.stdout.take());
            child.wait_with_output().unwrap()
        };
        let message = message(&output);
        assert_eq!(output.status.code(), Some(status), "{out}: {message}");
        assert!(all(NEW), "{out}: {message}");
        assert_eq!(
            message.matches("1 fixed").count(),
            if status == 2 { 20 } else { 0 },
            "{message}"
        );
    }
}

/// Named user 1000 may read: what files made in the folder inherit.
const INHERITED: &[u8] = &[
    2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 6, 0, 232, 3, 0, 0, 4, 0, 5, 0, 255, 255,
    255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255,
];

#[test]
fn a_file_inherits_no_access_list_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.yml");
    fs::write(&path, OLD).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    if xattr::set(folder.path(), "system.posix_acl_default", INHERITED).is_err() {
        skipped("access lists (this file system has none)");
        return;
    }
    let output = run(folder.path());
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        NEW,
        "{}",
        message(&output)
    );
    assert_eq!(xattr::get(&path, "system.posix_acl_access").unwrap(), None);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
}

#[test]
fn a_file_that_changes_meanwhile_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("etcd.yml");
    fs::write(&path, "changed meanwhile").unwrap();
    let result = etcd_uplift::project::write::replace(&path, OLD.as_bytes(), NEW.as_bytes());
    assert!(matches!(
        result,
        Err(etcd_uplift::project::write::WriteError::Changed)
    ));
    assert_eq!(fs::read_to_string(&path).unwrap(), "changed meanwhile");
    fs::remove_file(&path).unwrap();
    let result = etcd_uplift::project::write::replace(&path, OLD.as_bytes(), NEW.as_bytes());
    assert!(matches!(
        result,
        Err(etcd_uplift::project::write::WriteError::Io(_))
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
