use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::workspace::os::{is_of_same_file, is_protected};
use crate::workspace::write::error::{WriteError, WriteRefusal};
use crate::workspace::write::lock::Lock;

/// The new content of one file.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    /// The file, as the user knows it.
    pub path: &'a Path,
    /// The bytes that it was read as.
    pub before: &'a [u8],
    /// The bytes that it shall hold.
    pub after: &'a [u8],
}

/// A file that is to be replaced: found, checked, and locked until it is [closed](Self::close) or this value goes.
pub(crate) struct Target<'a> {
    /// What is wanted of it.
    pub(crate) replacement: &'a Replacement<'a>,
    /// Its path with every symlink followed.
    pub(crate) real: PathBuf,
    /// As it was when its bytes were compared.
    pub(crate) metadata: Metadata,
    lock: Option<Lock>,
}

impl<'a> Target<'a> {
    /// The real path of what is to be replaced.
    pub(crate) fn resolve(replacement: &Replacement<'_>) -> Result<PathBuf, WriteError> {
        replacement.path.canonicalize().map_err(|error| WriteError::failed(replacement.path, error))
    }

    /// Makes sure that the file at `real` may be replaced and still holds the bytes that it was read as, and locks it.
    /// `None`: it holds the new content already, as when another unit reached it through a symlink.
    ///
    /// `ours` are the targets that this call has locked already: one of them may be another name of this very file.
    pub(crate) fn lock(
        real: PathBuf,
        replacement: &'a Replacement<'a>,
        ours: &[Self],
    ) -> Result<Option<Self>, WriteError> {
        let fail = |error| WriteError::failed(replacement.path, error);
        let refuse = |why| Err(WriteError::refused(replacement.path, why));
        // Before opening: opening a pipe would wait for its other end.
        let metadata = real.metadata().map_err(fail)?;
        if !metadata.is_file() {
            return refuse(WriteRefusal::NotAFile);
        }
        // The superuser may open what is marked as read-only; the mark is meant all the same.
        if metadata.permissions().readonly() {
            return refuse(WriteRefusal::ReadOnly);
        }
        // Opened for writing only to learn whether that is allowed: renaming does not ask.
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
            // On a file system without locks, the check before the rename has to do.
            Ok(()) | Err(_) => {}
        }
        match content(&mut lock.0, replacement).map_err(fail)? {
            Content::Before => {}
            Content::After => return Ok(None),
            Content::Other => return refuse(WriteRefusal::Changed),
        }
        let target = Target { replacement, real, metadata, lock: Some(lock) };
        // Whoever held the lock before may have put another file in this place.
        target.check_unchanged()?;
        Ok(Some(target))
    }

    /// Makes sure that the path still leads to the very file whose bytes were compared, and that nobody wrote to it.
    pub(crate) fn check_unchanged(&self) -> Result<(), WriteError> {
        let path = self.replacement.path;
        let fail = |error| WriteError::failed(path, error);
        let same = path.canonicalize().map_err(fail)? == self.real
            && is_unchanged(&self.metadata, &self.real.symlink_metadata().map_err(fail)?);
        if same { Ok(()) } else { Err(WriteError::refused(path, WriteRefusal::Changed)) }
    }

    /// Gives lock and handle back, and makes sure once more that nothing has happened: what follows is to be the replacement.
    pub(crate) fn close(&mut self) -> Result<(), WriteError> {
        drop(self.lock.take());
        self.check_unchanged()
    }

    /// The directory that the file lies in.
    pub(crate) fn directory(&self) -> &Path {
        self.real.parent().unwrap_or(Path::new("/"))
    }
}

/// What a file holds.
enum Content {
    Before,
    After,
    Other,
}

fn content(file: &mut File, replacement: &Replacement<'_>) -> io::Result<Content> {
    let longest = replacement.before.len().max(replacement.after.len());
    let mut bytes = Vec::with_capacity(longest + 1);
    // One byte more than expected shows that the file grew, however large it is by now.
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
