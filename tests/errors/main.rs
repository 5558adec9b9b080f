//! Provokes every error and compares its exact text: what is wrong, where, and what to do.
//!
//! The runs use `--quiet`, so that stderr contains only errors. Messages of the system and permissions are those of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../invariants/mod.rs"]
mod invariants;
mod meanwhile;
#[path = "../own_process/mod.rs"]
mod own_process;
mod streams;
mod system;
mod tables;

use harness::program::{Output, ipfix, without_settings};
use harness::tools::{scratch, skipped};
use harness::tree::Tree;
use ipfix_iac::workspace::write::{WriteError, WriteRefusal};
use own_process::{AS_ORDINARY_USER, is_superuser, works};

/// A launcher that references a role.
const WRONG: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

/// Error numbers on Linux and macOS.
const ENOENT: i32 = 2;
const EACCES: i32 = 13;

/// A provoked error.
struct Provoked {
    /// The files, by name.
    files: &'static [(&'static str, &'static [u8])],
    /// The arguments.
    arguments: &'static [&'static str],
    /// The whole stderr.
    says: &'static str,
}

const NUL: &[u8] = b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"\0\"\n}\n";
const LATIN: &[u8] = b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"caf\xe9\"\n}\n";
const BROKEN: &[u8] = b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \n}\n";
const TWICE: &[u8] =
    b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = null\n  iam_instance_profile = \"\"\n}\n";
const OVER_LINES: &[u8] = b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"a\nb\"\n}\n";

const USAGE: &[Provoked] = &[
    Provoked {
        files: &[],
        arguments: &["-"],
        says: "ipfix: `-` requires `--stdin-filename NAME`, which determines the file type and the module\n",
    },
    Provoked {
        files: &[],
        arguments: &["-", "--stdin-filename", "main.tf", "other.tf"],
        says: "ipfix: `-` cannot be used with other paths; pass `-` alone, or only files\n",
    },
    Provoked {
        files: &[],
        arguments: &["-", "--stdin-filename", "main.py"],
        says: "ipfix: --stdin-filename main.py: unrecognized file type; use a name that ends in .tf, .tofu, .yaml, .yml, .json, .template or .cfn\n",
    },
    Provoked {
        files: &[],
        arguments: &["--diff", "--output-format", "json"],
        says: "ipfix: `--diff` and `--output-format json` both write to stdout; add `--output-file FILE`\n",
    },
    Provoked {
        files: &[],
        arguments: &["--check", "--output-format", "json"],
        says: "ipfix: `--check` and `--output-format json` both write to stdout; use only one of them\n",
    },
    Provoked {
        files: &[],
        arguments: &["--select", "IPF099"],
        says: "ipfix: unknown rule `IPF099`; did you mean `IPF009`?\n",
    },
    Provoked {
        files: &[],
        arguments: &["--ignore", "role_as_profile"],
        says: "ipfix: unknown rule `role_as_profile`; did you mean `role-as-profile`?\n",
    },
    Provoked {
        files: &[],
        arguments: &["--explain", "E0001"],
        says: "ipfix: unknown rule `E0001`; see `ipfix --list-rules`\n",
    },
    Provoked {
        files: &[],
        arguments: &["--files-from", "list.txt"],
        says: "ipfix: --files-from list.txt: No such file or directory (os error 2); specify a readable file with one path per line\n",
    },
    Provoked {
        files: &[],
        arguments: &["--exclude", "a[b", "."],
        says: "ipfix: --exclude a[b: invalid glob: unclosed character class; missing ']'; use gitignore syntax\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--output-file", "no/such/place", "."],
        says: "ipfix: --output-file no/such/place: No such file or directory (os error 2); create its directory first, or choose another file\n",
    },
];

const FILES: &[Provoked] = &[
    Provoked {
        files: &[],
        arguments: &["-q", "main.tf"],
        says: "main.tf: error: No such file or directory (os error 2); check the path for typos\n",
    },
    Provoked {
        files: &[("main.py", b"print()\n")],
        arguments: &["-q", "main.py"],
        says: "main.py: error: unrecognized file type; specify .tf, .tofu, .tf.json, .tofu.json, .yaml, .yml, .json, .template or .cfn files, or directories that contain them\n",
    },
    Provoked {
        files: &[("prod.tfvars", b"a = 1\n")],
        arguments: &["-q", "prod.tfvars"],
        says: "prod.tfvars: error: contains only variable values; specify the module that uses it\n",
    },
    Provoked {
        files: &[("notes.txt", b"\n")],
        arguments: &["-q", "."],
        says: ".: error: no Terraform files or templates in this directory; specify another directory; to include hidden or ignored files, use `--hidden` or `--no-ignore`\n",
    },
    Provoked {
        files: &[("main.tf", NUL)],
        arguments: &["-q", "."],
        says: "main.tf:2:27: error: contains a NUL byte, so it is not a text file or is damaged; fix the file\n",
    },
    Provoked {
        files: &[("main.tf", LATIN)],
        arguments: &["-q", "."],
        says: "main.tf:2:30: error: not valid UTF-8; convert the file to UTF-8\n",
    },
    Provoked {
        files: &[("main.tf", BROKEN)],
        arguments: &["-q", "."],
        says: "main.tf:2:26: error: cannot be parsed as HCL: invalid expression; expected `\"`, `[`, `{`, `-`, `!`, `(`, `_`, `<`, letter or digit; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", TWICE)],
        arguments: &["-q", "."],
        says: "main.tf:3:3: error: cannot be parsed as HCL: invalid attribute; expected unique attribute key; found redefined attribute; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", OVER_LINES)],
        arguments: &["-q", "."],
        says: "main.tf:2:28: error: a quoted text must end on its line: use \\n or a heredoc; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf.json", b"{\"resource\": {\"aws_instance\": {\"web\": {\"iam_instance_profile\": \"x\",}}}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:68: error: cannot be parsed as JSON: key must be a string; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf.json", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"x\"\n}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:1: error: named as JSON, but written in HCL; Terraform rejects this file: rename it to `main.tf`\n",
    },
    Provoked {
        files: &[("main.tf.json", b"\xef\xbb\xbf{\"resource\": {\"aws_iam_instance_profile\": {}}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:1: error: starts with a byte order mark, which Terraform rejects in JSON; save the file as UTF-8 without a byte order mark\n",
    },
    Provoked {
        files: &[("main.tf.json", b"{\"resource\": {\"aws_instance\": {\"web\": {\n\"iam_instance_profile\": 1,\n\"iam_instance_profile\": 2\n}}}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:3:1: error: duplicate argument `iam_instance_profile`; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf.json", b"{\"resource\": {\"aws_iam_instance_profile\": {}}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:43: error: `resource` lacks a label; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf.json", b"{\"resource\": {\"//\": \"aws_iam_instance_profile\"}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:15: error: a comment among the labels, where Terraform takes `//` for a label; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf.json", b"{\"resource\": {\"aws_instance\": {\"web\": {\"iam_instance_profile\": \"a${f(}\"}}}}\n")],
        arguments: &["-q", "main.tf.json"],
        says: "main.tf.json:1:70: error: invalid template: invalid expression; expected `\"`, `[`, `{`, `-`, `!`, `(`, `_`, `<`, letter or digit; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"A\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\",}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:93: error: key must be a string; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
];

#[test]
fn bad_usage() {
    provoke(USAGE);
}

#[test]
fn bad_files() {
    provoke(FILES);
    provoke(tables::MODULES);
    provoke(tables::TEMPLATES);
    provoke(tables::JSON_TEMPLATES);
    provoke(tables::LIMITS);
    provoke(tables::OUTSIDE);
}

#[test]
fn bad_configurations() {
    provoke(tables::CONFIGURATIONS);
}

/// Runs all rows and reports all failures at once.
fn provoke(table: &[Provoked]) {
    let mut wrong = String::new();
    for Provoked { files, arguments, says } in table {
        let tree = Tree(files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect());
        let directory = scratch(&tree);
        let output = ipfix(directory.path(), arguments);
        if output.status != 2 || output.stderr != *says {
            let Output { status, stderr, .. } = output;
            wrong.extend([format!("{arguments:?}: status {status}\n  wanted {says:?}\n  got    {stderr:?}\n")]);
        }
        let mut left = Tree::read(directory.path());
        left.0.remove("no/such/place");
        assert_eq!(left, tree, "{arguments:?} changed something");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What ipfix prints for an error of `--write`. The texts are tested in a table next to [`WriteError`].
fn printed(error: &WriteError) -> String {
    format!("{}: error: {}; {}\n", error.path().display(), error.message(), error.help())
}

fn refused(path: &str, why: WriteRefusal) -> String {
    printed(&WriteError::Refused { path: path.into(), why })
}

fn failed(path: &str, code: i32) -> String {
    printed(&WriteError::Failed { path: path.into(), error: io::Error::from_raw_os_error(code) })
}

/// Runs ipfix as an ordinary user, since permissions do not restrict the superuser. `None` if this is not possible here.
fn as_nobody(directory: &Path, arguments: &[&str]) -> Option<Output> {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o777)).expect("an open directory");
    if !is_superuser() {
        return Some(ipfix(directory, arguments));
    }
    can(AS_ORDINARY_USER, arguments).then(|| through(AS_ORDINARY_USER, directory, arguments))
}

/// Whether a wrapper works here. If not, reports it.
fn can(wrapper: &[&str], arguments: &[&str]) -> bool {
    let works = works(wrapper);
    if !works {
        let wrapper = wrapper.join(" ");
        skipped(&format!(
            "`{wrapper}` does not work here, so it is NOT tested what ipfix {arguments:?} says through it"
        ));
    }
    works
}

/// Runs ipfix through another program, such as a shell.
fn through(wrapper: &[&str], directory: &Path, arguments: &[&str]) -> Output {
    // The program may be in a directory that only the superuser can enter.
    let copy = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().expect("a directory");
    let program = copy.path().join("ipfix");
    // Copied by another process: if this one did, a child that another test starts at the same time would inherit the handle, and a file that is
    // open for writing cannot be run.
    let copied = Command::new("cp").args([Path::new(env!("CARGO_BIN_EXE_ipfix")), &program]).status();
    assert!(copied.expect("cp").success(), "a copy of the program");
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(&program).args(arguments).current_dir(directory).stdin(Stdio::null());
    let output = without_settings(&mut command).output().expect("the wrapper starts");
    let stderr = String::from_utf8(output.stderr).expect("text");
    Output { status: output.status.code().unwrap_or(-1), stdout: output.stdout, stderr }
}

#[test]
fn unreadable_file() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    fs::set_permissions(directory.path().join("main.tf"), fs::Permissions::from_mode(0o000)).expect("permissions");
    let Some(output) = as_nobody(directory.path(), &["-q", "."]) else { return };
    let says = "main.tf: error: cannot be read: Permission denied (os error 13); make it readable, or exclude its directory with `--exclude`\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

/// Only a process that is already in the directory above can use it. ipfix still prints a patch.
#[test]
fn an_unsearchable_parent_directory() {
    let directory = scratch(&Tree::of("closed/module/main.tf", WRONG));
    let (closed, module) = (directory.path().join("closed"), directory.path().join("closed/module"));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("permissions");
    fs::set_permissions(module.join("main.tf"), fs::Permissions::from_mode(0o644)).expect("permissions");
    if !is_superuser() {
        // The owner of the directory cannot be locked out.
        return;
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("permissions");
    for format in ["diff", "markdown"] {
        let Some(output) = as_nobody(&module, &["-q", "--output-format", format, "."]) else { return };
        assert_eq!((output.status, output.stderr.as_str()), (1, ""));
        let patch = String::from_utf8(output.stdout).expect("text");
        assert!(patch.contains("+++ b/main.tf\n") && patch.contains("+  role = aws_iam_role.app.name\n"), "{patch}");
    }
}

#[test]
fn an_unwritable_report() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    fs::write(directory.path().join("report"), "old").expect("a file");
    fs::set_permissions(directory.path().join("report"), fs::Permissions::from_mode(0o444)).expect("permissions");
    let Some(output) = as_nobody(directory.path(), &["-q", "-o", "report", "."]) else { return };
    let says = "ipfix: --output-file report: Permission denied (os error 13); choose a writable file\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    if !cfg!(target_os = "linux") {
        return;
    }
    let long = "x".repeat(300);
    let output = ipfix(directory.path(), &["-q", "-o", &long, "."]);
    let says = format!("ipfix: --output-file {long}: File name too long (os error 36); choose a writable file\n");
    assert_eq!((output.status, output.stderr), (2, says));
}

#[test]
fn read_only_file() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    fs::set_permissions(directory.path().join("main.tf"), fs::Permissions::from_mode(0o444)).expect("permissions");
    let output = ipfix(directory.path(), &["-q", "--write", "."]);
    assert_eq!((output.status, output.stderr), (2, refused("main.tf", WriteRefusal::ReadOnly)));
    assert_eq!(Tree::read(directory.path()), Tree::of("main.tf", WRONG));
}

#[test]
fn read_only_directory() {
    let directory = scratch(&Tree::of("module/main.tf", WRONG));
    let module = directory.path().join("module");
    fs::set_permissions(module.join("main.tf"), fs::Permissions::from_mode(0o666)).expect("permissions");
    fs::set_permissions(&module, fs::Permissions::from_mode(0o555)).expect("permissions");
    let output = as_nobody(directory.path(), &["-q", "--write", "."]);
    fs::set_permissions(&module, fs::Permissions::from_mode(0o755)).expect("permissions");
    let Some(output) = output else { return };
    assert_eq!((output.status, output.stderr), (2, failed("module/main.tf", EACCES)));
    assert_eq!(Tree::read(directory.path()), Tree::of("module/main.tf", WRONG));
}

/// The error number is that of Linux.
#[cfg(target_os = "linux")]
#[test]
fn a_symlink_loop() {
    let directory = scratch(&Tree::default());
    std::os::unix::fs::symlink("main.tf", directory.path().join("main.tf")).expect("a link");
    let output = ipfix(directory.path(), &["-q", "main.tf"]);
    assert_eq!(output.status, 2);
    assert!(
        output.stderr.starts_with("main.tf: error: Too many levels of symbolic links (os error 40); "),
        "{}",
        output.stderr
    );
}

#[test]
fn a_named_pipe() {
    let directory = scratch(&Tree::default());
    let made = Command::new("mkfifo").arg(directory.path().join("main.tf")).status().expect("mkfifo");
    assert!(made.success());
    let output = ipfix(directory.path(), &["-q", "main.tf"]);
    let says = "main.tf: error: not a regular file; to check text from a pipe, use `-` with `--stdin-filename`\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

#[test]
fn a_file_that_is_too_large() {
    let directory = scratch(&Tree::default());
    let file = fs::File::create(directory.path().join("main.tf")).expect("a file");
    // A sparse file, which uses no disk space.
    file.set_len(300 * 1024 * 1024).expect("a long file");
    let output = ipfix(directory.path(), &["-q", "main.tf"]);
    let says = "main.tf: error: larger than 256 MiB, the maximum that ipfix reads; split the file, or exclude its directory with `--exclude`\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

#[test]
fn other_files_are_still_processed() {
    let mut tree = Tree::of("good/main.tf", WRONG);
    tree.0.insert("bad/main.tf".to_owned(), BROKEN.to_vec());
    tree.0.insert("worse/main.tf".to_owned(), NUL.to_vec());
    let directory = scratch(&tree);
    let output = ipfix(directory.path(), &["--write", ".", "missing.tf"]);
    assert_eq!(output.status, 2, "{}", output.stderr);
    let after = Tree::read(directory.path());
    let changed: Vec<&str> = tree.changed(&after).map(|(path, ..)| path).collect();
    assert_eq!(changed, ["good/main.tf"]);
    for path in ["bad/main.tf:2:26", "worse/main.tf:2:27", "missing.tf:"] {
        assert!(output.stderr.lines().any(|line| line.starts_with(path)), "{path} is not in\n{}", output.stderr);
    }
}
