#![cfg(unix)]

use std::cell::{Cell, RefCell};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use crate::workspace::write::*;

/// A directory of files, each with one line that contains its name.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new(names: &[&str]) -> Self {
        let tree = Tree(tempfile::tempdir().expect("temporary directory"));
        for name in names {
            fs::create_dir_all(tree.path(name).parent().expect("parent")).expect("directory");
            fs::write(tree.path(name), old(name)).expect("file");
        }
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("readable")
    }

    /// Replaces the line of each file with a new one.
    fn replace(&self, names: &[&str]) -> Result<(), WriteError> {
        self.replace_on(&RealDisk, names)
    }

    fn replace_on(&self, disk: &impl Disk, names: &[&str]) -> Result<(), WriteError> {
        let owned: Vec<_> = names.iter().map(|name| (self.path(name), old(name), new(name))).collect();
        let wanted = owned.iter().map(|(path, before, after)| Replacement {
            path,
            before: before.as_bytes(),
            after: after.as_bytes(),
        });
        replace_all_on(disk, &wanted.collect::<Vec<_>>())
    }

    fn assert_old(&self, names: &[&str]) {
        for name in names {
            assert_eq!(self.read(name), old(name));
        }
    }

    fn assert_new(&self, names: &[&str]) {
        for name in names {
            assert_eq!(self.read(name), new(name));
        }
    }

    /// The temporary files under the directory.
    fn temporaries(&self) -> Vec<PathBuf> {
        fn visit(directory: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(directory).expect("directory").map(|entry| entry.expect("entry").path()) {
                if entry.is_dir() {
                    visit(&entry, found);
                } else if entry.extension().is_some_and(|extension| extension == "tmp") {
                    found.push(entry);
                }
            }
        }
        let mut found = Vec::new();
        visit(self.0.path(), &mut found);
        found
    }
}

fn old(name: &str) -> String {
    format!("old {}\n", name.trim_start_matches("link to "))
}

fn new(name: &str) -> String {
    format!("new {}, and longer\n", name.trim_start_matches("link to "))
}

fn refusal(result: Result<(), WriteError>) -> WriteRefusal {
    match result.expect_err("refused") {
        WriteError::Refused { why, .. } => why,
        other => unreachable!("another error: {other}"),
    }
}

/// A disk with failing steps.
#[derive(Default)]
struct FailingDisk<'a> {
    flushes_left: Option<Cell<usize>>,
    replaces_left: Option<Cell<usize>>,
    /// A change by another process while the temporary files are flushed.
    meanwhile: Option<&'a dyn Fn()>,
    /// Whether replacing works again after one failure.
    recovers: bool,
}

impl FailingDisk<'_> {
    fn step(&self, left: Option<&Cell<usize>>) -> io::Result<()> {
        let Some(left) = left else { return Ok(()) };
        match left.get() {
            0 => {
                if self.recovers {
                    left.set(usize::MAX);
                }
                Err(io::ErrorKind::StorageFull.into())
            }
            more => {
                left.set(more - 1);
                Ok(())
            }
        }
    }
}

impl Disk for FailingDisk<'_> {
    fn flush(&self, file: &File) -> io::Result<()> {
        if let Some(meanwhile) = self.meanwhile {
            meanwhile();
        }
        self.step(self.flushes_left.as_ref())?;
        RealDisk.flush(file)
    }

    fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock> {
        self.step(self.replaces_left.as_ref())?;
        RealDisk.replace(staged, target)
    }
}

#[test]
fn several_files_are_replaced_and_nothing_is_left_over() {
    let tree = Tree::new(&["a.tf", "sub/b.tf", "c.tf"]);
    tree.replace(&["c.tf", "sub/b.tf"]).expect("written");
    tree.assert_new(&["c.tf", "sub/b.tf"]);
    tree.assert_old(&["a.tf"]);
    assert!(tree.temporaries().is_empty());
}

/// A process that is killed in between leaves the first files new.
#[test]
fn files_are_replaced_in_the_order_of_the_call() {
    let tree = Tree::new(&["a.tf", "b.tf", "c.tf"]);
    let disk = FailingDisk { replaces_left: Some(Cell::new(2)), ..FailingDisk::default() };
    let error = tree.replace_on(&disk, &["c.tf", "a.tf", "b.tf"]).expect_err("no room");
    assert_eq!(error.changed_files(), [tree.path("c.tf"), tree.path("a.tf")]);
}

#[test]
fn equal_content_touches_nothing() {
    let tree = Tree::new(&["a.tf"]);
    let path = tree.path("a.tf");
    let before = fs::metadata(&path).expect("file");
    replace_all(&[Replacement { path: &path, before: b"old a.tf\n", after: b"old a.tf\n" }]).expect("nothing to do");
    assert_eq!(fs::metadata(&path).expect("file").ino(), before.ino());
}

#[test]
fn the_mode_is_kept() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    for (name, mode) in [("a.tf", 0o640), ("b.tf", 0o755)] {
        fs::set_permissions(tree.path(name), fs::Permissions::from_mode(mode)).expect("mode");
    }
    tree.replace(&["a.tf", "b.tf"]).expect("written");
    assert_eq!(fs::metadata(tree.path("a.tf")).expect("file").mode() & 0o7777, 0o640);
    assert_eq!(fs::metadata(tree.path("b.tf")).expect("file").mode() & 0o7777, 0o755);
}

#[test]
fn the_superuser_keeps_the_owner() {
    let tree = Tree::new(&["a.tf"]);
    if std::os::unix::fs::chown(tree.path("a.tf"), Some(4321), Some(1234)).is_err() {
        return; // Not the superuser: there is no other owner to keep.
    }
    tree.replace(&["a.tf"]).expect("written");
    let metadata = fs::metadata(tree.path("a.tf")).expect("file");
    assert_eq!((metadata.uid(), metadata.gid()), (4321, 1234));
}

#[test]
fn a_chain_of_symlinks_stays_and_its_target_is_replaced() {
    let tree = Tree::new(&["real/a.tf"]);
    symlink("../real/a.tf", tree.path("real/middle")).expect("symlink");
    symlink("real/middle", tree.path("link")).expect("symlink");
    let link = tree.path("link");
    replace_all(&[Replacement { path: &link, before: b"old real/a.tf\n", after: b"new\n" }]).expect("written");
    assert!(link.is_symlink() && tree.path("real/middle").is_symlink() && !tree.path("real/a.tf").is_symlink());
    assert_eq!(tree.read("real/a.tf"), "new\n");
}

#[test]
fn the_other_names_of_a_file_keep_the_old_content() {
    let tree = Tree::new(&["a.tf"]);
    fs::hard_link(tree.path("a.tf"), tree.path("other.tf")).expect("hard link");
    tree.replace(&["a.tf"]).expect("written");
    assert_eq!((tree.read("a.tf"), tree.read("other.tf")), (new("a.tf"), old("a.tf")));
}

#[test]
fn two_names_of_one_file_are_replaced_each() {
    let tree = Tree::new(&["a.tf"]);
    let (a, b) = (tree.path("a.tf"), tree.path("b.tf"));
    fs::hard_link(&a, &b).expect("hard link");
    let before = old("a.tf");
    replace_all(&[
        Replacement { path: &a, before: before.as_bytes(), after: b"1" },
        Replacement { path: &b, before: before.as_bytes(), after: b"2" },
    ])
    .expect("written");
    assert_eq!((tree.read("a.tf"), tree.read("b.tf")), ("1".into(), "2".into()));
}

#[test]
fn one_refused_file_keeps_all_others_from_changing() {
    let tree = Tree::new(&["a.tf", "b.tf", "c.tf"]);
    fs::write(tree.path("b.tf"), "somebody else's\n").expect("file");
    assert_eq!(refusal(tree.replace(&["a.tf", "b.tf", "c.tf"])), WriteRefusal::Changed);
    tree.assert_old(&["a.tf", "c.tf"]);
    assert_eq!(tree.read("b.tf"), "somebody else's\n");
    assert!(tree.temporaries().is_empty());
}

#[test]
fn a_file_that_only_grew_has_changed() {
    let tree = Tree::new(&["a.tf"]);
    fs::write(tree.path("a.tf"), old("a.tf") + "more\n").expect("file");
    assert_eq!(refusal(tree.replace(&["a.tf"])), WriteRefusal::Changed);
}

#[test]
fn a_file_with_the_new_content_counts_as_replaced() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    fs::write(tree.path("a.tf"), new("a.tf")).expect("file");
    tree.replace(&["a.tf", "b.tf"]).expect("written");
    tree.assert_new(&["a.tf", "b.tf"]);
}

#[test]
fn a_change_while_the_new_content_is_flushed_stops_everything() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    let save = || fs::write(tree.path("b.tf"), "somebody else's\n").expect("file");
    let disk = FailingDisk { meanwhile: Some(&save), ..FailingDisk::default() };
    assert_eq!(refusal(tree.replace_on(&disk, &["a.tf", "b.tf"])), WriteRefusal::Changed);
    tree.assert_old(&["a.tf"]);
    assert_eq!(tree.read("b.tf"), "somebody else's\n");
    assert!(tree.temporaries().is_empty());
}

#[test]
fn a_symlink_led_elsewhere_while_flushing_stops_everything() {
    let tree = Tree::new(&["a.tf", "x/l.tf", "y/l.tf"]);
    symlink("x", tree.path("link to x")).expect("symlink");
    let relink = || {
        let _ = fs::remove_file(tree.path("link to x"));
        symlink("y", tree.path("link to x")).expect("symlink");
    };
    let disk = FailingDisk { meanwhile: Some(&relink), ..FailingDisk::default() };
    assert_eq!(refusal(tree.replace_on(&disk, &["a.tf", "link to x/l.tf"])), WriteRefusal::Changed);
    tree.assert_old(&["a.tf", "x/l.tf", "y/l.tf"]);
}

#[test]
fn read_only_files_are_refused() {
    let tree = Tree::new(&["a.tf"]);
    fs::set_permissions(tree.path("a.tf"), fs::Permissions::from_mode(0o444)).expect("mode");
    let error = tree.replace(&["a.tf"]).expect_err("refused");
    assert_eq!(error.path(), tree.path("a.tf"));
    assert!(matches!(error, WriteError::Refused { why: WriteRefusal::ReadOnly, .. }), "{error}");
    tree.assert_old(&["a.tf"]);
}

#[test]
fn only_regular_files_are_replaced() {
    let tree = Tree::new(&["a.tf", "directory/b.tf"]);
    assert_eq!(refusal(tree.replace(&["directory"])), WriteRefusal::NotAFile);
    let device = PathBuf::from("/dev/null");
    assert_eq!(
        refusal(replace_all(&[Replacement { path: &device, before: b"", after: b"x" }])),
        WriteRefusal::NotAFile
    );
    let pipe = tree.path("pipe");
    if std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        assert_eq!(refusal(tree.replace(&["pipe", "a.tf"])), WriteRefusal::NotAFile);
    }
    tree.assert_old(&["a.tf", "directory/b.tf"]);
}

#[test]
fn symlink_loops_and_missing_files_change_nothing() {
    let tree = Tree::new(&["a.tf"]);
    symlink("loop", tree.path("loop")).expect("symlink");
    for name in ["loop", "missing.tf"] {
        let error = tree.replace(&["a.tf", name]).expect_err("refused");
        assert!(matches!(error, WriteError::Failed { .. }), "{error}");
        assert_eq!(error.path(), tree.path(name));
        tree.assert_old(&["a.tf"]);
    }
}

#[test]
fn one_file_by_two_names_can_only_get_one_content() {
    let tree = Tree::new(&["a.tf"]);
    symlink("a.tf", tree.path("b.tf")).expect("symlink");
    let (a, b) = (tree.path("a.tf"), tree.path("b.tf"));
    let before = old("a.tf");
    let to = |path, after| Replacement { path, before: before.as_bytes(), after };
    assert_eq!(refusal(replace_all(&[to(&a, b"1"), to(&b, b"2")])), WriteRefusal::DuplicateTarget { other: a.clone() });
    tree.assert_old(&["a.tf"]);
    replace_all(&[to(&a, b"1"), to(&b, b"1")]).expect("written");
    assert_eq!(tree.read("a.tf"), "1");
    assert!(b.is_symlink());
}

#[test]
fn a_locked_file_is_refused() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    let profile_role = File::open(tree.path("b.tf")).expect("file");
    profile_role.lock().expect("lock");
    assert_eq!(refusal(tree.replace(&["a.tf", "b.tf"])), WriteRefusal::Locked);
    tree.assert_old(&["a.tf", "b.tf"]);
    profile_role.unlock().expect("unlock");
    tree.replace(&["a.tf", "b.tf"]).expect("written");
}

/// Keeps copies of all handles, like a child process that is just being started.
#[derive(Default)]
struct KeepsHandles(RefCell<Vec<File>>);

impl Disk for KeepsHandles {
    fn flush(&self, file: &File) -> io::Result<()> {
        self.0.borrow_mut().push(file.try_clone()?);
        RealDisk.flush(file)
    }

    fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock> {
        RealDisk.replace(staged, target)
    }
}

#[test]
fn a_file_is_unlocked_after_the_write_even_if_a_child_has_its_handle() {
    let tree = Tree::new(&["a.tf"]);
    let disk = KeepsHandles::default();
    tree.replace_on(&disk, &["a.tf"]).expect("written");
    fs::write(tree.path("a.tf"), old("a.tf")).expect("file");
    tree.replace(&["a.tf"]).expect("written");
    assert_eq!(disk.0.borrow().len(), 1);
}

/// A system that cannot replace open files, like Windows.
#[cfg(target_os = "linux")]
#[derive(Default)]
struct ClosedFilesOnly<'a> {
    /// A change by another process right before a replacement, by the number of the replacement.
    meanwhile: Option<(usize, &'a dyn Fn())>,
    /// The number of the replacement that fails.
    fails_at: Option<usize>,
    replaces: Cell<usize>,
}

#[cfg(target_os = "linux")]
impl Disk for ClosedFilesOnly<'_> {
    fn flush(&self, file: &File) -> io::Result<()> {
        RealDisk.flush(file)
    }

    fn replaces_open_files(&self) -> bool {
        false
    }

    fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock> {
        let file = fs::metadata(target)?;
        for handle in fs::read_dir("/proc/self/fd")?.filter_map(Result::ok) {
            let open = fs::metadata(handle.path()).map(|open| (open.dev(), open.ino()));
            if open.is_ok_and(|open| open == (file.dev(), file.ino())) {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
        }
        let number = self.replaces.replace(self.replaces.get() + 1);
        if self.fails_at == Some(number) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let lock = RealDisk.replace(staged, target)?;
        if let Some((_, meanwhile)) = self.meanwhile.filter(|(at, _)| *at == number) {
            meanwhile();
        }
        Ok(lock)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_file_is_open_when_it_is_replaced() {
    let tree = Tree::new(&["a.tf", "sub/b.tf", "c.tf"]);
    tree.replace_on(&ClosedFilesOnly::default(), &["c.tf", "a.tf", "sub/b.tf"]).expect("written");
    tree.assert_new(&["a.tf", "sub/b.tf", "c.tf"]);
    assert!(tree.temporaries().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn no_file_is_open_when_it_is_rolled_back() {
    let tree = Tree::new(&["a.tf", "b.tf", "c.tf"]);
    let disk = ClosedFilesOnly { fails_at: Some(2), ..ClosedFilesOnly::default() };
    let error = tree.replace_on(&disk, &["a.tf", "b.tf", "c.tf"]).expect_err("no room");
    assert!(matches!(error, WriteError::Failed { .. }), "{error}");
    assert_eq!(disk.replaces.get(), 5);
    tree.assert_old(&["a.tf", "b.tf", "c.tf"]);
    assert!(tree.temporaries().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_change_before_the_handle_is_given_back_is_seen() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    let save = || fs::write(tree.path("b.tf"), "somebody else's\n").expect("file");
    let disk = ClosedFilesOnly { meanwhile: Some((0, &save)), ..ClosedFilesOnly::default() };
    assert_eq!(refusal(tree.replace_on(&disk, &["a.tf", "b.tf"])), WriteRefusal::Changed);
    tree.assert_old(&["a.tf"]);
    assert_eq!(tree.read("b.tf"), "somebody else's\n");
}

/// If possible, the lock is held until the file is replaced.
#[test]
fn a_file_is_locked_when_it_is_replaced() {
    struct Locked;
    impl Disk for Locked {
        fn flush(&self, file: &File) -> io::Result<()> {
            RealDisk.flush(file)
        }

        fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock> {
            assert!(File::open(target)?.try_lock().is_err(), "{} is free", target.display());
            RealDisk.replace(staged, target)
        }
    }
    let tree = Tree::new(&["a.tf", "b.tf"]);
    tree.replace_on(&Locked, &["a.tf", "b.tf"]).expect("written");
    tree.assert_new(&["a.tf", "b.tf"]);
}

#[test]
fn a_failure_before_the_first_rename_leaves_everything() {
    for flushes in 0..3 {
        let tree = Tree::new(&["a.tf", "b.tf", "c.tf"]);
        let disk = FailingDisk { flushes_left: Some(Cell::new(flushes)), ..FailingDisk::default() };
        let error = tree.replace_on(&disk, &["a.tf", "b.tf", "c.tf"]).expect_err("no room");
        assert!(error.changed_files().is_empty());
        assert!(
            matches!(&error, WriteError::Failed { error, .. } if error.kind() == io::ErrorKind::StorageFull),
            "{error}"
        );
        tree.assert_old(&["a.tf", "b.tf", "c.tf"]);
        assert!(tree.temporaries().is_empty());
    }
}

#[test]
fn a_failure_in_between_is_rolled_back() {
    for replaces in 0..3 {
        let tree = Tree::new(&["a.tf", "sub/b.tf", "z.tf"]);
        fs::set_permissions(tree.path("a.tf"), fs::Permissions::from_mode(0o640)).expect("mode");
        let disk = FailingDisk { replaces_left: Some(Cell::new(replaces)), recovers: true, ..FailingDisk::default() };
        let error = tree.replace_on(&disk, &["a.tf", "sub/b.tf", "z.tf"]).expect_err("no room");
        assert!(matches!(error, WriteError::Failed { .. }), "{error}");
        tree.assert_old(&["a.tf", "sub/b.tf", "z.tf"]);
        assert_eq!(fs::metadata(tree.path("a.tf")).expect("file").mode() & 0o7777, 0o640);
        assert!(tree.temporaries().is_empty());
    }
}

#[test]
fn new_files_stay_locked_until_they_cannot_be_rolled_back() {
    let tree = Tree::new(&["a.tf", "b.tf"]);
    let tried = Cell::new(0);
    let other_process = || {
        if tree.read("a.tf") == new("a.tf") {
            let (path, before) = (tree.path("a.tf"), new("a.tf"));
            let wanted = Replacement { path: &path, before: before.as_bytes(), after: b"newer\n" };
            assert_eq!(refusal(replace_all(&[wanted])), WriteRefusal::Locked);
            tried.set(tried.get() + 1);
        }
    };
    let replaces_left = Some(Cell::new(1));
    let disk = FailingDisk { replaces_left, recovers: true, meanwhile: Some(&other_process), ..FailingDisk::default() };
    tree.replace_on(&disk, &["a.tf", "b.tf"]).expect_err("no room");
    assert_eq!(tried.get(), 1);
    tree.assert_old(&["a.tf", "b.tf"]);
}

#[test]
fn a_failure_of_the_roll_back_names_each_new_file() {
    let tree = Tree::new(&["a.tf", "b.tf", "c.tf"]);
    let disk = FailingDisk { replaces_left: Some(Cell::new(2)), ..FailingDisk::default() };
    let error = tree.replace_on(&disk, &["a.tf", "b.tf", "c.tf"]).expect_err("no room");
    assert_eq!(error.changed_files(), [tree.path("a.tf"), tree.path("b.tf")]);
    assert_eq!(error.path(), tree.path("c.tf"));
    assert!(error.to_string().contains(&tree.path("b.tf").display().to_string()), "{error}");
    tree.assert_new(&["a.tf", "b.tf"]);
    tree.assert_old(&["c.tf"]);
    assert!(tree.temporaries().is_empty());
}

#[test]
fn leftovers_go_with_the_next_write_but_not_those_of_a_living_process() {
    let tree = Tree::new(&["a.tf", "other/b.tf"]);
    let ours = [".ipfix-AbC123.tmp", "other/.ipfix-AbC123.tmp", ".ipfix-living.tmp"];
    let foreign = [".ipfix-AbC123.tmp.bak", ".ipfix-too-long.tmp", "ipfix-AbC123.tmp", ".ipfix-AbC12\u{e4}.tmp"];
    for name in ours.iter().chain(&foreign) {
        fs::write(tree.path(name), "").expect("file");
    }
    fs::create_dir(tree.path(".ipfix-direct.tmp")).expect("directory");
    symlink("a.tf", tree.path(".ipfix-symlnk.tmp")).expect("symlink");
    let living = File::open(tree.path(".ipfix-living.tmp")).expect("file");
    living.lock().expect("lock");

    tree.replace(&["a.tf"]).expect("written");

    assert!(!tree.path(".ipfix-AbC123.tmp").exists());
    let kept = foreign.iter().chain(&["other/.ipfix-AbC123.tmp", ".ipfix-living.tmp", ".ipfix-direct.tmp"]);
    for name in kept.chain(&[".ipfix-symlnk.tmp"]) {
        assert!(tree.path(name).exists(), "{name}");
    }
    living.unlock().expect("unlock");
    fs::write(tree.path("a.tf"), old("a.tf")).expect("file");
    tree.replace(&["a.tf"]).expect("written");
    assert!(!tree.path(".ipfix-living.tmp").exists());
}
