use std::ffi::OsStr;
use std::fs::{self, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use crate::workspace::write::lock::Lock;
use crate::workspace::write::target::Target;

const PREFIX: &str = ".ipfix-";
const RANDOM: usize = 6;
const SUFFIX: &str = ".tmp";

/// The age from which a temporary file counts as left over on a file system without locks.
const SURELY_LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// New content in a temporary file, which is removed on drop unless it replaced its target.
pub(crate) struct Staged(NamedTempFile);

impl Staged {
    /// Writes `content` to a temporary file next to `target`, with the mode and owner of `target`.
    pub(crate) fn new(target: &Target<'_>, content: &[u8]) -> io::Result<Self> {
        let mut staged = Self::create_locked(target.directory())?;
        // Directly to the file: `NamedTempFile` would add its random name to the error.
        staged.0.as_file_mut().write_all(content)?;
        copy_owner(&target.metadata, staged.file())?;
        // After the owner, because changing the owner clears some bits of the mode.
        staged.file().set_permissions(target.metadata.permissions())?;
        Ok(Staged(staged.0))
    }

    pub(crate) fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Replaces `target`, which stays locked until the returned lock is dropped.
    pub(crate) fn replace(self, target: &Path) -> io::Result<Lock> {
        self.0.persist(target).map(Lock).map_err(|error| error.error)
    }

    /// An empty temporary file, locked so that no other process removes it as left over.
    fn create_locked(directory: &Path) -> io::Result<Self> {
        loop {
            let file =
                Builder::new().prefix(PREFIX).rand_bytes(RANDOM).suffix(SUFFIX).make_in(directory, create_private)?;
            match file.as_file().try_lock() {
                // Another process that removes stale files saw this one before it was locked.
                Err(TryLockError::WouldBlock) => {}
                Ok(()) if !file.path().try_exists()? => {}
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Staged(file)),
            }
        }
    }
}

/// A new file that only this user can read until it gets its owner and mode.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes the temporary files of killed processes from `directory`. Errors are ignored, since such files do no harm.
pub(crate) fn remove_stale(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.filter_map(Result::ok).filter(|entry| is_temporary(&entry.file_name())) {
        let _ = remove_if_left_over(&entry);
    }
}

fn remove_if_left_over(entry: &DirEntry) -> io::Result<()> {
    if !entry.file_type()?.is_file() {
        return Ok(());
    }
    let file = File::open(entry.path())?;
    let left_over = match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => {
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            age > SURELY_LEFT_OVER
        }
    };
    if left_over {
        // Still locked, so a process that has just created this file notices that it is gone.
        fs::remove_file(entry.path())?;
    }
    Ok(())
}

/// Whether a file has the name of a temporary file of ipfix.
fn is_temporary(name: &OsStr) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(unix)]
fn copy_owner(from: &Metadata, to: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let now = to.metadata()?;
    let user = (now.uid() != from.uid()).then_some(from.uid());
    let group = (now.gid() != from.gid()).then_some(from.gid());
    if user.is_none() && group.is_none() {
        return Ok(());
    }
    fchown(to, user, group).map_err(|error| match error.kind() {
        // `InvalidInput`: the user does not exist in this container.
        io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput => {
            io::Error::other(crate::workspace::write::WriteRefusal::Owner)
        }
        _ => error,
    })
}

#[cfg(not(unix))]
fn copy_owner(_from: &Metadata, _to: &File) -> io::Result<()> {
    Ok(())
}
