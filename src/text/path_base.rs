//! Paths relative to a directory other than the working directory.

use std::io;
use std::path::{Path, PathBuf};

use super::diff_header::{by_name, resolve};

/// A directory that paths are shown relative to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathBase {
    /// The working directory, from which paths lead to their files.
    here: PathBuf,
    /// The directory that shown paths are relative to.
    base: PathBuf,
}

impl PathBase {
    /// The directory `base`, as seen from the working directory `here`.
    ///
    /// # Errors
    /// A directory that cannot be resolved.
    pub fn new(base: &Path, here: &Path) -> io::Result<Self> {
        let here = resolve(here)?;
        Ok(PathBase { base: resolve(&here.join(base))?, here })
    }

    /// The path of a file relative to the directory, as patches name it: symlinks are resolved. A file outside of the directory gets its
    /// absolute path, because `..` means nothing to services that show files of one repository.
    pub fn shown(&self, path: &Path) -> PathBuf {
        let path = self.here.join(path);
        let target = resolve(&path).unwrap_or_else(|_| by_name(&path));
        match target.strip_prefix(&self.base) {
            // An empty path is none.
            Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
            Ok(below) => below.to_owned(),
            // Not `\\?\C:\...`, as Windows resolves paths.
            Err(_) => dunce::simplified(&target).to_owned(),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_of_a_repository() {
        let tree = tempfile::tempdir().expect("temporary directory");
        let root = tree.path().canonicalize().expect("exists");
        fs::create_dir_all(root.join("repository/app/modules")).expect("directory");
        fs::write(root.join("repository/app/main.tf"), "").expect("file");
        symlink("repository", root.join("workspace")).expect("symlink");
        symlink("loop.tf", root.join("repository/app/loop.tf")).expect("symlink");
        let base = PathBase::new(&root.join("workspace"), &root.join("workspace/app")).expect("directories");
        for (path, shown) in [
            ("main.tf", "app/main.tf"),
            ("./modules/../main.tf", "app/main.tf"),
            ("new.tf", "app/new.tf"),
            ("loop.tf", "app/loop.tf"),
            ("..", "."),
            ("../../workspace/app/main.tf", "app/main.tf"),
        ] {
            assert_eq!(base.shown(Path::new(path)), Path::new(shown), "{path}");
        }
        assert_eq!(base.shown(&root.join("repository/app/main.tf")), Path::new("app/main.tf"));
        assert_eq!(base.shown(Path::new("../../other.tf")), root.join("other.tf"));
    }
}
