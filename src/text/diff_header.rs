//! The names that files get in a patch.

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

/// What the files of a patch are called in it, and where the patch is to be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatchNames {
    /// For each file, in the order given: its name for [`unified`](crate::text::unified), relative and with `/` separators.
    /// A symlink's name is that of its target.
    pub names: Vec<Vec<u8>>,
    /// The directory where the patch is to be applied, if that is not the working directory because some file lies outside of it.
    pub apply_from: Option<PathBuf>,
    /// Whether `git apply` needs to be told `-p1`. Inside a work tree's `infra/` it takes `a/infra/main.tf` for `infra/main.tf` and not for
    /// `infra/infra/main.tf`, and may patch the wrong file.
    pub git_needs_p1: bool,
}

impl PatchNames {
    /// Names `files` relative to the working directory `here`, or, if one of them lies outside, to the nearest directory that holds them all.
    ///
    /// # Errors
    /// A working directory, or a directory above a file, that cannot be resolved; and, on systems with drives, files without a common directory.
    pub fn new(here: &Path, files: &[&Path]) -> io::Result<Self> {
        let here = resolve(here)?;
        let targets = files.iter().map(|file| resolve(&here.join(file))).collect::<io::Result<Vec<_>>>()?;
        let inside = targets.iter().all(|target| target.starts_with(&here));
        let base = if inside { here } else { common_directory(&targets).ok_or_else(no_common_directory)? };
        Ok(PatchNames::below(base, &targets, inside))
    }

    /// Names `files`, whose paths are those from the working directory `here`, relative to the directory `base`.
    ///
    /// # Errors
    /// As for [`new`](Self::new); a file that is not below `base`.
    pub fn relative_to(base: &Path, here: &Path, files: &[&Path]) -> io::Result<Self> {
        let here = resolve(here)?;
        let base = resolve(&here.join(base))?;
        let targets = files.iter().map(|file| resolve(&here.join(file))).collect::<io::Result<Vec<_>>>()?;
        if let Some((file, _)) = files.iter().zip(&targets).find(|(_, target)| !target.starts_with(&base)) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{} is outside this directory", file.display()),
            ));
        }
        let is_here = base == here;
        Ok(PatchNames::below(base, &targets, is_here))
    }

    fn below(base: PathBuf, targets: &[PathBuf], applies_here: bool) -> Self {
        let names: Vec<_> = targets.iter().map(|target| name_below(&base, target)).collect();
        let git_needs_p1 =
            place_in_work_tree(&base).is_some_and(|place| names.iter().any(|name| name.starts_with(&place)));
        PatchNames { names, apply_from: (!applies_here).then_some(base), git_needs_p1 }
    }
}

/// The real path of a file. What does not exist (the name given for standard input) is resolved as far as it does, and what lies below a directory
/// that may not be searched by its name alone.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => Ok(resolve(parent)?.join(name)),
            _ => Err(error),
        },
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(by_name(path)),
        resolved => resolved,
    }
}

/// A path without `.` and `..`.
pub(super) fn by_name(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
        plain
    })
}

fn common_directory(files: &[PathBuf]) -> Option<PathBuf> {
    let mut directories = files.iter().filter_map(|file| file.parent());
    let first = directories.next()?;
    let common = directories.fold(first.to_owned(), |common, directory| {
        common.components().zip(directory.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    common.has_root().then_some(common)
}

fn no_common_directory() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "the files lie on different drives: no patch can name them all")
}

/// Where in a git work tree `directory` is, with a `/` at the end; nothing at its root or outside of any.
fn place_in_work_tree(directory: &Path) -> Option<Vec<u8>> {
    let root = directory.ancestors().find(|directory| directory.join(".git").exists())?;
    let mut place = name_below(root, directory);
    place.push(b'/');
    (place.len() > 1).then_some(place)
}

fn name_below(base: &Path, file: &Path) -> Vec<u8> {
    let below = file.strip_prefix(base).unwrap_or(file);
    let names = below.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        _ => None,
    });
    names.map(OsString::into_encoded_bytes).collect::<Vec<_>>().join(&b'/')
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// `work/a.tf`, `work/dir/b.tf`, `other/c.tf`, and in `work` the symlinks `link.tf` to `dir/b.tf` and `linked` to `dir`.
    fn tree() -> tempfile::TempDir {
        let tree = tempfile::tempdir().expect("temporary directory");
        let root = tree.path();
        fs::create_dir_all(root.join("work/dir")).expect("directory");
        fs::create_dir_all(root.join("other")).expect("directory");
        for file in ["work/a.tf", "work/dir/b.tf", "other/c.tf"] {
            fs::write(root.join(file), "").expect("file");
        }
        symlink("dir/b.tf", root.join("work/link.tf")).expect("symlink");
        symlink("dir", root.join("work/linked")).expect("symlink");
        tree
    }

    fn names(tree: &tempfile::TempDir, files: &[&str]) -> (Vec<String>, Option<PathBuf>) {
        let paths: Vec<&Path> = files.iter().map(Path::new).collect();
        let found = PatchNames::new(&tree.path().join("work"), &paths).expect("resolvable");
        (found.names.into_iter().map(|name| String::from_utf8(name).expect("ASCII")).collect(), found.apply_from)
    }

    #[test]
    fn names_are_relative_to_the_working_directory() {
        let tree = tree();
        let absolute = tree.path().join("work/a.tf");
        let absolute = absolute.to_str().expect("ASCII");
        assert_eq!(
            names(&tree, &["./a.tf", absolute, "dir/../dir/b.tf"]),
            (vec!["a.tf".into(), "a.tf".into(), "dir/b.tf".into()], None)
        );
    }

    #[test]
    fn a_symlink_is_named_by_its_target() {
        assert_eq!(names(&tree(), &["link.tf", "linked/b.tf"]), (vec!["dir/b.tf".into(), "dir/b.tf".into()], None));
    }

    #[test]
    fn a_file_outside_moves_the_place_to_apply_from() {
        let tree = tree();
        let root = tree.path().canonicalize().expect("exists");
        assert_eq!(
            names(&tree, &["a.tf", "../other/c.tf"]),
            (vec!["work/a.tf".into(), "other/c.tf".into()], Some(root.clone()))
        );
        assert_eq!(names(&tree, &["../other/c.tf"]), (vec!["c.tf".into()], Some(root.join("other"))));
    }

    #[test]
    fn the_base_can_be_given() {
        let tree = tree();
        let root = tree.path().canonicalize().expect("exists");
        let (work, file) = (root.join("work"), root.join("other/c.tf"));
        let found = PatchNames::relative_to(Path::new(".."), &work, &[&file, Path::new("a.tf")]).expect("below");
        assert_eq!(found.names, [b"other/c.tf".to_vec(), b"work/a.tf".to_vec()]);
        assert_eq!(found.apply_from, Some(root));
        let here = PatchNames::relative_to(Path::new("."), &work, &[Path::new("a.tf")]).expect("below");
        assert_eq!((here.names, here.apply_from), (vec![b"a.tf".to_vec()], None));
        PatchNames::relative_to(&work, &work, &[&file]).expect_err("outside");
    }

    #[test]
    fn a_name_that_git_would_misread_is_told() {
        let tree = tree();
        let root = tree.path();
        fs::create_dir_all(root.join("work").join("work").join("sub")).expect("directory");
        fs::create_dir(root.join(".git")).expect("directory");
        let needs_p1 = |here: &str, file: &str| {
            PatchNames::new(&root.join(here), &[Path::new(file)]).expect("resolvable").git_needs_p1
        };
        assert!(needs_p1("work", "work/x.tf") && needs_p1("work", "work/sub/x.tf"));
        assert!(!needs_p1("work", "a.tf") && !needs_p1("work", "dir/work.tf") && !needs_p1("", "work/a.tf"));
        fs::remove_dir(root.join(".git")).expect("directory");
        assert!(!needs_p1("work", "work/x.tf"));
    }

    #[test]
    fn a_file_that_is_yet_to_be_is_named_all_the_same() {
        assert_eq!(names(&tree(), &["linked/new/main.tf"]), (vec!["dir/new/main.tf".into()], None));
    }
}
