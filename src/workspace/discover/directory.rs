use std::path::PathBuf;

/// The paths in a list: one per line or, if `nul_separated`, each ending with NUL. Empty paths are skipped.
///
/// A line may end with `\r\n`. File names that contain a newline or end with a carriage return need NUL.
pub fn paths_in_list(list: &[u8], nul_separated: bool) -> Vec<PathBuf> {
    let separator = if nul_separated { 0 } else { b'\n' };
    let entries = list.split(|&byte| byte == separator).map(|entry| match entry.strip_suffix(b"\r") {
        Some(line) if !nul_separated => line,
        _ => entry,
    });
    entries.filter(|entry| !entry.is_empty()).map(path).collect()
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(list: &str, nul_separated: bool) -> Vec<String> {
        let paths = paths_in_list(list.as_bytes(), nul_separated);
        paths.into_iter().map(|path| path.into_os_string().into_string().expect("UTF-8")).collect()
    }

    #[test]
    fn a_list_has_one_path_a_line() {
        assert_eq!(paths("a.tf\nb c.tf\r\n\n d.tf", false), ["a.tf", "b c.tf", " d.tf"]);
    }

    #[test]
    fn with_nuls_any_name_can_be_listed() {
        assert_eq!(paths("a\nb.tf\0c.tf\r\0\0", true), ["a\nb.tf", "c.tf\r"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_need_not_be_unicode() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(paths_in_list(b"\xff.tf\n", false)[0].as_os_str().as_bytes(), b"\xff.tf");
    }
}
