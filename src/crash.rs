//! A panic is a bug report: which version, which command, which file and where; never what the file holds.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

/// What a person is asked for where the tool is at fault.
pub(crate) const BUG_REPORT: &str = concat!(
    "This is a bug in etcd-uplift ",
    env!("CARGO_PKG_VERSION"),
    ": please report it where you have it from, with the command and the lines that show it"
);

thread_local! {
    /// Where the work that is guarded on this thread panicked; none while nothing is guarded.
    static GUARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does `work` for one file; where it panics, gives the error to be said about that file.
pub(crate) fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    let outer = GUARD.replace(Some(String::new()));
    // What the work leaves behind is thrown away with its result.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    let place = GUARD.replace(outer).unwrap_or_default();
    result.map_err(|_| {
        format!(
            "etcd-uplift {VERSION} crashed on this file, at {place}; nothing is written. {BUG_REPORT}"
        )
    })
}

/// Takes note of a panic on this thread; gives the message to print where no file's row will say it.
///
/// For the panic hook, which [`std::panic::PanicHookInfo`] tells `place`, a position in the source.
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
    fn a_panic_becomes_an_error_and_the_next_file_is_judged() {
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
