//! Reports a panic as a bug: the version, the command, the file and the place in the source; never the content of a
//! file.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

/// The request to report a bug.
pub(crate) const BUG_REPORT: &str = concat!(
    "This is a bug in etcd-uplift ",
    env!("CARGO_PKG_VERSION"),
    ": please open an issue with the command and a minimal input"
);

thread_local! {
    /// Where the guarded work on this thread panicked; `None` if nothing is guarded.
    static GUARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work` for one file; if it panics, returns the error for that file's row.
pub(crate) fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    let outer = GUARD.replace(Some(String::new()));
    // What a panic leaves in an inconsistent state is dropped with the result.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let place = GUARD.replace(outer).unwrap_or_default();
    result.map_err(|_| {
        format!(
            "etcd-uplift {VERSION} crashed on this file, at {place}; nothing is written. {BUG_REPORT}"
        )
    })
}

/// Records a panic on this thread; returns the message to print if no file's row reports it.
///
/// For the panic hook: `place` is the position in the source from [`std::panic::PanicHookInfo`].
#[must_use]
pub fn report(place: &str) -> Option<String> {
    let is_guarded = GUARD.with_borrow_mut(|guard| {
        let is_guarded = guard.is_some();
        if let Some(at) = guard {
            place.clone_into(at);
        }
        is_guarded
    });
    if is_guarded {
        return None;
    }
    let command = std::env::args_os().nth(1).unwrap_or_default();
    let command = command.to_string_lossy();
    let command = crate::report::visible(&command);
    Some(format!(
        "error: etcd-uplift {VERSION} crashed in `{command}`, at {place}. {BUG_REPORT}"
    ))
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_next_file_is_linted() {
        assert_eq!(guarded(|| 1), Ok(1));
        let crashed = guarded(|| -> u8 {
            assert_eq!(report("src/x.rs:1:2"), None);
            panic!("what the file holds");
        });
        let message = crashed.unwrap_err();
        assert!(message.contains("at src/x.rs:1:2"), "{message}");
        assert!(!message.contains("holds"), "{message}");
        assert_eq!(guarded(|| 2), Ok(2));
        assert!(report("src/y.rs:3:4").unwrap().contains("src/y.rs:3:4"));
    }
}
