use std::fs::File;

/// Holds the lock on a file, if it was acquired, until it is dropped.
///
/// Closing the file is not enough: a child process that is just being started has inherited the handle, and with it the lock, until it runs
/// its program.
pub(crate) struct Lock(pub(crate) File);

impl Drop for Lock {
    fn drop(&mut self) {
        // On a file system without locks there is nothing to release.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_though_somebody_else_has_the_handle() {
        let file = tempfile::NamedTempFile::new().expect("temporary file");
        let lock = Lock(file.reopen().expect("handle"));
        lock.0.try_lock().expect("free");
        let inherited = lock.0.try_clone().expect("handle");
        assert!(file.as_file().try_lock().is_err());
        drop(lock);
        file.as_file().try_lock().expect("free again");
        drop(inherited);
    }
}
