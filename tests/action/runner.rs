//! A GitHub runner, as far as the action needs one: it evaluates expressions, runs the steps with bash, and keeps a cache.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_yaml::Value;

/// The programs of the system that the steps may use. A runner has no others, in particular neither cargo nor gh nor ipfix.
const TOOLS: &[&str] = &[
    "bash",
    "cat",
    "cp",
    "curl",
    "env",
    "git",
    "gzip",
    "mkdir",
    "mktemp",
    "od",
    "rm",
    "sed",
    "sha256sum",
    "shasum",
    "tar",
    "tr",
    "unzip",
];

pub fn action() -> Value {
    serde_yaml::from_str(include_str!("../../action.yml")).unwrap()
}

pub fn steps(action: &Value) -> &[Value] {
    action["runs"]["steps"].as_sequence().unwrap()
}

/// What a job did.
#[derive(Debug)]
pub struct Job {
    /// The exit status of the step that failed, or 0.
    pub status: i32,
    /// What the steps printed to stdout and stderr.
    pub log: String,
    /// The names of the steps that ran.
    pub steps: Vec<String>,
    /// The outputs of the action.
    pub outputs: BTreeMap<String, String>,
    /// The programs that were called, with their arguments.
    pub calls: Vec<String>,
    /// The job summary.
    pub summary: String,
}

impl Job {
    pub fn passed(self) -> Self {
        assert_eq!(self.status, 0, "{}", self.log);
        self
    }

    /// The workflow commands of one kind.
    pub fn commands(&self, kind: &str) -> Vec<&str> {
        let start = format!("::{kind} title=ipfix::");
        self.heard().into_iter().filter_map(|line| line.strip_prefix(&start)).collect()
    }

    /// The lines of the log that the runner takes for workflow commands: with `::` at the start, or with `##[` anywhere, unless
    /// `stop-commands` came before.
    pub fn heard(&self) -> Vec<&str> {
        let mut token: Option<&str> = None;
        let mut heard = Vec::new();
        for line in self.log.lines() {
            let command = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"));
            match (token, command) {
                (Some(end), Some((name, _))) if name == end => token = None,
                (Some(_), _) => {}
                (None, Some(("stop-commands", new))) => token = Some(new),
                (None, Some(_)) => heard.push(line),
                (None, None) if line.contains("##[") => heard.push(line),
                (None, None) => {}
            }
        }
        assert_eq!(token, None, "the runner listens again: {}", self.log);
        heard
    }

    /// Fails at the step `name` with one error.
    pub fn failed_with(&self, name: &str, message: &str) {
        assert_eq!(self.steps.last().map(String::as_str), Some(name), "{}", self.log);
        assert_ne!(self.status, 0, "{}", self.log);
        let errors = self.commands("error");
        assert!(errors.len() == 1 && errors[0].contains(message), "{message}: {}", self.log);
    }
}

/// A runner whose directories have blanks in their names.
pub struct Runner {
    _directory: tempfile::TempDir,
    /// Its path without symlinks.
    root: PathBuf,
    /// The variables of the environment and the members of the context `github`, which are set before the job.
    pub environment: BTreeMap<String, String>,
    pub github: BTreeMap<String, String>,
    /// The keys that the cache has, each with its copy of the directory.
    cache: RefCell<BTreeMap<String, PathBuf>>,
}

impl Runner {
    pub fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("a runner ").tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        let mut runner = Runner {
            _directory: directory,
            root,
            environment: BTreeMap::new(),
            github: BTreeMap::new(),
            cache: RefCell::default(),
        };
        for name in ["bin", "tools", "_temp", "workspace", "cache"] {
            fs::create_dir(runner.path(name)).unwrap();
        }
        for tool in TOOLS {
            if let Some(found) = on_path(tool) {
                std::os::unix::fs::symlink(found, runner.path("tools").join(tool)).unwrap();
            }
        }
        std::os::unix::fs::symlink(env!("CARGO_MANIFEST_DIR"), runner.path("action")).unwrap();
        let path = format!("{}:{}", runner.file("bin"), runner.file("tools"));
        for (name, value) in [
            ("PATH", path),
            ("HOME", runner.file("")),
            ("CALLS", runner.file("calls")),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_ARCH", "X64".to_owned()),
            ("RUNNER_TEMP", runner.file("_temp")),
            ("GITHUB_WORKSPACE", runner.file("workspace")),
            ("GITHUB_ACTION_PATH", runner.file("action")),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_STEP_SUMMARY", runner.file("summary")),
            ("GITHUB_PATH", runner.file("path")),
        ] {
            runner.environment.insert(name.to_owned(), value);
        }
        for (name, value) in [("action_ref", ""), ("action_repository", ""), ("token", "a token")] {
            runner.github.insert(name.to_owned(), value.to_owned());
        }
        runner
    }

    /// A runner on which the steps find this program as the ipfix on PATH.
    pub fn with_program(program: &Path) -> Self {
        let runner = Runner::new();
        std::os::unix::fs::symlink(program, runner.path("bin/ipfix")).unwrap();
        runner
    }

    /// A runner with an ipfix that writes down its arguments and exits with this status.
    pub fn with_stub(status: i32) -> Self {
        let runner = Runner::new();
        runner.add_program("bin/ipfix", &stub("ipfix", "9.9.9", status));
        runner
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn file(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    pub fn remove_tool(&self, name: &str) {
        let _ = fs::remove_file(self.path("tools").join(name));
        assert!(!self.path("tools").join(name).exists());
    }

    /// Writes a program. By another process: if this one did, a process that another test starts meanwhile would inherit the open
    /// file, and as long as a program is open for writing, it cannot be run.
    pub fn add_program(&self, name: &str, text: &str) {
        let plain = self.path("program");
        fs::write(&plain, text).unwrap();
        let target = self.path(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        assert!(Command::new("install").args(["-m", "755"]).arg(plain).arg(target).status().unwrap().success());
    }

    /// Runs all steps, with these inputs.
    pub fn run(&self, inputs: &[(&str, &str)]) -> Job {
        let action = action();
        for name in ["calls", "summary"] {
            let _ = fs::remove_file(self.path(name));
        }
        let mut run = Run { runner: self, inputs: defaults(&action), outputs: BTreeMap::new() };
        for (name, value) in inputs {
            assert!(run.inputs.insert((*name).to_owned(), (*value).to_owned()).is_some(), "no input {name}");
        }
        let mut job = Job {
            status: 0,
            log: String::new(),
            steps: Vec::new(),
            outputs: BTreeMap::new(),
            calls: Vec::new(),
            summary: String::new(),
        };
        for step in steps(&action) {
            if step["if"].as_str().is_some_and(|condition| run.evaluate(condition) != "true") {
                continue;
            }
            job.steps.push(step["name"].as_str().unwrap().to_owned());
            job.status = run.step(step, &mut job.log);
            if job.status != 0 {
                break;
            }
        }
        for (name, output) in action["outputs"].as_mapping().unwrap() {
            let value = run.expand(output["value"].as_str().unwrap());
            job.outputs.insert(name.as_str().unwrap().to_owned(), value);
        }
        job.calls = self.read("calls").lines().map(str::to_owned).collect();
        job.summary = self.read("summary");
        assert!(!self.path("path").exists(), "the action leaves PATH alone");
        job
    }
}

/// Where this machine has a program.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&paths).map(|directory| directory.join(name)).find(|path| path.is_file())
}

/// A program that writes down its arguments, prints something, and writes something to the files of `--report`.
pub fn stub(name: &str, version: &str, status: i32) -> String {
    format!(
        r#"#!/usr/bin/env bash
if [ "$*" = --version ]; then echo "ipfix {version}"; exit; fi
{{ printf '{name} '; for it in "$@"; do printf '<%s>' "$it"; done; echo; }} >>"$CALLS"
for it in "$@"; do
  case $it in markdown=* | sarif=*) echo "$it" | sed 's/=.*/ written by ipfix/' >"${{it#*=}}" || exit 2 ;; esac
done
echo said by ipfix
exit {status}
"#
    )
}

fn defaults(action: &Value) -> BTreeMap<String, String> {
    let inputs = action["inputs"].as_mapping().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    inputs.map(|(name, input)| (text(name), text(&input["default"]))).collect()
}

/// A job.
struct Run<'a> {
    runner: &'a Runner,
    inputs: BTreeMap<String, String>,
    /// The outputs of each step.
    outputs: BTreeMap<String, BTreeMap<String, String>>,
}

impl Run<'_> {
    /// Runs a step and returns its exit status.
    fn step(&mut self, step: &Value, log: &mut String) -> i32 {
        match step["uses"].as_str() {
            Some(uses) => {
                let hash = uses.split_once('@').unwrap().1;
                assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{uses}");
                let input = |name: &str| self.expand(step["with"][name].as_str().unwrap());
                self.cache(uses.split('@').next().unwrap(), &input("key"), Path::new(&input("path")));
                0
            }
            None => self.script(step, log),
        }
    }

    /// Restores or saves a directory, as `actions/cache` does.
    fn cache(&self, action: &str, key: &str, path: &Path) {
        let copy = |from: &Path, to: &Path| {
            fs::create_dir_all(to).unwrap();
            assert!(Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap().success());
        };
        let mut cache = self.runner.cache.borrow_mut();
        match action {
            "actions/cache/restore" => {
                if let Some(stored) = cache.get(key) {
                    copy(stored, path);
                }
            }
            "actions/cache/save" => {
                let stored = self.runner.path("cache").join(cache.len().to_string());
                copy(path, &stored);
                assert!(cache.insert(key.to_owned(), stored).is_none(), "{key} is saved twice");
            }
            other => panic!("{other}"),
        }
    }

    /// Runs a script the way a runner does: in a file, with a bash that has no profile and fails on the first error.
    fn script(&mut self, step: &Value, log: &mut String) -> i32 {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let runner = self.runner;
        fs::write(runner.path("step.sh"), step["run"].as_str().unwrap()).unwrap();
        fs::write(runner.path("output"), "").unwrap();
        let mut bash = Command::new(runner.path("tools/bash"));
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(runner.path("step.sh"));
        bash.env_clear().envs(&runner.environment).env("GITHUB_OUTPUT", runner.path("output"));
        let directory = step["working-directory"].as_str().map(|directory| self.expand(directory));
        bash.current_dir(Path::new(&runner.environment["GITHUB_WORKSPACE"]).join(directory.unwrap_or_default()));
        for (name, value) in step["env"].as_mapping().unwrap() {
            bash.env(name.as_str().unwrap(), self.expand(value.as_str().unwrap()));
        }
        let output = bash.stdin(Stdio::null()).output().unwrap();
        log.push_str(&String::from_utf8_lossy(&output.stdout));
        log.push_str(&String::from_utf8_lossy(&output.stderr));
        if let Some(id) = step["id"].as_str() {
            let lines = runner.read("output");
            let outputs = lines.lines().map(|line| line.split_once('=').unwrap());
            let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            self.outputs.insert(id.to_owned(), outputs);
        }
        output.status.code().unwrap_or(-1)
    }

    /// A text with the values of its expressions.
    fn expand(&self, text: &str) -> String {
        match text.split_once("${{") {
            Some((before, rest)) => {
                let (expression, after) = rest.split_once("}}").unwrap();
                format!("{before}{}{}", self.evaluate(expression), self.expand(after))
            }
            None => text.to_owned(),
        }
    }

    /// The value of an expression. This is the part of the language that the action uses.
    fn evaluate(&self, expression: &str) -> String {
        let expression = expression.trim();
        let is_true = |value: &str| !value.is_empty() && value != "false";
        if let Some((left, right)) = expression.split_once("||") {
            let left = self.evaluate(left);
            return if is_true(&left) { left } else { self.evaluate(right) };
        }
        if let Some((left, right)) = expression.split_once("&&") {
            let left = self.evaluate(left);
            return if is_true(&left) { self.evaluate(right) } else { left };
        }
        if let Some((left, right)) = expression.split_once("!=") {
            return (self.evaluate(left) != self.evaluate(right)).to_string();
        }
        if let Some((left, right)) = expression.split_once("==") {
            return (self.evaluate(left) == self.evaluate(right)).to_string();
        }
        if let Some(literal) = expression.strip_prefix('\'') {
            return literal.strip_suffix('\'').unwrap().to_owned();
        }
        let parts: Vec<&str> = expression.split('.').collect();
        let value = match parts[..] {
            ["inputs", name] => Some(self.inputs[name].clone()),
            ["github", name] => Some(self.runner.github[name].clone()),
            ["steps", id, "outputs", name] => self.outputs.get(id).and_then(|step| step.get(name)).cloned(),
            _ => panic!("unknown: {expression}"),
        };
        value.unwrap_or_default()
    }
}

/// All names of steps that other steps or outputs refer to exist.
#[test]
fn referenced_steps_exist() {
    let action = action();
    let known: BTreeSet<&str> = steps(&action).iter().filter_map(|step| step["id"].as_str()).collect();
    let text = include_str!("../../action.yml");
    let references = text.split("steps.").skip(1).filter_map(|rest| rest.split_once(".outputs."));
    let used: BTreeSet<&str> = references.map(|(id, _)| id).filter(|id| !id.contains(' ')).collect();
    assert_eq!(known, used);
}
