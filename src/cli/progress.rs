//! Shows the progress of a long run on a terminal. Nothing is shown if standard error is not a terminal.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs show nothing.
const LONG: Duration = Duration::from_secs(1);

/// The progress of one run; what is shown is erased at its end.
pub(super) struct Progress {
    begin: Instant,
    bar: ProgressBar,
    is_shown: OnceLock<()>,
}

impl Progress {
    /// Starts at none of so many files.
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

    /// Counts one more file.
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
