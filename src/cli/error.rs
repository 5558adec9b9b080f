//! Errors of the system, as the program reports them.

use std::fmt::Display;
use std::io;

use crate::workspace::os;

/// An I/O error: what failed, the error of the system, and what to do.
pub(super) fn io_error(what: impl Display, error: &io::Error, help: &str) -> anyhow::Error {
    anyhow::anyhow!("{what}: {error}; {}", os::io_help(error).unwrap_or(help))
}
