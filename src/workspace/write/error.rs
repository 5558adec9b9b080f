use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace::os::{io_help, is_protected};

/// Why files were not replaced.
///
/// [`message`](Self::message) and [`help`](Self::help) are sentences without a full stop; `Display` gives path, message and help in one line.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// ipfix will not replace this file. Every file is as it was.
    Refused {
        /// The file, as the user knows it.
        path: PathBuf,
        /// Why.
        why: WriteRefusal,
    },
    /// The file system refused. Every file is as it was.
    Failed {
        /// The file, as the user knows it.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file system refused in the middle, and would not take the old bytes of what was already replaced.
    PartiallyWritten {
        /// The first failure.
        cause: Box<WriteError>,
        /// The files that hold their new content, as the user knows them.
        new: Vec<PathBuf>,
    },
    /// Everything was replaced, but it is not certain to outlast a power cut.
    NotSynced {
        /// The directory that could not be flushed.
        directory: PathBuf,
        /// What the system said.
        error: io::Error,
        /// The files that hold their new content, as the user knows them.
        new: Vec<PathBuf>,
    },
}

/// Why ipfix will not replace a file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WriteRefusal {
    /// It does not hold the bytes that it was read as, or is another file by now.
    Changed,
    /// It is no ordinary file: a directory, a pipe, a device.
    NotAFile,
    /// It is marked as read-only.
    ReadOnly,
    /// The user may not both read and write it.
    Denied,
    /// A mark forbids to change it, whatever its permissions are: immutable, append-only.
    Protected,
    /// Another process holds a lock on it.
    Locked,
    /// Its owner or group could not be given to the new file.
    Owner,
    /// It is the same file as another one of the call, which shall get another content.
    DuplicateTarget {
        /// The other name.
        other: PathBuf,
    },
}

impl WriteError {
    pub(crate) fn refused(path: &Path, why: WriteRefusal) -> Self {
        WriteError::Refused { path: path.to_owned(), why }
    }

    pub(crate) fn failed(path: &Path, error: io::Error) -> Self {
        match error.downcast::<WriteRefusal>() {
            Ok(why) => Self::refused(path, why),
            Err(error) => WriteError::Failed { path: path.to_owned(), error },
        }
    }

    /// The file (or directory) that the trouble is with.
    pub fn path(&self) -> &Path {
        match self {
            WriteError::Refused { path, .. } | WriteError::Failed { path, .. } => path,
            WriteError::PartiallyWritten { cause, .. } => cause.path(),
            WriteError::NotSynced { directory, .. } => directory,
        }
    }

    /// The files that hold their new content all the same, as the user knows them. Mostly none.
    pub fn changed_files(&self) -> &[PathBuf] {
        match self {
            WriteError::Refused { .. } | WriteError::Failed { .. } => &[],
            WriteError::PartiallyWritten { new, .. } | WriteError::NotSynced { new, .. } => new,
        }
    }

    /// What is wrong, and how the files stand now.
    pub fn message(&self) -> String {
        match self {
            WriteError::Refused { why, .. } => format!("{why}, so nothing was written"),
            WriteError::Failed { error, .. } => format!("cannot be written, so nothing was: {error}"),
            WriteError::PartiallyWritten { cause, new } => {
                let what = match cause.as_ref() {
                    WriteError::Failed { error, .. } => error.to_string(),
                    other => other.message(),
                };
                format!(
                    "cannot be written: {what}; these files are new all the same, and would not take their old content back: {}",
                    list(new)
                )
            }
            WriteError::NotSynced { error, new, .. } => {
                format!(
                    "cannot be flushed to the disk: {error}; the new content of these files may not outlast a power cut: {}",
                    list(new)
                )
            }
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            WriteError::Refused { why, .. } => why.help(),
            WriteError::Failed { error, .. } => help_for(error),
            WriteError::PartiallyWritten { .. } => {
                "look at the files named, and bring them back from version control if need be"
            }
            WriteError::NotSynced { .. } => "check the disk, then the files named",
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn help_for(error: &io::Error) -> &'static str {
    if let Some(help) = io_help(error) {
        return help;
    }
    match error.kind() {
        io::ErrorKind::NotFound => "the file is gone: run ipfix again",
        io::ErrorKind::PermissionDenied if is_protected(error) => {
            "take off the mark that protects this file or its directory (`chattr -i`, on macOS `chflags nouchg`), or apply the patch where you may"
        }
        io::ErrorKind::PermissionDenied => {
            "a new file must be made in this directory: allow that, or apply the patch where you may"
        }
        io::ErrorKind::ReadOnlyFilesystem => "apply the patch where you may write",
        io::ErrorKind::ResourceBusy => {
            "a file that is mounted by itself (as containers do) cannot be replaced: mount its directory, or apply the patch where it lies"
        }
        _ => "mend what the system says, then run ipfix again",
    }
}

impl WriteRefusal {
    fn help(&self) -> &'static str {
        match self {
            WriteRefusal::Changed => "run ipfix again",
            WriteRefusal::NotAFile => "name ordinary files",
            WriteRefusal::ReadOnly => "make it writable (`chmod u+w`), or apply the patch where you may",
            WriteRefusal::Denied => "allow both, or apply the patch where you may",
            WriteRefusal::Protected => {
                "take off the mark that protects it (`chattr -i` or `-a`, on macOS `chflags nouchg`), or apply the patch where you may"
            }
            WriteRefusal::Locked => {
                "wait until the other ipfix (or whatever holds the lock) is done, then run ipfix again"
            }
            WriteRefusal::Owner => "run ipfix as the file's owner, or apply the patch in place",
            WriteRefusal::DuplicateTarget { .. } => "name only one of the two",
        }
    }
}

impl fmt::Display for WriteRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteRefusal::Changed => write!(f, "changed since it was read"),
            WriteRefusal::NotAFile => write!(f, "is no ordinary file"),
            WriteRefusal::ReadOnly => write!(f, "is read-only"),
            WriteRefusal::Denied => write!(f, "may not be read and written by this user"),
            WriteRefusal::Protected => write!(f, "is marked as immutable or append-only"),
            WriteRefusal::Locked => write!(f, "is locked by another process"),
            WriteRefusal::Owner => write!(f, "has an owner or group that the new file could not be given"),
            WriteRefusal::DuplicateTarget { other } => {
                write!(f, "is the same file as {}, which shall get another content", other.display())
            }
        }
    }
}

impl std::error::Error for WriteRefusal {}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path().display(), self.message(), self.help())
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Refused { why, .. } => Some(why),
            WriteError::Failed { error, .. } | WriteError::NotSynced { error, .. } => Some(error),
            WriteError::PartiallyWritten { cause, .. } => Some(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: io::ErrorKind) -> WriteError {
        WriteError::Failed { path: "a.tf".into(), error: kind.into() }
    }

    /// Every error, with its exact text: what, where, and what to do.
    #[test]
    fn what_is_said() {
        let refused = |why| WriteError::Refused { path: "a.tf".into(), why };
        let new = || vec![PathBuf::from("b.tf"), PathBuf::from("c.tf")];
        let disk = |kind: io::ErrorKind| Box::new(failed(kind));
        let table = [
            (
                refused(WriteRefusal::Changed),
                "a.tf: changed since it was read, so nothing was written: run ipfix again",
            ),
            (refused(WriteRefusal::NotAFile), "a.tf: is no ordinary file, so nothing was written: name ordinary files"),
            (
                refused(WriteRefusal::ReadOnly),
                "a.tf: is read-only, so nothing was written: make it writable (`chmod u+w`), or apply the patch where you may",
            ),
            (
                refused(WriteRefusal::Denied),
                "a.tf: may not be read and written by this user, so nothing was written: allow both, or apply the patch where you may",
            ),
            (
                refused(WriteRefusal::Protected),
                "a.tf: is marked as immutable or append-only, so nothing was written: take off the mark that protects it (`chattr -i` or `-a`, on macOS `chflags nouchg`), or apply the patch where you may",
            ),
            (
                refused(WriteRefusal::Locked),
                "a.tf: is locked by another process, so nothing was written: wait until the other ipfix (or whatever holds the lock) is done, then run ipfix again",
            ),
            (
                refused(WriteRefusal::Owner),
                "a.tf: has an owner or group that the new file could not be given, so nothing was written: run ipfix as the file's owner, or apply the patch in place",
            ),
            (
                refused(WriteRefusal::DuplicateTarget { other: "b.tf".into() }),
                "a.tf: is the same file as b.tf, which shall get another content, so nothing was written: name only one of the two",
            ),
            (
                failed(io::ErrorKind::NotFound),
                "a.tf: cannot be written, so nothing was: entity not found: the file is gone: run ipfix again",
            ),
            (
                failed(io::ErrorKind::PermissionDenied),
                "a.tf: cannot be written, so nothing was: permission denied: a new file must be made in this directory: allow that, or apply the patch where you may",
            ),
            (
                failed(io::ErrorKind::ReadOnlyFilesystem),
                "a.tf: cannot be written, so nothing was: read-only filesystem or storage medium: apply the patch where you may write",
            ),
            (
                failed(io::ErrorKind::StorageFull),
                "a.tf: cannot be written, so nothing was: no storage space: make room on the disk, then run ipfix again",
            ),
            (
                failed(io::ErrorKind::ResourceBusy),
                "a.tf: cannot be written, so nothing was: resource busy: a file that is mounted by itself (as containers do) cannot be replaced: mount its directory, or apply the patch where it lies",
            ),
            (
                failed(io::ErrorKind::TimedOut),
                "a.tf: cannot be written, so nothing was: timed out: mend what the system says, then run ipfix again",
            ),
            (
                WriteError::PartiallyWritten { cause: disk(io::ErrorKind::StorageFull), new: new() },
                "a.tf: cannot be written: no storage space; these files are new all the same, and would not take their old content back: b.tf, c.tf: look at the files named, and bring them back from version control if need be",
            ),
            (
                WriteError::NotSynced { directory: "d".into(), error: io::ErrorKind::TimedOut.into(), new: new() },
                "d: cannot be flushed to the disk: timed out; the new content of these files may not outlast a power cut: b.tf, c.tf: check the disk, then the files named",
            ),
        ];
        for (error, says) in table {
            assert_eq!(error.to_string(), says);
        }
    }
}
