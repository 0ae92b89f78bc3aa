//! Runs the tool as a user with ordinary permissions: root may read and write everywhere.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use walkdir::WalkDir;

/// The user `nobody`, on most systems.
const USER: u32 = 65534;

/// Returns what the tool prints, run in a temporary folder by its owner; root gives the folder to another user first.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_etcd-uplift");
    let run = |command: &mut Command| {
        let command = command.args(arguments).current_dir(folder);
        command.output().expect("the tool can be run")
    };
    if !fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0) {
        return run(&mut Command::new(binary));
    }
    for entry in WalkDir::new(folder) {
        let entry = entry.expect("root may read every folder");
        chown(entry.path(), Some(USER), Some(USER)).expect("root may give files away");
    }
    // Other users may not be able to read the build's folder.
    let open = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(open.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let copy = open.path().join("etcd-uplift");
    // By a process of its own: a program that a parallel test starts meanwhile would inherit this one's open file, and
    // the system runs no file that is open for writing.
    let copied = Command::new("cp").arg(binary).arg(&copy).status();
    assert!(copied.expect("cp can be run").success());
    run(Command::new(copy).uid(USER).gid(USER))
}
