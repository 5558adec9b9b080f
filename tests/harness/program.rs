//! ipfix run as a program, in scratch directories.

use std::path::Path;
use std::process::{Command, Stdio};

use super::json::Report;
use super::tree::Tree;
use crate::invariants::{Outcome, Request, Subject};

/// What a run gave.
pub(crate) struct Output {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: Vec<u8>,
    /// Standard error.
    pub(crate) stderr: String,
}

/// Runs ipfix in `directory`, blind to the configuration and the environment of whoever runs the tests.
pub(crate) fn ipfix(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    for variable in ["IPFIX_CONFIG", "IPFIX_OUTPUT_FORMAT", "IPFIX_JOBS", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    let output = command.output().expect("ipfix runs");
    Output {
        status: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("messages in UTF-8"),
    }
}

/// The program as the invariants see it.
pub(crate) struct Program;

impl Subject for Program {
    fn check(&self, tree: &Tree, request: &Request) -> Result<Outcome, String> {
        let scratch = scratch(tree);
        let directory = scratch.path();
        let run = |more: &[&str]| -> Result<Output, String> {
            let mut arguments: Vec<&str> = request.arguments.iter().map(String::as_str).collect();
            arguments.extend_from_slice(more);
            if request.unsafe_fixes {
                arguments.push("--unsafe-fixes");
            }
            arguments.extend(request.paths.iter().map(String::as_str));
            let output = ipfix(directory, &arguments);
            let text = output.stderr.to_ascii_lowercase();
            let sound =
                (0..=2).contains(&output.status) && !text.contains("panicked") && !text.contains("internal error");
            if sound {
                Ok(output)
            } else {
                Err(format!("ipfix {arguments:?} ended with {}:\n{}", output.status, output.stderr))
            }
        };
        let json = run(&["--output-format", "json"])?;
        let dry = run(&[])?;
        if Tree::read(directory) != *tree {
            return Err("a dry run changed files".to_owned());
        }
        let written = run(&["--write"])?;
        if !written.stdout.is_empty() {
            return Err(format!("--write says on standard output: {}", String::from_utf8_lossy(&written.stdout)));
        }
        let report = Report::parse(&json.stdout)?;
        Ok(Outcome {
            after: Tree::read(directory),
            spliced: report.splice(tree)?,
            fixable: report.applied().count(),
            problems: report.problems.iter().filter(|problem| problem.severity == "error").count(),
            patch: Some(dry.stdout),
            status: Some([dry.status, written.status]),
            report,
        })
    }
}

/// A scratch directory that holds `tree`.
pub(crate) fn scratch(tree: &Tree) -> tempfile::TempDir {
    let scratch = tempfile::Builder::new().prefix("ipfix-test-").tempdir().expect("a scratch directory");
    tree.write(scratch.path());
    scratch
}

/// Runs another program in `directory`; an error holds what it said.
pub(crate) fn tool(directory: &Path, program: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CEILING_DIRECTORIES", std::env::temp_dir())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!(
            "{program} {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Whether a program is installed.
pub(crate) fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}
