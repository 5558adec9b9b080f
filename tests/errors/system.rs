//! Provokes errors of the system while files are found, read and written.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use ipfix_iac::workspace::write::{WriteError, WriteRefusal};

use crate::harness::program::{Output, ipfix};
use crate::harness::tools::{scratch, skipped};
use crate::harness::tree::Tree;
use crate::own_process::WITH_OWN_MOUNTS;
use crate::{EACCES, WRONG, as_nobody, can, failed, printed, refused, through};

const EPERM: i32 = 1;
const EBUSY: i32 = 16;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
const LAUNCHER: &str = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

/// A module with a fix that changes two files. The file of the role is large.
fn two_files() -> Tree {
    let mut tree = Tree::of("roles.tf", &(ROLE.to_owned() + &"# a line of a comment\n".repeat(5_000)));
    tree.0.insert("web.tf".to_owned(), LAUNCHER.into());
    tree
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
}

/// Runs ipfix on a file system of this size, after a shell command. Returns the output and the files afterwards.
fn on_a_disk(size: usize, prepare: &str, tree: &Tree) -> Option<(Output, Tree)> {
    let place = scratch(&Tree::default());
    tree.write(&place.path().join("before"));
    fs::create_dir(place.path().join("disk")).expect("a directory");
    // Only this process sees the mount, which ends with the shell.
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
    // Enough space for the existing files and half of the new one.
    let size = tree.0["roles.tf"].len() * 3 / 2;
    let Some((output, after)) = on_a_disk(size.next_multiple_of(4096), "true", &tree) else { return };
    assert_eq!((output.status, output.stderr), (2, failed("roles.tf", ENOSPC)));
    assert_eq!(after, tree);
}

#[test]
fn a_read_only_disk() {
    let tree = two_files();
    let Some((output, after)) = on_a_disk(ROOM, "mount -o remount,ro .", &tree) else { return };
    assert_eq!((output.status, output.stderr), (2, failed("roles.tf", EROFS)));
    assert_eq!(after, tree);
}

/// A file that is mounted, as in containers, cannot be replaced. The file of the role was already replaced and is restored.
#[test]
fn a_file_that_is_a_mount_point() {
    let tree = two_files();
    let Some((output, after)) = on_a_disk(ROOM, "mount --bind web.tf web.tf", &tree) else { return };
    assert_eq!((output.status, output.stderr), (2, failed("web.tf", EBUSY)));
    assert_eq!(after, tree);
}

/// The same, without space for the old content. The error lists the changed file.
#[test]
fn a_file_that_cannot_be_restored() {
    let tree = two_files();
    let pages = |name: &str| tree.0[name].len().next_multiple_of(4096);
    let size = 2 * (pages("roles.tf") + pages("web.tf")) + 4096;
    let Some((output, after)) = on_a_disk(size, "mount --bind web.tf web.tf", &tree) else { return };
    let cause = Box::new(WriteError::Failed { path: "web.tf".into(), error: io::Error::from_raw_os_error(EBUSY) });
    let says = printed(&WriteError::PartiallyWritten { cause, new: vec!["roles.tf".into()] });
    assert_eq!((output.status, output.stderr), (2, says));
    let changed: Vec<&str> = tree.changed(&after).map(|(path, ..)| path).collect();
    assert_eq!(
        (changed, after.0.len()),
        (vec!["roles.tf"], 2),
        "the launcher waits for its profile, and nothing is left over"
    );
}

/// A directory that can be written but not opened.
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
    let error = io::Error::from_raw_os_error(EACCES);
    let says = printed(&WriteError::NotSynced { directory: drop.clone(), error, new: vec!["drop/t.yaml".into()] });
    assert_eq!((output.status, output.stderr), (2, says));
    assert!(fs::read_to_string(drop.join("t.yaml")).expect("text").contains("RInstanceProfile"));
}

fn give_to_nobody(path: &Path) {
    // If this fails, the file already belongs to an ordinary user.
    let _ = std::os::unix::fs::chown(path, Some(65534), Some(65534));
}

/// A module with this number of launchers, each in its own file.
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
    // Which file exceeds the limit depends on other open files.
    let file = output.stderr.split(": error: ").next().unwrap_or_default();
    assert_eq!((output.status, &output.stderr), (2, &failed(file, EMFILE)));
    assert_eq!(Tree::read(directory.path()), tree);
}

/// The soft limit on open files (usually 1024) does not matter, because ipfix raises it.
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
    let says = "ipfix: could not start threads: Resource temporarily unavailable (os error 11); use a smaller `--jobs`, or raise the limits on processes and memory\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, says));
}

#[test]
fn a_locked_file() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let held = File::open(directory.path().join("main.tf")).expect("a file");
    held.lock().expect("a lock");
    let output = ipfix(directory.path(), &["-q", "--write", "."]);
    assert_eq!((output.status, output.stderr), (2, refused("main.tf", WriteRefusal::Locked)));
    assert_eq!(Tree::read(directory.path()), Tree::of("main.tf", WRONG));
    // Dropping the file is not enough: a child process of another test may have inherited the handle.
    held.unlock().expect("no lock");
    assert_eq!(ipfix(directory.path(), &["-q", "--write", "."]).status, 0);
}

#[test]
fn one_file_under_two_names() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    symlink("main.tf", directory.path().join("link.tf")).expect("a link");
    let output = ipfix(directory.path(), &["-q", "--write", "main.tf", "link.tf"]);
    let says = refused("main.tf", WriteRefusal::DuplicateTarget { other: "link.tf".into() });
    assert_eq!((output.status, output.stderr), (2, says));
    assert_eq!(fs::read_to_string(directory.path().join("main.tf")).expect("text"), WRONG);
}

/// An ordinary user writes a file of the superuser in a directory with all permissions.
fn foreign_file(mode_of_file: u32, why: WriteRefusal) {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    mode(&directory.path().join("main.tf"), mode_of_file);
    if std::os::unix::fs::chown(directory.path().join("main.tf"), Some(0), Some(0)).is_err() {
        skipped(&format!("only the superuser can create a file of another owner, so this is NOT tested: {why}"));
        return;
    }
    let Some(output) = as_nobody(directory.path(), &["-q", "--write", "."]) else { return };
    assert_eq!((output.status, output.stderr), (2, refused("main.tf", why)));
    assert_eq!(Tree::read(directory.path()), Tree::of("main.tf", WRONG));
}

#[test]
fn an_owner_that_cannot_be_kept() {
    foreign_file(0o666, WriteRefusal::Owner);
}

#[test]
fn a_file_writable_by_its_owner_only() {
    foreign_file(0o644, WriteRefusal::Denied);
}

/// A file or directory with an attribute of `chattr`, and the error.
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
    let file = refused("module/main.tf", WriteRefusal::Protected);
    marked("i", "module/main.tf", &file);
    marked("a", "module/main.tf", &file);
    marked("i", "module", &failed("module/main.tf", EPERM));
}

/// A broken symlink is an unreadable file of the module. The other files are still checked.
#[test]
fn a_dangling_symlink() {
    let tree = Tree::of("main.tf", WRONG);
    let directory = scratch(&tree);
    symlink("gone.tf", directory.path().join("link.tf")).expect("a link");
    let output = ipfix(directory.path(), &["-q", "main.tf"]);
    let says = "link.tf: error: cannot be read: No such file or directory (os error 2); fix the symlink, or exclude its directory with `--exclude`\n";
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
    let says = "locked: error: Permission denied (os error 13); make it readable, or exclude it with `--exclude`\n";
    assert_eq!((found.status, found.stderr.as_str(), found.stdout), (2, says, b"open/main.tf\n".to_vec()));
    assert_eq!((excluded.status, excluded.stderr.as_str(), excluded.stdout), (1, "", b"open/main.tf\n".to_vec()));
}

#[test]
fn excluded_paths_need_not_exist() {
    let directory = scratch(&Tree::of("main.tf", WRONG));
    let output = ipfix(directory.path(), &["-q", "--exclude", "gone.tf", "gone.tf", "main.tf"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
}

/// The search would never finish reading it.
#[test]
fn an_endless_ignore_file() {
    let mut tree = Tree::of("strange/main.tf", WRONG);
    tree.0.insert("plain/main.tf".to_owned(), WRONG.into());
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        let directory = scratch(&tree);
        fs::create_dir_all(directory.path().join("strange/.git/info")).expect("a directory");
        symlink("/dev/zero", directory.path().join("strange").join(name)).expect("a link");
        let says = format!(
            "strange/{name}: error: cannot read this ignore file, so its directory is not searched: not a regular file; replace it with a readable file, or use `--no-ignore`\n"
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

/// It is unknown which files must not be changed, so none is.
#[test]
fn an_unreadable_ignore_file() {
    let mut tree = Tree::of("module/main.tf", WRONG);
    tree.0.insert("module/.gitignore".to_owned(), b"*.tf\n".to_vec());
    let directory = scratch(&tree);
    mode(&directory.path().join("module/.gitignore"), 0o000);
    let Some(output) = as_nobody(directory.path(), &["-q", "--write", "."]) else { return };
    let says = "module/.gitignore: error: cannot read this ignore file, so its directory is not searched: Permission denied (os error 13); replace it with a readable file, or use `--no-ignore`\n";
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
        "ipfix.toml: error: cannot be read: Permission denied (os error 13); make it readable, or specify another with `--config`\n",
    );
    run(
        &|directory| symlink("gone.toml", directory.join("ipfix.toml")).expect("a link"),
        &["."],
        "ipfix.toml: error: cannot be read: No such file or directory (os error 2); fix the symlink, or specify a configuration with `--config`\n",
    );
    run(&|_| {}, &["--config", ".", "."], ".: error: cannot be read: Is a directory (os error 21); specify a file\n");
}
