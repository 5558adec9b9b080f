//! What a terminal user touches.

mod args;
mod config;
mod generate;
mod output;
mod output_file;
mod progress;
mod run;
mod units;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::source;

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    match run::run(&args) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let message = format!("{error:#}");
            let _ = writeln!(io::stderr().lock(), "ipfix: {}", source::terminal(&message));
            ExitCode::from(2)
        }
    }
}

/// An error of the system: what it is about, what the system says, and what to do.
fn refused(what: impl Display, error: &io::Error, help: &str) -> anyhow::Error {
    anyhow::anyhow!("{what}: {error}; {}", source::help_anywhere(error).unwrap_or(help))
}
