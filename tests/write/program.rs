//! The program, killed at random moments, and two runs at the same time.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ipfix_iac::workspace::write::WriteRefusal;

use super::Random;
use crate::harness::program::{ipfix, without_settings};
use crate::harness::tree::Tree;

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
const LAUNCHER: &str = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";
const TEMPLATE: &str = "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref AppRole\n";

/// Two modules and how many of their files have a launcher.
const MODULES: [(&str, usize); 2] = [("blue/", 14), ("green/", 3)];

/// The modules, each with one fix that changes all its files, and two templates. By name, the file of the role is the last.
fn tree() -> Tree {
    let mut tree = Tree::default();
    for (module, launchers) in MODULES {
        tree.0.insert(format!("{module}roles.tf"), ROLE.into());
        for number in 0..launchers {
            tree.0.insert(format!("{module}m{number}.tf"), LAUNCHER.replace("web", &format!("m{number}")).into());
        }
    }
    tree.0.insert("one.yaml".to_owned(), TEMPLATE.into());
    tree.0.insert("two.yaml".to_owned(), TEMPLATE.into());
    tree
}

fn start(directory: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
    without_settings(&mut command).args(["-q", "--write", "."]).current_dir(directory);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("ipfix starts")
}

/// In a file system in memory, if possible. On a disk, flushing takes much longer than renaming, and a kill would hardly ever hit a rename.
fn scratch_in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory")
}

/// Returns when the first file of the first module was replaced, or ipfix finished.
fn wait_for_the_first_rename(directory: &Path, child: &mut Child) {
    let files: Vec<_> =
        tree().0.keys().filter(|path| path.starts_with("blue/")).map(|path| directory.join(path)).collect();
    let inodes = || -> Vec<u64> { files.iter().map(|file| fs::metadata(file).expect("a file").ino()).collect() };
    let before = inodes();
    while inodes() == before && child.try_wait().expect("a child").is_none() {}
}

/// The result of an uninterrupted run, and its duration.
fn undisturbed() -> (Tree, Duration) {
    let directory = scratch_in_memory();
    tree().write(directory.path());
    let begun = Instant::now();
    let output = ipfix(directory.path(), &["-q", "--write", "."]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let after = Tree::read(directory.path());
    assert_eq!(tree().changed(&after).count(), after.0.len(), "every file changes");
    (after, begun.elapsed())
}

/// Checks that each file is old or new and that no launcher references an undeclared profile. Returns the number of new files, and removes
/// temporary files.
fn check(found: &mut Tree, old: &Tree, new: &Tree) -> (usize, usize) {
    let is_ours =
        |name: &str| name.len() == ".ipfix-123456.tmp".len() && name.starts_with(".ipfix-") && name.ends_with(".tmp");
    let before = found.0.len();
    found.0.retain(|path, _| !is_ours(path.rsplit('/').next().unwrap_or(path)));
    let left_over = before - found.0.len();
    let names = |tree: &Tree| tree.0.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(found), names(old), "a file too many or too few");
    for (path, bytes) in &found.0 {
        assert!(*bytes == old.0[path] || *bytes == new.0[path], "{path} is torn:\n{}", String::from_utf8_lossy(bytes));
        let role = path.split_once('/').map_or(path.clone(), |(module, _)| format!("{module}/roles.tf"));
        let wired = *bytes == new.0[path];
        assert!(!wired || found.0[&role] == new.0[&role], "{path} names a profile that {role} does not declare");
    }
    (found.0.iter().filter(|(path, bytes)| **bytes == new.0[*path]).count(), left_over)
}

#[test]
fn killed_at_any_moment_it_leaves_complete_files_in_order() {
    const RUNS: usize = 300;
    let old = tree();
    let (new, takes) = undisturbed();
    let directory = scratch_in_memory();
    let mut random = Random::default();
    let (mut in_between, mut inside_a_fix, mut with_leftovers) = (0, 0, 0);
    for run in 0..RUNS {
        old.write(directory.path());
        let mut child = start(directory.path());
        if run % 2 == 0 {
            std::thread::sleep(random.moment(takes));
        } else {
            // There are only microseconds between two renames. This half aims at them.
            wait_for_the_first_rename(directory.path(), &mut child);
            let begun = Instant::now();
            let moment = random.moment(Duration::from_micros(120));
            while begun.elapsed() < moment {
                std::hint::spin_loop();
            }
        }
        super::kill(&mut child);
        let mut found = Tree::read(directory.path());
        let (done, left_over) = check(&mut found, &old, &new);
        in_between += usize::from(done > 0 && done < old.0.len());
        with_leftovers += usize::from(left_over > 0);
        inside_a_fix += usize::from(MODULES.iter().any(|(module, launchers)| {
            let new = found.0.iter().filter(|(path, bytes)| path.starts_with(module) && **bytes == new.0[*path]);
            (1..=*launchers).contains(&new.count())
        }));
        if (done, left_over) == (0, 0) {
            continue;
        }
        // The next run finishes the work and removes temporary files.
        let output = ipfix(directory.path(), &["-q", "--write", "."]);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""));
        assert_eq!(Tree::read(directory.path()), new);
    }
    println!(
        "of {RUNS} kills {in_between} came between two files, {inside_a_fix} of them inside of one fix, and {with_leftovers} left temporary files"
    );
    assert!(
        inside_a_fix > 0 && with_leftovers > 0,
        "the kills did not find the writing under way: {inside_a_fix}, {with_leftovers}"
    );
}

#[test]
fn two_runs_on_one_tree_do_not_mix() {
    let old = tree();
    let (new, takes) = undisturbed();
    let directory = scratch_in_memory();
    let mut random = Random::default();
    let mut refused = 0;
    for _ in 0..40 {
        old.write(directory.path());
        let first = start(directory.path());
        std::thread::sleep(random.moment(takes / 4));
        let second = start(directory.path());
        for child in [first, second] {
            let output = child.wait_with_output().expect("a child");
            let said = String::from_utf8(output.stderr).expect("text");
            let known = |line: &str| {
                let refusals = [WriteRefusal::Changed, WriteRefusal::Locked];
                refusals.iter().any(|why| line.contains(&format!(": error: {why}; ")))
            };
            assert!(said.lines().all(known), "{said}");
            assert_eq!(output.status.code(), Some(if said.is_empty() { 0 } else { 2 }), "{said}");
            refused += usize::from(!said.is_empty());
        }
        // If one run gave up, the other one wrote the file.
        assert_eq!(Tree::read(directory.path()), new);
    }
    println!("of 80 runs, two at a time, {refused} refused a file that the other one had changed or locked");
}
