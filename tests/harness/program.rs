//! ipfix run as a program, in scratch directories.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::json::Report;
use super::tools::scratch;
use super::tree::{Tree, is_source};
use crate::invariants::{Outcome, Reordered, Request, Subject};

/// Longer than any run in these tests takes, on a busy machine and without optimisation.
const MAX_DURATION: Duration = Duration::from_secs(60);

/// What a run gave.
pub(crate) struct Output {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: Vec<u8>,
    /// Standard error.
    pub(crate) stderr: String,
}

/// Without the environment of the person who runs the tests.
pub(crate) fn without_settings(command: &mut Command) -> &mut Command {
    for variable in ["IPFIX_CONFIG", "IPFIX_OUTPUT_FORMAT", "IPFIX_JOBS", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        command.env_remove(variable);
    }
    command
}

/// Runs ipfix in `directory`, without the configuration and the environment of the person who runs the tests.
pub(crate) fn ipfix(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
    without_settings(&mut command).args(arguments).current_dir(directory).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ipfix starts");
    let stdout = drain(child.stdout.take().expect("a pipe"));
    let stderr = drain(child.stderr.take().expect("a pipe"));
    let status = wait(&mut child, arguments);
    Output {
        status,
        stdout: stdout.join().expect("the reader"),
        stderr: String::from_utf8(stderr.join().expect("the reader")).expect("messages in UTF-8"),
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("output");
        bytes
    })
}

/// The exit status; a program that hangs is killed, and the test fails.
fn wait(child: &mut Child, arguments: &[&str]) -> i32 {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().unwrap_or(-1);
        }
        if start.elapsed() > MAX_DURATION {
            child.kill().expect("a child to kill");
            child.wait().expect("a killed child");
            panic!("ipfix {arguments:?} still runs after {MAX_DURATION:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The program as the invariants see it.
pub(crate) struct Program;

impl Subject for Program {
    fn check(&self, tree: &Tree, request: &Request) -> Result<Outcome, String> {
        let scratch = scratch(tree);
        let json = sound_run(scratch.path(), request, &["--output-format", "json", "--min-severity", "note"])?;
        let dry = sound_run(scratch.path(), request, &[])?;
        if Tree::read(scratch.path()) != *tree {
            return Err("a dry run changed files".to_owned());
        }
        let written = sound_run(scratch.path(), request, &["--write"])?;
        if !written.stdout.is_empty() {
            return Err(format!("--write says on standard output: {}", String::from_utf8_lossy(&written.stdout)));
        }
        let report = Report::parse(&json.stdout)?;
        Ok(Outcome {
            after: Tree::read(scratch.path()),
            spliced: report.splice(tree)?,
            fixable: report.applied().count(),
            problems: report.problems.iter().filter(|problem| problem.severity == "error").count(),
            patch: Some(dry.stdout),
            status: Some([dry.status, written.status]),
            report,
        })
    }

    /// On several threads, and with the paths in reverse: every file by its name if the directory was named.
    fn fix_in_another_order(&self, tree: &Tree, request: &Request) -> Result<Reordered, String> {
        let mut other = request.clone();
        other.arguments.extend(["--jobs".to_owned(), "3".to_owned()]);
        if request.paths == ["."] && !tree.0.keys().any(|path| path.starts_with('.')) {
            other.paths = tree.0.keys().filter(|path| is_source(path)).cloned().collect();
        }
        other.paths.reverse();
        let (after, patch) = self.fix(tree, &other)?;
        Ok(Reordered { after, patch, findings: None })
    }

    fn fix(&self, tree: &Tree, request: &Request) -> Result<(Tree, Option<Vec<u8>>), String> {
        let scratch = scratch(tree);
        let written = sound_run(scratch.path(), request, &["--write", "--diff"])?;
        Ok((Tree::read(scratch.path()), Some(written.stdout)))
    }
}

/// A run with a status that is one, without a panic and without an internal error.
fn sound_run(directory: &Path, request: &Request, more: &[&str]) -> Result<Output, String> {
    let mut arguments: Vec<&str> = request.arguments.iter().map(String::as_str).collect();
    arguments.extend_from_slice(more);
    if request.unsafe_fixes {
        arguments.push("--unsafe-fixes");
    }
    arguments.extend(request.paths.iter().map(String::as_str));
    let output = ipfix(directory, &arguments);
    let said = output.stderr.to_ascii_lowercase();
    if (0..=2).contains(&output.status) && !said.contains("panicked") && !said.contains("internal error") {
        Ok(output)
    } else {
        Err(format!("ipfix {arguments:?} ended with {}:\n{}", output.status, output.stderr))
    }
}
