//! Where `.ci/install-etcd` put real servers, and the line that tests print where there are none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder that holds one folder for each server.
pub(crate) fn folder() -> PathBuf {
    match std::env::var_os("ETCD_UPLIFT_ETCD_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/etcd"),
    }
}

/// The releases that `.ci/install-etcd` builds, oldest first, as `3.6.14`: each module below `tests/etcd` requires one.
pub(crate) fn built() -> Vec<String> {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/etcd");
    let modules = fs::read_dir(modules).expect("tests/etcd is there");
    let texts = modules.flatten().filter_map(|module| {
        // The folder of the program has no module of its own.
        fs::read_to_string(module.path().join("go.mod")).ok()
    });
    let release = |text: String| {
        let (_, rest) = text
            .split_once("go.etcd.io/etcd/server/v3 v")
            .expect("a module requires a server");
        let release = rest.split_whitespace().next();
        release.expect("a requirement has a version").to_owned()
    };
    let mut releases: Vec<String> = texts.map(release).collect();
    releases.sort();
    releases
}

/// Prints a line that is seen without `--nocapture`, once however often it is called.
pub(crate) fn print_once(line: &str) {
    static PRINTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    if printed.insert(line.to_owned()) {
        // Not eprintln!, which the test runner keeps back for a test that passes.
        let _ = writeln!(io::stderr(), "{line}");
    }
}
