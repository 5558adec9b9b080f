//! Tests that need a process of their own: the same test binary, started again for one test with `IPFIX_TEST_DIRECTORY` set.
#![allow(dead_code, unreachable_pub)]

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DIRECTORY: &str = "IPFIX_TEST_DIRECTORY";

/// The number of the user `nobody`.
pub const NOBODY: u32 = 65534;

/// A wrapper that drops the superuser's rights.
pub const AS_ORDINARY_USER: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/// A wrapper that lets a process mount file systems which other processes do not see.
pub const WITH_OWN_MOUNTS: &[&str] = &["unshare", "--map-root-user", "--mount"];

/// Whether permissions mean nothing to this process: what it makes belongs to the superuser.
pub fn is_superuser() -> bool {
    tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|made| made.uid() == 0)
}

/// The directory to work in, when this is the process that another test started.
pub fn given_directory() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(PathBuf::from)
}

/// This test binary, told to run one test in `directory`; `wrapper` is a program (with arguments) that runs it.
pub fn test_in_process(wrapper: &[&str], test: &str, directory: &Path) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut command = match wrapper {
        [] => Command::new(this),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(this);
            command
        }
    };
    command.args(["--exact", test, "--nocapture", "--include-ignored"]).env(DIRECTORY, directory);
    command
}

/// Whether a wrapper can be used here: it may not be installed, or not be allowed to do what it does, as in many containers.
pub fn works(wrapper: &[&str]) -> bool {
    let status = Command::new(wrapper[0]).args(&wrapper[1..]).arg("true").stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs one test in a process of its own; false if the wrapper cannot be used here.
pub fn run_in_process(wrapper: &[&str], test: &str, directory: &Path) -> bool {
    // An ordinary user is one already.
    let wrapper = if wrapper == AS_ORDINARY_USER && !is_superuser() { &[] } else { wrapper };
    if !wrapper.is_empty() && !works(wrapper) {
        skipped(&format!("`{}` does not work here, so this is NOT tested: {test}", wrapper.join(" ")));
        return false;
    }
    let output = test_in_process(wrapper, test, directory).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    said.lines().filter_map(|line| line.split_once("SKIPPED: ")).for_each(|(_, why)| skipped(why));
    true
}

/// Says loudly that something is not tested here: past the test harness, which hides what passing tests print.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
