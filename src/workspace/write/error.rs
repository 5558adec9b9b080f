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
    /// It is not a regular file: a directory, a pipe, a device.
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
    /// It is the same file as another one of the call, which would get different content.
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

    /// Every error, with its exact text: what, where, and what to do.
    #[test]
    fn what_is_said() {
        let refused = |why| WriteError::Refused { path: "a.tf".into(), why };
        let new = || vec![PathBuf::from("b.tf"), PathBuf::from("c.tf")];
        let disk = |kind: io::ErrorKind| Box::new(failed(kind));
        let table = [
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
        ];
        for (error, says) in table {
            assert_eq!(error.to_string(), says);
        }
    }
}
