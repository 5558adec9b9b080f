use std::fs::File;

/// Holds the lock on a file until it goes, if it could be had.
///
/// Closing the file would not always do: a process that is being started at that moment has the handle as well, and with it the lock,
/// until it has become the program that it shall run.
pub(crate) struct Lock(pub(crate) File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Where there are no locks there is none to give back.
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
