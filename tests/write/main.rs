//! Writing under adverse conditions: killed processes, a full disk, missing permissions, concurrent writers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, missing_docs)]

use std::fmt::Display;
use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

#[path = "../harness/mod.rs"]
mod harness;
#[path = "../invariants/mod.rs"]
mod invariants;
#[path = "../own_process/mod.rs"]
mod own_process;
mod program;

use ipfix_iac::workspace::write::{Replacement, WriteError, WriteRefusal, replace_all};
use own_process::{
    AS_ORDINARY_USER, NOBODY, WITH_OWN_MOUNTS, given_directory, is_superuser, run_in_process, skipped, test_in_process,
};

const FILES: [&str; 4] = ["a.tf", "b.tf", "sub/a.tf", "sub/b.tf"];

/// Long enough that a kill interrupts the writing.
fn content(generation: impl Display) -> Vec<u8> {
    (0..2000).map(|line| format!("{generation} = {line}\n")).collect::<String>().into_bytes()
}

fn write_files(directory: &Path, content: &[u8]) {
    fs::create_dir_all(directory.join("sub")).unwrap();
    for file in FILES {
        fs::write(directory.join(file), content).unwrap();
    }
}

fn replace(directory: &Path, before: &[u8], after: &[u8]) -> Result<(), WriteError> {
    let paths = FILES.map(|file| directory.join(file));
    let wanted: Vec<_> = paths.iter().map(|path| Replacement { path, before, after }).collect();
    replace_all(&wanted)
}

fn temporaries(directory: &Path) -> Vec<PathBuf> {
    let all = [directory.to_owned(), directory.join("sub")].into_iter().flat_map(|directory| {
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    });
    all.filter(|path| path.extension().is_none_or(|extension| extension != "tf")).collect()
}

// ---- killed ----

/// Random numbers for choosing moments.
struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Random(0x2545_f491_4f6c_dd1d)
    }
}

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A moment within this duration.
    fn moment(&mut self, within: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(within.as_micros()).unwrap().max(1)))
    }
}

const READY: &str = "now writing";

/// Not a test: writes all files, alternating old and new content, until it is killed.
#[test]
#[ignore = "only as a process that another test kills"]
fn writes_until_killed() {
    let Some(directory) = given_directory() else { return };
    let (old, new) = (content('a'), content('b'));
    println!("\n{READY}");
    loop {
        let (before, after) =
            if fs::read(directory.join(FILES[0])).unwrap() == old { (&old, &new) } else { (&new, &old) };
        replace(&directory, before, after).unwrap();
    }
}

#[test]
fn killed_at_any_moment_every_file_is_old_or_new() {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path();
    let (old, new) = (content('a'), content('b'));
    let mut runs_with_leftovers = 0;
    let mut runs_in_between = 0;
    let mut random = Random::default();
    for _ in 0..300 {
        write_files(directory, &old);
        let mut process =
            test_in_process(&[], "writes_until_killed", directory).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(process.stdout.as_mut().unwrap());
        assert!(said.lines().any(|line| line.unwrap() == READY));
        std::thread::sleep(random.moment(Duration::from_millis(10)));
        let status = kill(&mut process);
        assert_eq!(status.signal(), Some(9), "it writes until it is killed: {status}");

        let contents = FILES.map(|file| fs::read(directory.join(file)).unwrap());
        assert!(contents.iter().all(|content| *content == old || *content == new), "a torn file");
        runs_in_between += usize::from(contents.iter().any(|content| *content != contents[0]));
        let leftovers = temporaries(directory);
        for leftover in &leftovers {
            let name = leftover.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with(".ipfix-") && name.ends_with(".tmp"), "{name}");
        }
        runs_with_leftovers += usize::from(!leftovers.is_empty());

        // The next write removes temporary files.
        write_files(directory, &old);
        replace(directory, &old, &new).unwrap();
        assert!(temporaries(directory).is_empty());
    }
    eprintln!("of 300 kills {runs_with_leftovers} left temporary files and {runs_in_between} came between two renames");
    assert!(runs_with_leftovers > 10, "only {runs_with_leftovers} kills of 300 found the writing under way");
}

fn kill(process: &mut Child) -> ExitStatus {
    process.kill().unwrap(); // SIGKILL
    process.wait().unwrap()
}

// ---- two at once ----

/// Not a test: fifty times, replaces all files with the next generation, signed with the process id.
#[test]
#[ignore = "only as a process that another test starts twice"]
fn moves_on_fifty_times() {
    let Some(directory) = given_directory() else { return };
    let mut moved = 0;
    while moved < 50 {
        let before = fs::read(directory.join(FILES[0])).unwrap();
        let after = content(format!("{}.{}", generation(&before) + 1, std::process::id()));
        match replace(&directory, &before, &after) {
            Ok(()) => moved += 1,
            Err(WriteError::Refused { why: WriteRefusal::Changed | WriteRefusal::Locked, .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

fn generation(content: &[u8]) -> u32 {
    let digits = content.iter().take_while(|byte| byte.is_ascii_digit()).copied().collect();
    String::from_utf8(digits).unwrap().parse().unwrap()
}

#[test]
fn two_processes_do_not_mix_their_changes() {
    let place = tempfile::tempdir().unwrap();
    write_files(place.path(), &content(0));
    let start = || test_in_process(&[], "moves_on_fifty_times", place.path()).stdout(Stdio::null()).spawn().unwrap();
    let processes = [start(), start()];
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let contents = FILES.map(|file| fs::read(place.path().join(file)).unwrap());
    // A hundred steps: all files made each of them, and none was lost.
    assert_eq!(generation(&contents[0]), 100);
    assert!(contents.iter().all(|content| *content == contents[0]));
    assert!(temporaries(place.path()).is_empty());
}

// ---- a full disk ----

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    if let Some(directory) = given_directory() {
        let (old, new) = (content('a'), content('b'));
        // Space for the old files and two of the new ones.
        let size = format!("size={}", (old.len() * 6).next_multiple_of(4096));
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&directory).status();
        assert!(mounted.unwrap().success());
        write_files(&directory, &old);
        let error = replace(&directory, &old, &new).unwrap_err();
        assert!(
            matches!(&error, WriteError::Failed { error, .. } if error.kind() == io::ErrorKind::StorageFull),
            "{error}"
        );
        assert!(FILES.iter().all(|file| fs::read(directory.join(file)).unwrap() == old));
        assert!(temporaries(&directory).is_empty());
    } else {
        let place = tempfile::tempdir().unwrap();
        // A private mount, which ends with the process.
        run_in_process(WITH_OWN_MOUNTS, "a_full_disk_leaves_everything_as_it_was", place.path());
    }
}

// ---- permissions ----

/// Runs `test` as an ordinary user, on old files that belong to that user.
fn run_as_ordinary_user(test: &str, prepare: impl Fn(&Path)) {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path();
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
    write_files(directory, &content('a'));
    if is_superuser() {
        let nobody = Some(NOBODY);
        for file in FILES.iter().chain(&["", "sub"]) {
            std::os::unix::fs::chown(directory.join(file), nobody, nobody).unwrap();
        }
    }
    prepare(directory);
    run_in_process(AS_ORDINARY_USER, test, directory);
    // So that the directory can be removed.
    fs::set_permissions(directory.join("sub"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_read_only_directory_stays_unchanged() {
    if let Some(directory) = given_directory() {
        let error = replace(&directory, &content('a'), &content('b')).unwrap_err();
        assert!(
            matches!(&error, WriteError::Failed { error, .. } if error.kind() == io::ErrorKind::PermissionDenied),
            "{error}"
        );
        assert_eq!(error.path(), directory.join("sub/a.tf"));
        assert!(FILES.iter().all(|file| fs::read(directory.join(file)).unwrap() == content('a')));
        assert!(temporaries(&directory).is_empty());
    } else {
        run_as_ordinary_user("a_read_only_directory_stays_unchanged", |directory| {
            fs::set_permissions(directory.join("sub"), fs::Permissions::from_mode(0o555)).unwrap();
        });
    }
}

#[test]
fn a_file_made_unreadable_during_the_run_stays_unchanged() {
    if let Some(directory) = given_directory() {
        let error = replace(&directory, &content('a'), &content('b')).unwrap_err();
        assert!(matches!(error, WriteError::Refused { why: WriteRefusal::Denied, .. }), "{error}");
        assert_eq!(error.path(), directory.join("sub/b.tf"));
        assert!(FILES[..3].iter().all(|file| fs::read(directory.join(file)).unwrap() == content('a')));
    } else {
        run_as_ordinary_user("a_file_made_unreadable_during_the_run_stays_unchanged", |directory| {
            fs::set_permissions(directory.join("sub/b.tf"), fs::Permissions::from_mode(0o200)).unwrap();
        });
    }
}

#[test]
fn an_owner_that_cannot_be_kept_is_refused() {
    if let Some(directory) = given_directory() {
        let foreign = fs::metadata(directory.join("a.tf")).unwrap().uid() == 0;
        if !foreign {
            skipped(
                "only the superuser can create a file of another owner, so this is NOT tested: an owner that cannot be kept",
            );
            return;
        }
        let error = replace(&directory, &content('a'), &content('b')).unwrap_err();
        assert!(matches!(error, WriteError::Refused { why: WriteRefusal::Owner, .. }), "{error}");
        assert_eq!(error.path(), directory.join("a.tf"));
        assert!(FILES.iter().all(|file| fs::read(directory.join(file)).unwrap() == content('a')));
        assert!(temporaries(&directory).is_empty());
    } else {
        run_as_ordinary_user("an_owner_that_cannot_be_kept_is_refused", |directory| {
            let file = directory.join("a.tf");
            if std::os::unix::fs::chown(&file, Some(0), Some(0)).is_ok() {
                fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
            }
        });
    }
}

#[test]
fn a_file_of_two_modules_is_not_changed() {
    const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  \
                        iam_instance_profile = aws_iam_role.app.name\n}\n";
    const PROFILE: &str = "resource \"aws_iam_instance_profile\" \"app\" {\n  name = \"app\"\n  role = \"app\"\n}\n";
    let scratch = tempfile::tempdir().unwrap();
    for (name, text) in [("a/common.tf", ROLE), ("b/p.tf", PROFILE)] {
        fs::create_dir_all(scratch.path().join(name).parent().unwrap()).unwrap();
        fs::write(scratch.path().join(name), text).unwrap();
    }
    std::os::unix::fs::symlink("../a/common.tf", scratch.path().join("b/common.tf")).unwrap();
    let output = harness::program::ipfix(scratch.path(), &["--write", "--output-format", "full", "."]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status, 1, "{stdout}{}", output.stderr);
    assert!(stdout.contains("a/common.tf and b/common.tf are the same file, in two modules"), "{stdout}");
    assert_eq!(fs::read_to_string(scratch.path().join("a/common.tf")).unwrap(), ROLE);
    // Files outside the arguments are unknown.
    assert_eq!(harness::program::ipfix(scratch.path(), &["--write", "a"]).status, 0);
}
