//! The command line program.

mod args;
mod error;
mod generate;
mod output;
mod output_file;
mod patches;
mod progress;
mod requested;
mod run;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::text;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage_error(without_trailing_tip(error)),
    };
    match run::run(&args) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let message = format!("{error:#}");
            let _ = writeln!(io::stderr().lock(), "ipfix: {}", text::terminal(&message));
            ExitCode::from(2)
        }
    }
}

/// Removes the tip on passing an option as a value. An argument that starts with a dash is a mistyped option, not a file name.
fn without_trailing_tip(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested)
    {
        tips.retain(|tip| !tip.to_string().contains(" as a value, use "));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    error
}

/// Prints a usage error, or the requested help.
fn usage_error(error: clap::Error) -> ExitCode {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let variables = args::VARIABLES.iter().filter_map(|(name, _)| std::env::var_os(name));
    let mut given = arguments.iter().cloned().chain(variables.map(|value| value.to_string_lossy().into_owned()));
    // Help and version do not contain the arguments.
    if !error.use_stderr() || given.all(|text| !text.contains(text::is_unsafe)) {
        let _ = error.print();
        return ExitCode::from(status);
    }
    // The message contains the arguments, which may contain control characters. Parsing the escaped arguments gives the same message without them.
    let error = args::Args::try_parse_from(arguments.iter().map(|argument| text::terminal(argument).into_owned()))
        .err()
        .map_or(error, without_trailing_tip);
    for line in error.render().to_string().lines() {
        let _ = writeln!(io::stderr().lock(), "{}", text::terminal(line));
    }
    ExitCode::from(status)
}
