//! Replacing the contents of several files, all or none.

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
/// # What is promised
/// * Each new content is written to a temporary file beside its target and flushed to the disk before the first file is replaced. A failure up to there
///   changes nothing.
/// * A file is replaced by renaming: whoever looks, even after the process was killed or the power went, finds the old content or the new one, whole.
/// * Files are replaced in the order in which they are given: who is killed in between leaves the first ones new.
/// * When a replacement fails after others were made, those get their old bytes back. If even that fails, the error names each file that is new.
/// * A file that no longer holds the bytes it was read as is not replaced, and neither is anything else of the same call.
///   One that holds the new content already counts as replaced.
/// * Two processes that write the same files do not mix: the targets are locked, and the later one finds them changed or locked, and gives up.
///   Windows replaces no file that is open, so there each lock is given back right before its file is replaced, and only a last look at the file, after
///   that, stands between the two.
///
/// A file keeps its mode and its owner; a symlink stays one, and its target is replaced. What renaming cannot keep: the other names of a file with
/// hard links go on holding the old content, and extended attributes are not carried over.
///
/// Two files are open for each that is replaced, as long as the call takes.
///
/// # What may be left over
/// A process that is killed leaves its temporary files, named `.ipfix-XXXXXX.tmp`. The next write in that directory removes them. It knows those of a
/// living process by the lock which that process holds on each; the lock dies with the process. On the odd file system without locks,
/// only those older than a day are removed.
///
/// # Errors
/// Something that is not a regular file, may not be written, changed since it was read or is being written by another process; and whatever the file system
/// refuses. Unless the error says otherwise ([`WriteError::changed_files`]), every file is as it was.
pub fn replace_all(replacements: &[Replacement<'_>]) -> Result<(), WriteError> {
    replace_all_on(&RealDisk, replacements)
}

/// The steps that can still fail once everything looked well. They are apart so that tests can make them fail.
trait Disk {
    /// Has the content of a file reach the disk.
    fn flush(&self, file: &File) -> io::Result<()>;
    /// Whether a file may be replaced while this process has it open.
    fn replaces_open_files(&self) -> bool {
        cfg!(not(windows))
    }
    /// Puts a temporary file in the place of `target`. It stays locked until the handle goes.
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
    // The new files stay locked as well: nobody shall build on one that may yet be rolled back.
    let mut replaced = Vec::with_capacity(targets.len());
    for (target, staged) in targets.iter_mut().zip(staged) {
        match replace_one(disk, target, staged) {
            Ok(lock) => replaced.push(lock),
            Err(cause) => return Err(roll_back(disk, &targets, replaced, cause)),
        }
    }
    // Nothing is rolled back any more. Locks that go now leave room for the directories: a process may not have any number of files open.
    drop(replaced);
    flush_directories(&targets)
}

/// Replaces one file, which no handle of this process is open on if the system wants it so.
fn replace_one(disk: &impl Disk, target: &mut Target<'_>, staged: Staged) -> Result<Lock, WriteError> {
    if !disk.replaces_open_files() {
        target.close()?;
    }
    disk.replace(staged, &target.real).map_err(|error| WriteError::failed(target.replacement.path, error))
}

/// Resolves, checks and locks every target that is to change. They are locked in the order of their real paths, so that
/// of two processes that want the same files one gets on; they come back in the order of the call.
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
    // All lie in one slice, so the order of their addresses is that of the call.
    targets.sort_by_key(|target| std::ptr::from_ref(target.replacement));
    Ok(targets)
}

/// Removes the temporary files that killed processes left over in a directory. [`replace_all`] does so where it replaces something.
pub fn remove_leftovers(directory: &Path) {
    remove_stale(directory);
}

/// A flushed temporary file beside `target`, with its mode and owner.
fn stage(disk: &impl Disk, target: &Target<'_>, content: &[u8]) -> io::Result<Staged> {
    let staged = Staged::new(target, content)?;
    disk.flush(staged.file())?;
    Ok(staged)
}

/// Gives the first targets their old bytes back, one for each lock on a new file; the error says how far that went.
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
    // What was rolled back is as good as it gets; an error about flushing would hide the cause.
    let _ = flush_directories(done);
    if new.is_empty() { cause } else { WriteError::PartiallyWritten { cause: Box::new(cause), new } }
}

/// Has the renames reach the disk.
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
        // Some file systems cannot flush a directory, and have no need to.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        flushed => flushed,
    }
}

#[cfg(not(unix))]
fn flush_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}
