//! Says on a terminal how far a long run is. Nothing is said where standard error goes elsewhere.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs say nothing.
const LONG: Duration = Duration::from_secs(1);

/// The progress of one run; what is shown goes away with it.
pub(super) struct Progress {
    begin: Instant,
    bar: ProgressBar,
    is_shown: OnceLock<()>,
}

impl Progress {
    /// Over so many files, none of them done.
    pub(super) fn over(files: usize) -> Self {
        let length = u64::try_from(files).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{pos} of {len} files, {eta} left") {
            bar.set_style(style);
        }
        Self {
            begin: Instant::now(),
            bar,
            is_shown: OnceLock::new(),
        }
    }

    /// One file more is done.
    pub(super) fn one_more(&self) {
        if self.begin.elapsed() >= LONG {
            self.is_shown.get_or_init(|| {
                if std::io::stderr().is_terminal() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr());
                }
            });
        }
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
