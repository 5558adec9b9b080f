//! The steps of `action.yml`, run as a GitHub runner runs them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, missing_docs, unreachable_pub)]
#![cfg(unix)]

mod documentation;
mod install;
mod run;
mod runner;
