//! Files that change between reading and writing.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ipfix_iac::workspace::write::WriteRefusal;

use crate::harness::program::without_settings;
use crate::harness::tools::scratch;
use crate::harness::tree::Tree;
use crate::{ENOENT, WRONG, failed, refused};

/// The number of modules.
const MODULES: usize = 150;

/// Writes many modules. When the first one is written, all have been read, and `does` changes the file of the last one. Returns the exit status and
/// stderr, or `None` if ipfix was faster.
fn once_read(does: fn(&Path)) -> Option<(i32, String)> {
    let tree = Tree((0..MODULES).map(|number| (format!("m{number:03}/main.tf"), WRONG.into())).collect());
    let directory = scratch(&tree);
    let file = |number: usize| directory.path().join(format!("m{number:03}/main.tf"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipfix"));
    without_settings(&mut command).args(["-q", "--write", "."]).current_dir(directory.path());
    let child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("ipfix starts");
    let unwritten = WRONG.len() as u64;
    let begun = Instant::now();
    while fs::metadata(file(0)).expect("the first file").len() == unwritten {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is written");
        std::hint::spin_loop();
    }
    let in_time = fs::metadata(file(MODULES - 1)).expect("the last file").len() == unwritten;
    does(&file(MODULES - 1));
    let output = child.wait_with_output().expect("a child");
    let status = output.status.code().unwrap_or(-1);
    // The others were written.
    let written = (0..MODULES - 1).filter(|&number| fs::metadata(file(number)).expect("a file").len() > unwritten);
    assert_eq!(written.count(), MODULES - 1);
    (in_time && status != 0).then(|| (status, String::from_utf8(output.stderr).expect("text")))
}

/// The file of the last module.
const LAST: &str = "m149/main.tf";

/// A change, the error that ipfix reports, and the errors that it may report instead if it checks the file during the change.
type Happening<'a> = (fn(&Path), &'a str, &'a [&'a str]);

#[test]
fn changes_during_the_run() {
    let [changed, read_only, not_a_file] =
        [WriteRefusal::Changed, WriteRefusal::ReadOnly, WriteRefusal::NotAFile].map(|why| refused(LAST, why));
    let gone = failed(LAST, ENOENT);
    let happenings: [Happening<'_>; 6] = [
        (|file| fs::write(file, WRONG.replace("web", "www")).expect("a file"), &changed, &[]),
        (|file| fs::write(file, "").expect("a file"), &changed, &[]),
        (
            |file| fs::set_permissions(file, Permissions::from_mode(0o000)).expect("permissions"),
            &read_only,
            &[&changed],
        ),
        (|file| fs::remove_file(file).expect("a file"), &gone, &[]),
        (
            |file| {
                fs::remove_file(file).expect("a file");
                // Unless the new file already exists.
                let _ = fs::create_dir(file);
            },
            &not_a_file,
            &[&changed, &gone],
        ),
        (
            |file| {
                let other = file.with_file_name("other");
                fs::write(&other, WRONG.to_owned() + "\n").expect("a file");
                fs::rename(other, file).expect("another file in its place");
            },
            &changed,
            &[],
        ),
    ];
    for (does, problem, in_between) in happenings {
        let mut outputs = (0..50).filter_map(|_| once_read(does));
        let output = outputs.find(|(_, text)| !in_between.contains(&text.as_str()));
        assert_eq!(output, Some((2, problem.to_owned())));
    }
}
