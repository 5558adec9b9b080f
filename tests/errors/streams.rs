//! Errors of stdin, stdout, stderr and their replacements.

use std::fs;

use crate::harness::tools::scratch;
use crate::harness::tree::Tree;
use crate::{WRONG, through};

/// Runs ipfix in a shell with this redirection, in a directory that contains only `main.tf`.
fn redirected(redirection: &str, arguments: &[&str]) -> (i32, String, Tree) {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let script = format!("\"$@\" {redirection}");
    let output = through(&["sh", "-c", &script, "sh"], directory.path(), arguments);
    (output.status, output.stderr, Tree::read(directory.path()))
}

fn provoke(redirection: &str, arguments: &[&str], says: &str) {
    let (status, said, left) = redirected(redirection, arguments);
    assert_eq!((status, said.as_str()), (2, says), "{arguments:?} {redirection}");
    assert_eq!(left, Tree::of("main.tf", WRONG), "{arguments:?} changed something");
}

#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout() {
    let full = "ipfix: standard output: No space left on device (os error 28); free disk space, then run ipfix again\n";
    for arguments in [&["-q", "."][..], &["-q", "--check", "."], &["-q", "--output-format", "json"], &["--list-rules"]]
    {
        provoke("> /dev/full", arguments, full);
    }
    provoke(
        "",
        &["-q", "--output-file", "/dev/full", "."],
        "ipfix: --output-file /dev/full: No space left on device (os error 28); free disk space, then run ipfix again\n",
    );
    provoke(
        "",
        &["-q", "--output-file", ".", "main.tf"],
        "ipfix: --output-file .: Is a directory (os error 21); specify a file\n",
    );
    // A closed stdout behaves like /dev/null.
    assert_eq!(redirected(">&-", &["-q", "."]).0, 1);
}

/// The changes are still reported.
#[cfg(target_os = "linux")]
#[test]
fn unwritable_stdout_after_a_write() {
    let (status, said, left) = redirected("> /dev/full", &["--write", "--diff", "."]);
    assert_eq!(status, 2);
    assert!(said.contains("\nApplied 1 fix; changed 1 file.\n"), "{said}");
    assert!(
        said.ends_with(
            "\nipfix: standard output: No space left on device (os error 28); free disk space, then run ipfix again\n"
        ),
        "{said}"
    );
    assert_ne!(left, Tree::of("main.tf", WRONG));
}

/// Only the exit status can report this.
#[cfg(target_os = "linux")]
#[test]
fn unwritable_stderr() {
    provoke("2> /dev/full", &["."], "");
}

#[test]
fn unreadable_stdin() {
    let name = ["-", "--stdin-filename", "main.tf"];
    let directory = "ipfix: standard input: Is a directory (os error 21); redirect a file or pipe text to stdin\n";
    provoke("< .", &name, directory);
    provoke("< .", &["--files-from", "-"], directory);
    let endless = "ipfix: standard input: larger than 256 MiB, the maximum that ipfix reads; split it\n";
    provoke("< /dev/zero", &name, endless);
    // A closed stdin behaves like /dev/null: an empty file, and no paths.
    assert_eq!(redirected("<&-", &["-q", "-", "--stdin-filename", "main.tf"]).0, 0);
    assert_eq!(redirected("<&-", &["-q", "--files-from", "-"]).0, 0);
}

#[test]
fn unreadable_file_lists() {
    provoke(
        "",
        &["--files-from", "."],
        "ipfix: --files-from .: Is a directory (os error 21); specify a readable file with one path per line\n",
    );
    provoke(
        "",
        &["--files-from", "/dev/zero"],
        "ipfix: --files-from /dev/zero: larger than 256 MiB, the maximum that ipfix reads; split it\n",
    );
}

/// Paths in a patch are relative to the working directory.
#[test]
fn a_deleted_working_directory() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    fs::create_dir(directory.path().join("gone")).expect("a directory");
    let file = directory.path().join("main.tf");
    let script = "cd gone && rmdir ../gone && \"$@\"";
    let output = through(&["sh", "-c", script, "sh"], directory.path(), &["-q", file.to_str().expect("text")]);
    let says =
        "ipfix: the working directory: No such file or directory (os error 2); change to a directory that exists\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}
