//! Details of the operating system: error codes that `io::ErrorKind` does not distinguish, limits, file identity.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// Whether an attribute of the file or its directory (immutable, append-only) forbids what the permissions allow.
#[cfg(unix)]
pub(crate) fn is_protected(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::PERM)
}

#[cfg(not(unix))]
pub(crate) fn is_protected(_error: &io::Error) -> bool {
    false
}

/// Whether too many files are open, in this process or on the whole machine.
#[cfg(unix)]
fn is_too_many_open(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

#[cfg(not(unix))]
fn is_too_many_open(_error: &io::Error) -> bool {
    false
}

/// What to do about an error that has the same cause everywhere.
pub(crate) fn io_help(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("free disk space, then run ipfix again"),
        _ if is_too_many_open(error) => Some("raise the limit on open files (`ulimit -n`), then run ipfix again"),
        _ => None,
    }
}

/// Raises the limit on open files to the maximum that the system allows.
///
/// A write keeps the old and the new version of each file open, for their locks. The default limit (usually 1024 files, 256 on macOS) is too low for
/// large modules.
#[cfg(unix)]
pub(crate) fn allow_many_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// The maximum on macOS, even if it reports no limit.
    const SURELY_TAKEN: u64 = 10_240;
    let Rlimit { current: Some(current), maximum } = getrlimit(Resource::Nofile) else { return };
    let most = maximum.unwrap_or(u64::MAX);
    for wanted in [most, most.min(SURELY_TAKEN)] {
        let limit = Rlimit { current: Some(wanted), maximum };
        if wanted > current && setrlimit(Resource::Nofile, limit).is_ok() {
            return;
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn allow_many_open_files() {}

/// Whether two paths refer to the same existing file.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    let (Ok(of_a), Ok(of_b)) = (a.metadata(), b.metadata()) else { return false };
    let by_path = || a.canonicalize().ok().is_some_and(|real| b.canonicalize().ok() == Some(real));
    is_of_same_file(&of_a, &of_b) || cfg!(not(unix)) && by_path()
}

/// Whether both belong to the same file. Always false on systems without inode numbers.
#[cfg(unix)]
pub(crate) fn is_of_same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
pub(crate) fn is_of_same_file(_a: &Metadata, _b: &Metadata) -> bool {
    false
}
