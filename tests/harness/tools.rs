//! Scratch directories, and other programs run in them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::tree::Tree;

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

/// Says loudly that something is not tested here: past the test harness, which hides what passing tests print.
pub(crate) fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Whether a program is installed.
pub(crate) fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}
