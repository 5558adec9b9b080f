//! A progress bar for long runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter runs show no progress.
const PROGRESS_DELAY: Duration = Duration::from_secs(1);

/// Counts finished units, from any thread. The bar is on stderr and disappears at the end.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    /// Whether the bar may be shown but is not shown yet.
    waiting: AtomicBool,
}

impl Progress {
    /// Progress over this number of steps. Unless `shown`, no bar ever appears.
    pub(crate) fn new(what: &'static str, steps: usize, shown: bool) -> Self {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden()).with_message(what);
        let style = ProgressStyle::with_template("{msg} {pos} of {len} modules and templates [{bar:16}] {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress { bar, started: Instant::now(), waiting: AtomicBool::new(shown) }
    }

    /// Counts one more step.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
        if self.started.elapsed() > PROGRESS_DELAY && self.waiting.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}
