//! One process of an oracle that deploys what it is given, one thing after the other.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::harness::tree::Tree;

/// What became of one input.
pub(crate) struct Deployed {
    /// What the oracle says.
    pub(crate) verdict: Value,
    /// Terraform's state; null where there is none.
    pub(crate) state: Value,
}

/// A running oracle.
pub(crate) struct Deployer {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    kept: Receiver<String>,
    scratch: tempfile::TempDir,
}

impl Deployer {
    /// Starts one.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> Result<Deployer, String> {
        // Sockets are made below it, and their paths are short.
        let scratch = tempfile::Builder::new().prefix("ipfix-").tempdir().map_err(|error| error.to_string())?;
        let mut child = Command::new(program)
            .arg("--stdin")
            .args(arguments)
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (sender, kept) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Some(directory) = line.strip_prefix("kept ") {
                    let _ = sender.send(directory.to_owned());
                }
            }
        });
        Ok(Deployer { child, stdin, stdout, kept, scratch })
    }

    /// Deploys one input: the directory itself, or a file or a directory in it.
    pub(crate) fn deploy(&mut self, tree: &Tree, file: Option<&str>) -> Result<Deployed, String> {
        let input = self.scratch.path().join("input");
        let _ = fs::remove_dir_all(&input);
        tree.write(&input);
        let path = file.map_or(input.clone(), |file| input.join(file));
        let stdin = self.stdin.as_mut().expect("open until the end");
        writeln!(stdin, "{}", path.display()).and_then(|()| stdin.flush()).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(|error| error.to_string())?;
        let verdict = serde_json::from_str(&line).map_err(|error| format!("the oracle said {line:?}: {error}"))?;
        let state = if path.is_dir() { self.state(file.unwrap_or("")) } else { Value::Null };
        Ok(Deployed { verdict, state })
    }

    /// Reads the state of the last deployment, and removes its directory. Only with the modules above it is a directory below another.
    fn state(&self, below: &str) -> Value {
        let Ok(kept) = self.kept.recv_timeout(Duration::from_secs(20)) else { return Value::Null };
        let directory = PathBuf::from(kept);
        let state = fs::read(directory.join("m").join(below).join("terraform.tfstate"));
        let state = state.or_else(|_| fs::read(directory.join("m/terraform.tfstate")));
        let _ = fs::remove_dir_all(&directory);
        state.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

impl Drop for Deployer {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}
