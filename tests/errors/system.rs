//! What the system refuses while files are found, read and written, provoked through the program. Unless a text says otherwise, nothing was changed.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::program::{Output, ipfix};
use crate::harness::tools::{scratch, skipped};
use crate::harness::tree::Tree;
use crate::own_process::WITH_OWN_MOUNTS;
use crate::{WRONG, as_nobody, can, through};

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
const LAUNCHER: &str = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

/// A module whose fix spans two files; the role's file is large.
fn two_files() -> Tree {
    let mut tree = Tree::of("roles.tf", &(ROLE.to_owned() + &"# a line of a comment\n".repeat(5_000)));
    tree.0.insert("web.tf".to_owned(), LAUNCHER.into());
    tree
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

/// Runs ipfix where the files lie on a disk of that size, prepared by a line of shell; gives what it says and what the files are afterwards.
fn on_a_disk(size: usize, prepare: &str, tree: &Tree) -> Option<(Output, Tree)> {
    let place = scratch(&Tree::default());
    tree.write(&place.path().join("before"));
    fs::create_dir(place.path().join("disk")).expect("a directory");
    // The mount is visible to this process alone, and ends with the shell.
    let script = format!(
        "mount -t tmpfs -o size={size} tmpfs disk && cp -R before/. disk && cd disk && {prepare} || exit 125
         \"$@\"; status=$?; cp -R . ../after; exit $status"
    );
    let arguments = ["-q", "--write", "."];
    if !can(WITH_OWN_MOUNTS, &arguments) {
        return None;
    }
    let output = through(&[WITH_OWN_MOUNTS, &["sh", "-c", &script, "sh"]].concat(), place.path(), &arguments);
    if output.status == 125 {
        skipped(&format!(
            "no file system can be mounted here, so it is NOT tested what ipfix says there: {}",
            output.stderr
        ));
        return None;
    }
    let after = Tree::read(&place.path().join("after"));
    Some((output, after))
}

const ROOM: usize = 16 * 1024 * 1024;

#[test]
fn a_full_disk() {
    let tree = two_files();
    // Room for what is there and for half of the new file.
    let size = tree.0["roles.tf"].len() * 3 / 2;
    let Some((output, after)) = on_a_disk(size.next_multiple_of(4096), "true", &tree) else { return };
    let says = "roles.tf: error: cannot be written, so nothing was: No space left on device (os error 28); make room on the disk, then run ipfix again\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(after, tree);
}

#[test]
fn a_read_only_disk() {
    let tree = two_files();
    let Some((output, after)) = on_a_disk(ROOM, "mount -o remount,ro .", &tree) else { return };
    let says = "roles.tf: error: cannot be written, so nothing was: Read-only file system (os error 30); apply the patch where you may write\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(after, tree);
}

/// As containers have it: one file is mounted, and cannot be replaced. The role's file was replaced already, and gets its old content back.
#[test]
fn a_file_that_is_a_mount_point() {
    let tree = two_files();
    let Some((output, after)) = on_a_disk(ROOM, "mount --bind web.tf web.tf", &tree) else { return };
    let says = "web.tf: error: cannot be written, so nothing was: Device or resource busy (os error 16); a file that is mounted by itself (as containers do) cannot be replaced: mount its directory, or apply the patch where it lies\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(after, tree);
}

/// The same, and there is no room for the old content: the one state that cannot be repaired is reported.
#[test]
fn a_file_that_cannot_be_restored() {
    let tree = two_files();
    let pages = |name: &str| tree.0[name].len().next_multiple_of(4096);
    let size = 2 * (pages("roles.tf") + pages("web.tf")) + 4096;
    let Some((output, after)) = on_a_disk(size, "mount --bind web.tf web.tf", &tree) else { return };
    let says = "web.tf: error: cannot be written: Device or resource busy (os error 16); these files are new all the same, and would not take their old content back: roles.tf; look at the files named, and bring them back from version control if need be\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    let changed: Vec<&str> = tree.changed(&after).map(|(path, ..)| path).collect();
    assert_eq!(
        (changed, after.0.len()),
        (vec!["roles.tf"], 2),
        "the launcher waits for its profile, and nothing is left over"
    );
}

/// A directory that may be written, but not opened.
#[test]
fn a_directory_that_cannot_be_synced() {
    let template = "Resources:\n  R: {Type: AWS::IAM::Role}\n  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n";
    let directory = scratch(&Tree::of("drop/t.yaml", template));
    let drop = directory.path().join("drop");
    mode(&drop.join("t.yaml"), 0o666);
    give_to_nobody(&drop.join("t.yaml"));
    mode(&drop, 0o333);
    let output = as_nobody(directory.path(), &["-q", "--write", "drop/t.yaml"]);
    mode(&drop, 0o755);
    let Some(output) = output else { return };
    let drop = drop.canonicalize().expect("a path");
    let says = format!(
        "{}: error: cannot be flushed to the disk: Permission denied (os error 13); the new content of these files may not outlast a power cut: drop/t.yaml; check the disk, then the files named\n",
        drop.display()
    );
    assert_eq!((output.status, output.stderr), (2, says));
    assert!(fs::read_to_string(drop.join("t.yaml")).expect("text").contains("RInstanceProfile"));
}

fn give_to_nobody(path: &Path) {
    // An ordinary user has it already.
    let _ = std::os::unix::fs::chown(path, Some(65534), Some(65534));
}

/// A module with so many launchers, each in its file.
fn many_files(count: usize) -> Tree {
    let mut tree = Tree::of("roles.tf", ROLE);
    for number in 0..count {
        tree.0.insert(format!("m{number}.tf"), LAUNCHER.replace("web", &format!("m{number}")).into());
    }
    tree
}

#[test]
fn too_many_open_files() {
    let tree = many_files(60);
    let directory = scratch(&tree);
    let limited = ["sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"];
    let output = through(&limited, directory.path(), &["-q", "--write", "."]);
    let says = "cannot be written, so nothing was: Too many open files (os error 24); allow more open files (`ulimit -n`), then run ipfix again\n";
    // Which file is one too many depends on what else is open.
    let said = output.stderr.split_once(".tf: error: ").map(|(_, said)| said);
    assert_eq!((output.status, said), (2, Some(says)), "{}", output.stderr);
    assert_eq!(Tree::read(directory.path()), tree);
}

/// What a process may have open unasked (1024 files as a rule) is no limit: more is asked for.
#[test]
fn too_many_open_files_by_default() {
    let tree = many_files(60);
    let directory = scratch(&tree);
    let limited = ["sh", "-c", "ulimit -Sn 64; exec \"$@\"", "sh"];
    let output = through(&limited, directory.path(), &["-q", "--write", "."]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(tree.changed(&Tree::read(directory.path())).count(), 61);
}

#[test]
fn too_many_threads() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let limited = ["sh", "-c", "ulimit -v 3000000; exec \"$@\"", "sh"];
    let output = through(&limited, directory.path(), &["-q", "--jobs", "256", "."]);
    let says = "ipfix: no threads: Resource temporarily unavailable (os error 11); give a smaller number to --jobs, or allow more processes and memory\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

#[test]
fn a_locked_file() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let held = File::open(directory.path().join("main.tf")).expect("a file");
    held.lock().expect("a lock");
    let output = ipfix(directory.path(), &["-q", "--write", "."]);
    let says = "main.tf: error: is locked by another process, so nothing was written; wait until the other ipfix (or whatever holds the lock) is done, then run ipfix again\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(Tree::read(directory.path()), Tree::of("main.tf", WRONG));
    // Not by dropping it: a program that another test is just starting may still have the same handle.
    held.unlock().expect("no lock");
    assert_eq!(ipfix(directory.path(), &["-q", "--write", "."]).status, 0);
}

#[test]
fn one_file_under_two_names() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    symlink("main.tf", directory.path().join("link.tf")).expect("a link");
    let output = ipfix(directory.path(), &["-q", "--write", "main.tf", "link.tf"]);
    let says = "main.tf: error: is the same file as link.tf, which shall get another content, so nothing was written; name only one of the two\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(fs::read_to_string(directory.path().join("main.tf")).expect("text"), WRONG);
}

/// A file of the superuser's, in a directory where everybody may do all, seen by somebody else.
fn foreign_file(mode_of_file: u32, says: &str) {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    mode(&directory.path().join("main.tf"), mode_of_file);
    if std::os::unix::fs::chown(directory.path().join("main.tf"), Some(0), Some(0)).is_err() {
        skipped(&format!("only the superuser can create a file of another owner, so this is NOT tested: {says}"));
        return;
    }
    let Some(output) = as_nobody(directory.path(), &["-q", "--write", "."]) else { return };
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(Tree::read(directory.path()), Tree::of("main.tf", WRONG));
}

#[test]
fn an_owner_that_cannot_be_kept() {
    foreign_file(
        0o666,
        "main.tf: error: has an owner or group that the new file could not be given, so nothing was written; run ipfix as the file's owner, or apply the patch in place\n",
    );
}

#[test]
fn a_file_writable_by_its_owner_only() {
    foreign_file(
        0o644,
        "main.tf: error: may not be read and written by this user, so nothing was written; allow both, or apply the patch where you may\n",
    );
}

/// Something marked by `chattr`, and what is said of it.
fn marked(mark: &str, path: &str, says: &str) {
    let directory = scratch(&Tree::of("module/main.tf", WRONG));
    let chattr = |sign: &str| {
        let mut command = Command::new("chattr");
        command.arg(format!("{sign}{mark}")).arg(directory.path().join(path)).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !chattr("+") {
        skipped(&format!("`chattr +{mark}` does not work here, so this is NOT tested: {says}"));
        return;
    }
    let output = ipfix(directory.path(), &["-q", "--write", "."]);
    assert!(chattr("-"));
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(Tree::read(directory.path()), Tree::of("module/main.tf", WRONG));
}

#[test]
fn protective_file_attributes() {
    let file = "module/main.tf: error: is marked as immutable or append-only, so nothing was written; take off the mark that protects it (`chattr -i` or `-a`, on macOS `chflags nouchg`), or apply the patch where you may\n";
    marked("i", "module/main.tf", file);
    marked("a", "module/main.tf", file);
    let directory = "module/main.tf: error: cannot be written, so nothing was: Operation not permitted (os error 1); take off the mark that protects this file or its directory (`chattr -i`, on macOS `chflags nouchg`), or apply the patch where you may\n";
    marked("i", "module", directory);
}

/// A link without an end is a file of the module that cannot be read: what is in it may be anything, but the rest is looked at.
#[test]
fn a_dangling_symlink() {
    let tree = Tree::of("main.tf", WRONG);
    let directory = scratch(&tree);
    symlink("gone.tf", directory.path().join("link.tf")).expect("a link");
    let output = ipfix(directory.path(), &["-q", "main.tf"]);
    let says = "link.tf: error: cannot be read: No such file or directory (os error 2); fix the symlink, or leave its directory out with --exclude\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

#[test]
fn an_unreadable_directory() {
    let mut tree = Tree::of("locked/main.tf", WRONG);
    tree.0.insert("open/main.tf".to_owned(), WRONG.into());
    let directory = scratch(&tree);
    mode(&directory.path().join("locked"), 0o000);
    let found = as_nobody(directory.path(), &["-q", "--check", "."]);
    let excluded = as_nobody(directory.path(), &["-q", "--check", "--exclude", "locked", ".", "locked/main.tf"]);
    mode(&directory.path().join("locked"), 0o755);
    let (Some(found), Some(excluded)) = (found, excluded) else { return };
    let says = "locked: error: Permission denied (os error 13); allow reading it, or leave it out with --exclude\n";
    assert_eq!((found.status, found.stderr.as_str(), found.stdout), (2, says, b"open/main.tf\n".to_vec()));
    assert_eq!((excluded.status, excluded.stderr.as_str(), excluded.stdout), (1, "", b"open/main.tf\n".to_vec()));
}

#[test]
fn excluded_paths_need_not_exist() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let output = ipfix(directory.path(), &["-q", "--exclude", "gone.tf", "gone.tf", "main.tf"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
}

/// The search would read it, and never come to its end.
#[test]
fn an_endless_ignore_file() {
    let mut tree = Tree::of("strange/main.tf", WRONG);
    tree.0.insert("plain/main.tf".to_owned(), WRONG.into());
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        let directory = scratch(&tree);
        fs::create_dir_all(directory.path().join("strange/.git/info")).expect("a directory");
        symlink("/dev/zero", directory.path().join("strange").join(name)).expect("a link");
        let says = format!(
            "strange/{name}: error: this ignore file cannot be read, so its directory is not searched: no ordinary file; put a file in its place that can be read, or search with --no-ignore\n"
        );
        let run = |arguments: &[&str]| {
            let output = ipfix(directory.path(), &[&["-q", "--check"][..], arguments].concat());
            (output.status, output.stderr, String::from_utf8(output.stdout).expect("text"))
        };
        assert_eq!(run(&["."]), (2, says.clone(), "plain/main.tf\n".to_owned()));
        assert_eq!(run(&["strange", "plain"]), (2, says.clone(), "plain/main.tf\n".to_owned()));
        assert_eq!(run(&["--no-ignore"]).2, "plain/main.tf\nstrange/main.tf\n");
        fs::create_dir(directory.path().join("strange/below")).expect("a directory");
        let (status, said, _) = run(&["strange/below"]);
        assert_eq!((status, said.ends_with(&says)), (2, true), "{said}");
    }
}

/// The files that it names must not be changed, and they are unknown.
#[test]
fn an_unreadable_ignore_file() {
    let mut tree = Tree::of("module/main.tf", WRONG);
    tree.0.insert("module/.gitignore".to_owned(), b"*.tf\n".to_vec());
    let directory = scratch(&tree);
    mode(&directory.path().join("module/.gitignore"), 0o000);
    let Some(output) = as_nobody(directory.path(), &["-q", "--write", "."]) else { return };
    let says = "module/.gitignore: error: this ignore file cannot be read, so its directory is not searched: Permission denied (os error 13); put a file in its place that can be read, or search with --no-ignore\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
    assert_eq!(fs::read_to_string(directory.path().join("module/main.tf")).expect("text"), WRONG);
}

#[test]
fn unreadable_configurations() {
    let run = |make: &dyn Fn(&Path), arguments: &[&str], says: &str| {
        let directory = scratch(&Tree::of("main.tf", WRONG));
        make(directory.path());
        let Some(output) = as_nobody(directory.path(), &[&["-q"][..], arguments].concat()) else { return };
        assert_eq!((output.status, output.stderr.as_str()), (2, says));
    };
    run(
        &|directory| {
            fs::write(directory.join("ipfix.toml"), "").expect("a file");
            mode(&directory.join("ipfix.toml"), 0o000);
        },
        &["."],
        "ipfix.toml: error: cannot be read: Permission denied (os error 13); allow reading it, or name another with --config\n",
    );
    run(
        &|directory| symlink("gone.toml", directory.join("ipfix.toml")).expect("a link"),
        &["."],
        "ipfix.toml: error: cannot be read: No such file or directory (os error 2); fix the symlink, or name a configuration with --config\n",
    );
    run(&|_| {}, &["--config", ".", "."], ".: error: cannot be read: Is a directory (os error 21); name a file\n");
}
