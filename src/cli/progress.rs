//! A progress bar for long runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that is shorter shows nothing.
const PROGRESS_DELAY: Duration = Duration::from_secs(1);

/// Counts the units that are done, from any thread. The bar is on standard error, and gone when it is finished.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    /// Whether it may be shown, and is not yet.
    waiting: AtomicBool,
}

impl Progress {
    /// So many steps of this kind. If it is not to be shown, it never is.
    pub(crate) fn new(what: &'static str, steps: usize, shown: bool) -> Self {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden()).with_message(what);
        let style = ProgressStyle::with_template("{msg} {pos} of {len} modules and templates [{bar:16}] {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress { bar, started: Instant::now(), waiting: AtomicBool::new(shown) }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
        if self.started.elapsed() > PROGRESS_DELAY && self.waiting.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// All is done: nothing of the bar is left on the screen.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
