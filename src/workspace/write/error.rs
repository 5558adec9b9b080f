use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace::os::{io_help, is_protected};

/// Why files were not replaced.
///
/// [`message`](Self::message) and [`help`](Self::help) have no full stop. `Display` shows path, message and help on one line.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// ipfix does not replace this file. No file was changed.
    Refused {
        /// The path, as the user wrote it.
        path: PathBuf,
        /// The reason.
        why: WriteRefusal,
    },
    /// The file system reported an error. No file was changed.
    Failed {
        /// The path, as the user wrote it.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The file system reported an error after some files were replaced, and they could not be restored.
    PartiallyWritten {
        /// The first failure.
        cause: Box<WriteError>,
        /// The changed files, as the user wrote their paths.
        new: Vec<PathBuf>,
    },
    /// All files were replaced, but a power failure may undo it.
    NotSynced {
        /// The directory that could not be flushed.
        directory: PathBuf,
        /// The error of the system.
        error: io::Error,
        /// The changed files, as the user wrote their paths.
        new: Vec<PathBuf>,
    },
}

/// Why ipfix does not replace a file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WriteRefusal {
    /// Its content changed since it was read, or it was replaced.
    Changed,
    /// It is not a regular file: a directory, a pipe, a device.
    NotAFile,
    /// It is read-only.
    ReadOnly,
    /// The user cannot both read and write it.
    Denied,
    /// An attribute (immutable, append-only) protects it.
    Protected,
    /// Another process holds a lock on it.
    Locked,
    /// The new file cannot get its owner or group.
    Owner,
    /// It is the same file as another one of the call that gets different content.
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

    /// The file or directory that caused the error.
    pub fn path(&self) -> &Path {
        match self {
            WriteError::Refused { path, .. } | WriteError::Failed { path, .. } => path,
            WriteError::PartiallyWritten { cause, .. } => cause.path(),
            WriteError::NotSynced { directory, .. } => directory,
        }
    }

    /// The files that were changed despite the error, as the user wrote their paths. Usually none.
    pub fn changed_files(&self) -> &[PathBuf] {
        match self {
            WriteError::Refused { .. } | WriteError::Failed { .. } => &[],
            WriteError::PartiallyWritten { new, .. } | WriteError::NotSynced { new, .. } => new,
        }
    }

    /// What is wrong, and the state of the files.
    pub fn message(&self) -> String {
        match self {
            WriteError::Refused { why, .. } => format!("{why}; no files were changed"),
            WriteError::Failed { error, .. } => format!("could not be written: {error}; no files were changed"),
            WriteError::PartiallyWritten { cause, new } => {
                let what = match cause.as_ref() {
                    WriteError::Failed { error, .. } => error.to_string(),
                    other => other.message(),
                };
                format!(
                    "could not be written: {what}; these files were changed and could not be restored: {}",
                    list(new)
                )
            }
            WriteError::NotSynced { error, new, .. } => {
                format!("could not be flushed to disk: {error}; a power failure may undo the changes to: {}", list(new))
            }
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            WriteError::Refused { why, .. } => why.help(),
            WriteError::Failed { error, .. } => help_for(error),
            WriteError::PartiallyWritten { .. } => "check these files; restore them from version control if necessary",
            WriteError::NotSynced { .. } => "check the disk, then these files",
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
        io::ErrorKind::NotFound => "the file no longer exists; run ipfix again",
        io::ErrorKind::PermissionDenied if is_protected(error) => {
            "remove the attribute that protects this file or its directory (`chattr -i`, on macOS `chflags nouchg`), or apply the patch yourself"
        }
        io::ErrorKind::PermissionDenied => "allow creating files in this directory, or apply the patch yourself",
        io::ErrorKind::ReadOnlyFilesystem => "apply the patch on a writable file system",
        io::ErrorKind::ResourceBusy => {
            "a file that is a mount point (as in containers) cannot be replaced; mount its directory instead, or apply the patch outside the container"
        }
        _ => "resolve the error above, then run ipfix again",
    }
}

impl WriteRefusal {
    fn help(&self) -> &'static str {
        match self {
            WriteRefusal::Changed => "run ipfix again",
            WriteRefusal::NotAFile => "specify regular files",
            WriteRefusal::ReadOnly => "make it writable (`chmod u+w`), or apply the patch yourself",
            WriteRefusal::Denied => "grant read and write access, or apply the patch yourself",
            WriteRefusal::Protected => {
                "remove this attribute (`chattr -i` or `-a`, on macOS `chflags nouchg`), or apply the patch yourself"
            }
            WriteRefusal::Locked => "wait for that process to finish, then run ipfix again",
            WriteRefusal::Owner => "run ipfix as the file's owner, or apply the patch yourself",
            WriteRefusal::DuplicateTarget { .. } => "specify only one of them",
        }
    }
}

impl fmt::Display for WriteRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteRefusal::Changed => write!(f, "changed since it was read"),
            WriteRefusal::NotAFile => write!(f, "is not a regular file"),
            WriteRefusal::ReadOnly => write!(f, "is read-only"),
            WriteRefusal::Denied => write!(f, "cannot be read and written by this user"),
            WriteRefusal::Protected => write!(f, "is marked as immutable or append-only"),
            WriteRefusal::Locked => write!(f, "is locked by another process"),
            WriteRefusal::Owner => write!(f, "has an owner or group that ipfix cannot give to the new file"),
            WriteRefusal::DuplicateTarget { other } => {
                write!(f, "is the same file as {}, which would get different content", other.display())
            }
        }
    }
}

impl std::error::Error for WriteRefusal {}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path().display(), self.message(), self.help())
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

    /// The exact text of every error. Other tests do not repeat it.
    fn assert_messages(table: impl IntoIterator<Item = (WriteError, &'static str)>) {
        for (error, says) in table {
            assert_eq!(error.to_string(), says);
        }
    }

    #[test]
    fn refusals() {
        let refused = |why| WriteError::Refused { path: "a.tf".into(), why };
        assert_messages([
            (refused(WriteRefusal::Changed), "a.tf: changed since it was read; no files were changed; run ipfix again"),
            (
                refused(WriteRefusal::NotAFile),
                "a.tf: is not a regular file; no files were changed; specify regular files",
            ),
            (
                refused(WriteRefusal::ReadOnly),
                "a.tf: is read-only; no files were changed; make it writable (`chmod u+w`), or apply the patch yourself",
            ),
            (
                refused(WriteRefusal::Denied),
                "a.tf: cannot be read and written by this user; no files were changed; grant read and write access, or apply the patch yourself",
            ),
            (
                refused(WriteRefusal::Protected),
                "a.tf: is marked as immutable or append-only; no files were changed; remove this attribute (`chattr -i` or `-a`, on macOS `chflags nouchg`), or apply the patch yourself",
            ),
            (
                refused(WriteRefusal::Locked),
                "a.tf: is locked by another process; no files were changed; wait for that process to finish, then run ipfix again",
            ),
            (
                refused(WriteRefusal::Owner),
                "a.tf: has an owner or group that ipfix cannot give to the new file; no files were changed; run ipfix as the file's owner, or apply the patch yourself",
            ),
            (
                refused(WriteRefusal::DuplicateTarget { other: "b.tf".into() }),
                "a.tf: is the same file as b.tf, which would get different content; no files were changed; specify only one of them",
            ),
        ]);
    }

    #[test]
    fn failures() {
        let new = || vec![PathBuf::from("b.tf"), PathBuf::from("c.tf")];
        let disk = |kind: io::ErrorKind| Box::new(failed(kind));
        assert_messages([
            (
                failed(io::ErrorKind::NotFound),
                "a.tf: could not be written: entity not found; no files were changed; the file no longer exists; run ipfix again",
            ),
            (
                failed(io::ErrorKind::PermissionDenied),
                "a.tf: could not be written: permission denied; no files were changed; allow creating files in this directory, or apply the patch yourself",
            ),
            (
                failed(io::ErrorKind::ReadOnlyFilesystem),
                "a.tf: could not be written: read-only filesystem or storage medium; no files were changed; apply the patch on a writable file system",
            ),
            (
                failed(io::ErrorKind::StorageFull),
                "a.tf: could not be written: no storage space; no files were changed; free disk space, then run ipfix again",
            ),
            (
                failed(io::ErrorKind::ResourceBusy),
                "a.tf: could not be written: resource busy; no files were changed; a file that is a mount point (as in containers) cannot be replaced; mount its directory instead, or apply the patch outside the container",
            ),
            (
                failed(io::ErrorKind::TimedOut),
                "a.tf: could not be written: timed out; no files were changed; resolve the error above, then run ipfix again",
            ),
            (
                WriteError::PartiallyWritten { cause: disk(io::ErrorKind::StorageFull), new: new() },
                "a.tf: could not be written: no storage space; these files were changed and could not be restored: b.tf, c.tf; check these files; restore them from version control if necessary",
            ),
            (
                WriteError::NotSynced { directory: "d".into(), error: io::ErrorKind::TimedOut.into(), new: new() },
                "d: could not be flushed to disk: timed out; a power failure may undo the changes to: b.tf, c.tf; check the disk, then these files",
            ),
        ]);
    }
}
