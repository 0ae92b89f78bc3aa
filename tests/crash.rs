//! A panic outside the work for one file: the message, and the exit status.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{self, Read};
use std::panic;
use std::sync::Mutex;

use etcd_uplift::{cli, crash};

static MESSAGE: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        panic!("what the file holds");
    }
}

#[test]
fn a_panic_names_version_and_place_and_ends_with_2() {
    // The binary does the same.
    panic::set_hook(Box::new(|info| {
        let place = info.location().unwrap().to_string();
        MESSAGE.lock().unwrap().extend(crash::report(&place));
    }));
    let arguments = ["etcd-uplift", "lint", "-"].map(Into::into);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = cli::run(arguments, &mut Broken, &mut out, &mut err);
    let _ = panic::take_hook();
    assert_eq!(status, cli::FAILED);
    assert!(out.is_empty());
    let message = MESSAGE.lock().unwrap().join("\n");
    assert!(
        message.contains(concat!(
            "error: etcd-uplift ",
            env!("CARGO_PKG_VERSION"),
            " crashed"
        )),
        "{message}"
    );
    assert!(message.contains("tests/crash.rs:"), "{message}");
    assert!(!message.contains("what the file holds"), "{message}");
}
