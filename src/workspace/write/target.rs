use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::workspace::os::{is_of_same_file, is_protected};
use crate::workspace::write::error::{WriteError, WriteRefusal};
use crate::workspace::write::lock::Lock;

/// The new content of one file.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The path, as the user wrote it.
    pub path: &'a Path,
    /// Its content when it was read.
    pub before: &'a [u8],
    /// Its new content.
    pub after: &'a [u8],
}

/// A file to replace: found, checked, and locked until it is [closed](Self::close) or dropped.
pub(crate) struct Target<'a> {
    /// The requested replacement.
    pub(crate) replacement: &'a Replacement<'a>,
    /// Its path with all symlinks resolved.
    pub(crate) real: PathBuf,
    /// Its metadata when its content was compared.
    pub(crate) metadata: Metadata,
    lock: Option<Lock>,
}

impl<'a> Target<'a> {
    /// The real path of the file to replace.
    pub(crate) fn resolve(replacement: &Replacement<'_>) -> Result<PathBuf, WriteError> {
        replacement.path.canonicalize().map_err(|error| WriteError::failed(replacement.path, error))
    }

    /// Checks that the file at `real` can be replaced and did not change since it was read, and locks it.
    /// `None` if it already has the new content, for example because another unit wrote it through a symlink.
    ///
    /// `ours` are the targets that this call has already locked. One of them may be another name of this file.
    pub(crate) fn lock(
        real: PathBuf,
        replacement: &'a Replacement<'a>,
        ours: &[Self],
    ) -> Result<Option<Self>, WriteError> {
        let fail = |error| WriteError::failed(replacement.path, error);
        let refuse = |why| Err(WriteError::refused(replacement.path, why));
        // Before opening, because opening a pipe would wait for its other end.
        let metadata = real.metadata().map_err(fail)?;
        if !metadata.is_file() {
            return refuse(WriteRefusal::NotAFile);
        }
        // The superuser can open a read-only file, but must not change it either.
        if metadata.permissions().readonly() {
            return refuse(WriteRefusal::ReadOnly);
        }
        // Opened for writing only to check the permission, which a rename does not require.
        let mut lock = match OpenOptions::new().read(true).write(true).open(&real) {
            Err(error) if is_protected(&error) => return refuse(WriteRefusal::Protected),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return refuse(WriteRefusal::Denied),
            opened => Lock(opened.map_err(fail)?),
        };
        let locked = lock.0.try_lock();
        let metadata = lock.0.metadata().map_err(fail)?;
        match locked {
            Err(TryLockError::WouldBlock) if !ours.iter().any(|other| is_of_same_file(&other.metadata, &metadata)) => {
                return refuse(WriteRefusal::Locked);
            }
            // On a file system without locks, only the check before the rename protects the file.
            Ok(()) | Err(_) => {}
        }
        match content(&mut lock.0, replacement).map_err(fail)? {
            Content::Before => {}
            Content::After => return Ok(None),
            Content::Other => return refuse(WriteRefusal::Changed),
        }
        let target = Target { replacement, real, metadata, lock: Some(lock) };
        // The process that held the lock before may have replaced the file.
        target.check_unchanged()?;
        Ok(Some(target))
    }

    /// Checks that the path still refers to the file whose content was compared, and that it did not change.
    pub(crate) fn check_unchanged(&self) -> Result<(), WriteError> {
        let path = self.replacement.path;
        let fail = |error| WriteError::failed(path, error);
        let same = path.canonicalize().map_err(fail)? == self.real
            && is_unchanged(&self.metadata, &self.real.symlink_metadata().map_err(fail)?);
        if same { Ok(()) } else { Err(WriteError::refused(path, WriteRefusal::Changed)) }
    }

    /// Releases the lock, closes the file, and checks it once more. The replacement must follow at once.
    pub(crate) fn close(&mut self) -> Result<(), WriteError> {
        drop(self.lock.take());
        self.check_unchanged()
    }

    /// The directory of the file.
    pub(crate) fn directory(&self) -> &Path {
        self.real.parent().unwrap_or(Path::new("/"))
    }
}

/// The current content of a file.
enum Content {
    Before,
    After,
    Other,
}

fn content(file: &mut File, replacement: &Replacement<'_>) -> io::Result<Content> {
    let longest = replacement.before.len().max(replacement.after.len());
    let mut bytes = Vec::with_capacity(longest + 1);
    // One byte more than expected is enough to see that the file grew.
    file.take(longest as u64 + 1).read_to_end(&mut bytes)?;
    Ok(match bytes {
        bytes if bytes == replacement.before => Content::Before,
        bytes if bytes == replacement.after => Content::After,
        _ => Content::Other,
    })
}

#[cfg(unix)]
fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let key = |it: &Metadata| (it.dev(), it.ino(), it.size(), it.mtime(), it.mtime_nsec(), it.ctime(), it.ctime_nsec());
    key(before) == key(now)
}

#[cfg(not(unix))]
fn is_unchanged(before: &Metadata, now: &Metadata) -> bool {
    now.is_file() && before.len() == now.len() && before.modified().ok() == now.modified().ok()
}
