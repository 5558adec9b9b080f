//! Reads regular files of a limited size.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Texts that are read in the place of files on disk, by their paths: standard input, the open buffers of an editor.
pub type Buffers = BTreeMap<PathBuf, Vec<u8>>;

/// Larger files are rejected, because a syntax tree takes about forty times the size of its file.
pub(crate) const MAX_FILE_SIZE: u64 = 256 * 1024 * 1024;

/// The content of a file, or `None` if it is too large.
///
/// The reported size may be wrong: for `/proc/self/pagemap`, it is zero.
pub(crate) fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_FILE_SIZE {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    read_at_most(file, &mut bytes).map(|whole| whole.then_some(bytes))
}

/// Reads at most the maximum size. Returns whether it reached the end.
pub(crate) fn read_at_most(from: impl Read, into: &mut Vec<u8>) -> io::Result<bool> {
    from.take(MAX_FILE_SIZE + 1).read_to_end(into)?;
    Ok(into.len() as u64 <= MAX_FILE_SIZE)
}
