//! What a terminal user touches.

mod args;
mod config;
mod generate;
mod output;
mod progress;
mod run;
mod units;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let args = args::Args::parse();
    match run::run(&args) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let message = format!("{error:#}");
            let _ = writeln!(std::io::stderr().lock(), "ipfix: {}", crate::source::terminal(&message));
            ExitCode::from(2)
        }
    }
}
