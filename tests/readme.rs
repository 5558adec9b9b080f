//! Runs every command of the README and of `docs/`, and compares its output with the documented one.
//!
//! In a `console` block, the line after `$ ` is a command and the rest is its stdout. In a `sh` block, every line is a command. A command must exit 0,
//! unless its line or the text after its block says otherwise: `(exits 1)`, `This run exits 1.`, `exit status is **1**`.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use std::path::Path;
use std::process::Command;

mod harness;
mod invariants;

use harness::program::without_settings;
use harness::tree::Tree;

const DOCUMENTS: [&str; 5] = [
    include_str!("../README.md"),
    include_str!("../docs/config.md"),
    include_str!("../docs/formats.md"),
    include_str!("../docs/modules.md"),
    include_str!("../docs/integrations.md"),
];

/// Programs in the documents that require an account, a network or an installation. Only the part of the command before them is run.
const FOREIGN: [&str; 3] = [" | reviewdog ", "gh pr ", " | jq "];

/// A fenced block of a document: its language, its lines, and the text up to the next one.
struct Block<'t> {
    language: &'t str,
    lines: Vec<&'t str>,
    after: String,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(language) if !inside => blocks.push(Block { language, lines: Vec::new(), after: String::new() }),
            Some(_) => {}
            None if inside => blocks.last_mut().expect("an open block").lines.push(line),
            None => {
                if let Some(block) = blocks.last_mut() {
                    block.after.push_str(line);
                }
            }
        }
        inside ^= line.starts_with("```");
    }
    blocks
}

/// Runs a command in a copy of the repository's examples, as in a clone. Returns its status and stdout.
fn run(command: &str) -> (i32, String) {
    let clone = tempfile::tempdir().expect("a scratch directory");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    Tree::read(&examples).write(&clone.path().join("examples"));
    let everyday = Tree::read(&examples.join("terraform/everyday"));
    everyday.write(clone.path());
    everyday.write(&clone.path().join("infrastructure"));
    let program = Path::new(env!("CARGO_BIN_EXE_ipfix")).parent().expect("the directory of the program");
    let path = std::env::join_paths(
        std::iter::once(program.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = without_settings(&mut Command::new("bash"))
        .args(["-c", &command.replace("cargo run --release --", "ipfix")])
        .current_dir(clone.path())
        .env("PATH", path.expect("a search path"))
        .env("GIT_CEILING_DIRECTORIES", std::env::temp_dir())
        .output()
        .expect("bash runs");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("text"))
}

fn wanted_status(text: &str) -> i32 {
    i32::from(text.contains("(exits 1)") || text.contains("This run exits 1.") || text.contains("exit status is **1**"))
}

#[test]
fn transcripts_match_the_output() {
    let mut commands = 0;
    let blocks: Vec<Block<'_>> = DOCUMENTS.into_iter().flat_map(blocks).collect();
    for block in blocks.iter().filter(|block| block.language == "console") {
        let (first, wanted) = block.lines.split_first().expect("a command");
        let command = first.strip_prefix("$ ").expect("a command after `$ `");
        let (status, printed) = run(command);
        let wanted: String = wanted.iter().flat_map(|line| [*line, "\n"]).collect();
        assert_eq!(printed, wanted, "{command}");
        assert_eq!(status, wanted_status(&block.after), "{command}");
        commands += 1;
    }
    assert!(commands > 2, "the documents show {commands} transcripts");
}

#[test]
fn commands_work() {
    let blocks = DOCUMENTS.into_iter().flat_map(blocks);
    let lines = blocks.filter(|block| block.language == "sh").flat_map(|block| block.lines);
    // The tests themselves.
    let commands = lines
        .filter(|line| *line != "cargo test")
        .map(|line| FOREIGN.iter().fold(line, |line, foreign| line.split(foreign).next().unwrap_or_default()));
    let commands: Vec<&str> = commands.filter(|command| !command.is_empty()).collect();
    assert!(commands.len() > 10, "the documents show few commands: {commands:?}");
    for command in commands {
        let (status, printed) = run(command);
        assert_eq!(status, wanted_status(command), "{command}\n{printed}");
    }
}

#[test]
fn links_resolve() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "docs/config.md",
        "docs/formats.md",
        "docs/install.md",
        "docs/integrations.md",
        "docs/modules.md",
    ] {
        let path = root.join(document);
        let text = std::fs::read_to_string(&path).expect("the document");
        for (_, rest) in text.match_indices("](").map(|(at, _)| text.split_at(at + 2)) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            if !target.contains("://") && !target.is_empty() {
                assert!(path.with_file_name(target).exists(), "{document} links to {target}");
            }
        }
    }
}
