//! The program in a terminal, apart from findings: help, completions, the manual page, the progress bar.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::collections::BTreeSet;
#[cfg(target_os = "linux")]
use std::path::Path;
use std::process::Command;

mod harness;
mod invariants;

use harness::program::{Output, ipfix, without_settings};
use harness::tools::scratch;
#[cfg(target_os = "linux")]
use harness::tools::skipped;
use harness::tree::Tree;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

fn run(arguments: &[&str]) -> Output {
    ipfix(scratch(&Tree::default()).path(), arguments)
}

fn stdout(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The long options that the help shows.
fn options() -> BTreeSet<String> {
    let help = stdout(&["-h"]);
    let lines = help.lines().filter(|line| line.trim_start().starts_with('-'));
    let words = lines.filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
    words.map(|word| word.trim_end_matches(',').to_owned()).collect()
}

#[test]
fn every_option_is_in_every_completion_script_and_in_the_manual_page() {
    let options = options();
    assert!(options.len() > 25, "{options:?}");
    for shell in SHELLS {
        let script = stdout(&["--completions", shell]);
        for option in &options {
            // fish writes `-l select`.
            let written = if shell == "fish" { format!("-l {}", &option[2..]) } else { option.clone() };
            assert!(script.contains(&written), "{shell}: {option}");
        }
    }
    let page = stdout(&["--man"]).replace("\\-", "-");
    for option in &options {
        assert!(page.contains(option.as_str()), "{option}");
    }
    assert_eq!(run(&["--completions", "csh"]).status, 2);
}

#[test]
fn bash_completes_options_and_values() {
    let complete = |words: &str| {
        let script = format!(
            "eval \"$({} --completions bash)\"; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _ipfix ipfix \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; printf '%s ' \"${{COMPREPLY[@]}}\"",
            env!("CARGO_BIN_EXE_ipfix")
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("ipfix --uns"), "--unsafe-fixes ");
    assert_eq!(complete("ipfix --output-format s"), "sarif ");
    assert_eq!(complete("ipfix --completions z"), "zsh ");
}

#[test]
fn the_manual_page_in_the_repository_is_the_one_that_is_printed() {
    let page = stdout(&["--man"]);
    assert_eq!(page, include_str!("../docs/ipfix.1"), "ipfix --man > docs/ipfix.1");
    for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"] {
        let quoted = [format!("\n.SH {heading}\n"), format!("\n.SH \"{heading}\"\n")];
        assert!(quoted.iter().any(|heading| page.contains(heading)), "{heading}");
    }
}

#[test]
fn the_help_fits_a_terminal() {
    let directory = scratch(&Tree::default());
    for flag in ["-h", "--help"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
        let output = command.arg(flag).env("COLUMNS", "80").current_dir(directory.path()).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        // The text after the options is formatted by hand. A wrapped line would start at the margin.
        let after = help.split("Examples:").nth(1).unwrap();
        assert!(
            after.lines().all(|line| line.is_empty() || line.starts_with("  ") || line == "Exit status:"),
            "{after}"
        );
    }
}

/// Creates enough modules that a run takes some seconds on this machine, because no progress is shown in the first second. Returns the output of
/// a run, and the number of modules.
#[cfg(target_os = "linux")]
fn many_modules(directory: &Path, least: usize) -> (Output, usize) {
    let role = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\n";
    let launcher = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n\n";
    let more: String =
        (0..800).map(|number| format!("variable \"v{number}\" {{\n  default = \"{number}\"\n}}\n\n")).collect();
    let module = format!("{role}{launcher}{more}");
    let (mut written, mut modules) = (0, least);
    loop {
        for number in written..modules {
            let module_directory = directory.join(format!("m{number}"));
            std::fs::create_dir_all(&module_directory).unwrap();
            std::fs::write(module_directory.join("main.tf"), &module).unwrap();
        }
        let started = std::time::Instant::now();
        let output = ipfix(directory, &["--check", "--jobs", "1", "."]);
        if started.elapsed().as_secs() >= 3 {
            return (output, modules);
        }
        (written, modules) = (modules, modules * 2);
    }
}

/// Whether `script` of util-linux is installed, which runs a program in a terminal. If not, reports what is not tested.
#[cfg(target_os = "linux")]
fn has_terminal(tested: &str) -> bool {
    let is_there = Command::new("script").arg("--version").output().is_ok();
    if !is_there {
        skipped(&format!("`script` is not installed, so it is NOT tested {tested}"));
    }
    is_there
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_run_shows_its_progress_on_a_terminal_and_nowhere_else() {
    let directory = scratch(&Tree::default());
    if !has_terminal("that a long run shows its progress") {
        return;
    }
    let on_terminal = |more: &str, listed: &[u8]| {
        let command = format!("{} --check --jobs 1 {more} . > list", env!("CARGO_BIN_EXE_ipfix"));
        let script = without_settings(&mut Command::new("script"))
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .current_dir(directory.path())
            .env("TERM", "xterm")
            .output()
            .unwrap();
        assert_eq!(script.status.code(), Some(1));
        assert_eq!(std::fs::read(directory.path().join("list")).unwrap(), listed);
        String::from_utf8(script.stdout).unwrap()
    };
    let mut least = 32;
    let (modules, listed, shown) = loop {
        let (output, modules) = many_modules(directory.path(), least);
        assert_eq!(output.status, 1);
        assert!(!output.stderr.contains("Checking") && !output.stderr.contains('\x1b'), "{}", output.stderr);
        let shown = on_terminal("", &output.stdout);
        // The machine may have been busy before and be much faster now.
        if shown.contains("Checking") || modules > 5000 {
            break (modules, output.stdout, shown);
        }
        least = modules * 2;
    };
    assert!(
        shown.contains("Checking") && shown.contains(&format!("of {modules} modules and templates [")),
        "{shown:?}"
    );
    // The line of the bar is cleared before any other output.
    let (_, after) = shown.rsplit_once("Checking").unwrap();
    let (bar, after) = after.split_once("\x1b[2K").unwrap();
    assert!(!bar.contains('\n') && !bar.contains("error"), "{bar:?}");
    assert!(
        after.contains(&format!(
            "Found {modules} errors in {modules} files ({modules} files in {modules} modules checked)."
        )),
        "{after:?}"
    );
    assert_eq!(on_terminal("--quiet", &listed), "");
}

#[cfg(target_os = "linux")]
#[test]
fn sentences_break_at_the_width_of_the_terminal() {
    if !has_terminal("that sentences break at the width of the terminal") {
        return;
    }
    let module = "resource \"aws_iam_role\" \"application_server\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"application_server\" {\n  iam_instance_profile = aws_iam_role.application_server.name\n}\n";
    let directory = scratch(&Tree::of("main.tf", module));
    let command = format!("stty cols 60 rows 24; {} --color never --check main.tf > list", env!("CARGO_BIN_EXE_ipfix"));
    let mut script = Command::new("script");
    without_settings(&mut script)
        .args(["--quiet", "--command", &command, "/dev/null"])
        .current_dir(directory.path())
        .env("TERM", "xterm");
    let shown = String::from_utf8(script.output().unwrap().stdout).unwrap();
    assert!(shown.contains("= AWS says: "), "{shown}");
    let prose = shown.lines().map(str::trim_end).filter(|line| !line.contains("import ") && !line.contains(" | "));
    for line in prose {
        assert!(line.chars().count() <= 60, "{line}");
    }
    let piped = ipfix(directory.path(), &["--output-format", "full", "main.tf"]);
    let piped = String::from_utf8(piped.stdout).unwrap();
    assert!(
        piped.contains("parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name\n"),
        "{piped}"
    );
}

const WRONG: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

/// The help does not contain the arguments, so nothing needs escaping.
#[test]
fn help_is_help_beside_odd_arguments() {
    let output = run(&["--help", "\u{1b}[31m"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), stdout(&["--help"]));
}

/// `ipfix | head`
#[test]
fn a_closed_output_ends_the_run_quietly() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    for arguments in [&["-q"][..], &["-q", "--output-format", "json"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
        without_settings(&mut command).args(arguments).current_dir(directory.path()).stdout(writer);
        assert_eq!(command.status().unwrap().code(), Some(0), "{arguments:?}");
    }
}

/// The next `--write` removes the files that a killed process left over, even if there is nothing to write.
#[test]
fn leftover_files_are_removed() {
    let mut tree = Tree::of("right/main.tf", "locals {}\n");
    tree.0.insert("right/.ipfix-AbC123.tmp".to_owned(), b"half a f".to_vec());
    tree.0.insert("template/t.yaml".to_owned(), b"a: 1\n".to_vec());
    tree.0.insert("template/.ipfix-zzzzzz.tmp".to_owned(), Vec::new());
    tree.0.insert("template/.ipfix-notes.tmp".to_owned(), b"not ours".to_vec());
    let directory = scratch(&tree);
    assert_eq!(ipfix(directory.path(), &["."]).status, 0);
    assert_eq!(Tree::read(directory.path()), tree, "a dry run changes nothing");
    assert_eq!(ipfix(directory.path(), &["--write", "."]).status, 0);
    let left: Vec<String> = Tree::read(directory.path()).0.into_keys().collect();
    assert_eq!(left, ["right/main.tf", "template/.ipfix-notes.tmp", "template/t.yaml"]);
}
