//! Replaces the contents of several files: all or none.

mod error;
mod lock;
mod staged;
mod target;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

pub use crate::workspace::write::error::{WriteError, WriteRefusal};

use crate::workspace::write::lock::Lock;
use crate::workspace::write::staged::{Staged, remove_stale};
use crate::workspace::write::target::Target;

pub use crate::workspace::write::target::Replacement;

/// Replaces the contents of all these files, or of none.
///
/// # Guarantees
/// * Each new content is written to a temporary file next to its target and flushed to disk before the first file is replaced. An error up to this point
///   changes nothing.
/// * A file is replaced by a rename. Even after a crash or a power failure, it has the old or the new content.
/// * Files are replaced in the given order. If the process is killed in between, the first ones are new.
/// * If a replacement fails after others succeeded, those are restored. If that fails too, the error lists the changed files.
/// * If a file changed since it was read, no file of the call is replaced. A file that already has the new content counts as replaced.
/// * Two processes that write the same files do not interfere: files are locked, and the second process finds them locked or changed and gives up.
///   Windows cannot replace an open file, so each lock is released right before the replacement; only a last comparison protects this moment.
///
/// A file keeps its mode and its owner. A symlink is kept, and its target is replaced. A rename does not preserve hard links (the other names keep the old
/// content) and extended attributes.
///
/// During the call, two files are open for each replacement.
///
/// # Temporary files
/// A killed process leaves temporary files named `.ipfix-XXXXXX.tmp`. The next write in that directory removes them. Files of a running process are locked
/// and kept. On a file system without locks, only files older than a day are removed.
///
/// # Errors
/// A target is not a regular file, cannot be written, changed since it was read, or is being written by another process; or the file system reports an
/// error. No file was changed, except for [`WriteError::changed_files`].
pub fn replace_all(replacements: &[Replacement<'_>]) -> Result<(), WriteError> {
    replace_all_on(&RealDisk, replacements)
}

/// The steps that can still fail after all checks. A trait, so that tests can make them fail.
trait Disk {
    /// Flushes the content of a file to disk.
    fn flush(&self, file: &File) -> io::Result<()>;
    /// Whether a file may be replaced while this process has it open.
    fn replaces_open_files(&self) -> bool {
        cfg!(not(windows))
    }
    /// Replaces `target` with a temporary file, which stays locked until the lock is dropped.
    fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock>;
}

struct RealDisk;

impl Disk for RealDisk {
    fn flush(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn replace(&self, staged: Staged, target: &Path) -> io::Result<Lock> {
        staged.replace(target)
    }
}

fn replace_all_on(disk: &impl Disk, replacements: &[Replacement<'_>]) -> Result<(), WriteError> {
    let mut targets = lock_targets(replacements)?;
    for directory in directories(&targets) {
        remove_stale(directory);
    }
    let mut staged = Vec::with_capacity(targets.len());
    for target in &targets {
        staged.push(
            stage(disk, target, target.replacement.after)
                .map_err(|error| WriteError::failed(target.replacement.path, error))?,
        );
    }
    for target in &targets {
        target.check_unchanged()?;
    }
    // The new files stay locked too, so that no other process uses one that may be rolled back.
    let mut replaced = Vec::with_capacity(targets.len());
    for (target, staged) in targets.iter_mut().zip(staged) {
        match replace_one(disk, target, staged) {
            Ok(lock) => replaced.push(lock),
            Err(cause) => return Err(roll_back(disk, &targets, replaced, cause)),
        }
    }
    // From here, nothing is rolled back. Dropping the locks frees file handles for the directories.
    drop(replaced);
    flush_directories(&targets)
}

/// Replaces one file. If the system requires it, closes the file first.
fn replace_one(disk: &impl Disk, target: &mut Target<'_>, staged: Staged) -> Result<Lock, WriteError> {
    if !disk.replaces_open_files() {
        target.close()?;
    }
    disk.replace(staged, &target.real).map_err(|error| WriteError::failed(target.replacement.path, error))
}

/// Resolves, checks and locks every target that changes. They are locked in the order of their real paths, so that one of two processes always
/// makes progress, and returned in the order of the call.
fn lock_targets<'a>(replacements: &'a [Replacement<'a>]) -> Result<Vec<Target<'a>>, WriteError> {
    let changing = replacements.iter().filter(|replacement| replacement.before != replacement.after);
    let mut wanted = changing.map(|one| Ok((Target::resolve(one)?, one))).collect::<Result<Vec<_>, _>>()?;
    wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
    wanted.dedup_by(|(real, one), (other_real, other)| {
        real == other_real && one.before == other.before && one.after == other.after
    });
    for pair in wanted.windows(2) {
        if let [(real, one), (other_real, again)] = pair
            && real == other_real
        {
            return Err(WriteError::refused(again.path, WriteRefusal::DuplicateTarget { other: one.path.to_owned() }));
        }
    }
    let mut targets = Vec::with_capacity(wanted.len());
    for (real, replacement) in wanted {
        targets.extend(Target::lock(real, replacement, &targets)?);
    }
    // All are in one slice, so the order of their addresses is the order of the call.
    targets.sort_by_key(|target| std::ptr::from_ref(target.replacement));
    Ok(targets)
}

/// Removes the temporary files of killed processes from a directory. [`replace_all`] does this in the directories of its targets.
pub fn remove_leftovers(directory: &Path) {
    remove_stale(directory);
}

/// A flushed temporary file next to `target`, with its mode and owner.
fn stage(disk: &impl Disk, target: &Target<'_>, content: &[u8]) -> io::Result<Staged> {
    let staged = Staged::new(target, content)?;
    disk.flush(staged.file())?;
    Ok(staged)
}

/// Restores the replaced targets, one for each lock. The returned error lists those that could not be restored.
fn roll_back(disk: &impl Disk, targets: &[Target<'_>], replaced: Vec<Lock>, cause: WriteError) -> WriteError {
    let done = &targets[..replaced.len()];
    let mut new = Vec::new();
    for (target, lock) in done.iter().zip(replaced).rev() {
        let restored = stage(disk, target, target.replacement.before).and_then(|staged| {
            let lock = Some(lock).filter(|_| disk.replaces_open_files());
            let restored = disk.replace(staged, &target.real);
            drop(lock);
            restored
        });
        if restored.is_err() {
            new.push(target.replacement.path.to_owned());
        }
    }
    new.reverse();
    // An error about flushing would hide the cause.
    let _ = flush_directories(done);
    if new.is_empty() { cause } else { WriteError::PartiallyWritten { cause: Box::new(cause), new } }
}

/// Flushes the renames to disk.
fn flush_directories(targets: &[Target<'_>]) -> Result<(), WriteError> {
    for directory in directories(targets) {
        if let Err(error) = flush_directory(directory) {
            let new = targets.iter().map(|target| target.replacement.path.to_owned()).collect();
            return Err(WriteError::NotSynced { directory: directory.to_owned(), error, new });
        }
    }
    Ok(())
}

fn directories<'a>(targets: &'a [Target<'_>]) -> BTreeSet<&'a Path> {
    targets.iter().map(Target::directory).collect()
}

#[cfg(unix)]
fn flush_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        // Some file systems cannot flush a directory and do not need to.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        flushed => flushed,
    }
}

#[cfg(not(unix))]
fn flush_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}
