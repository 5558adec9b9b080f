//! A directory's files in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

/// Files by their path, written with `/`, relative to the directory.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Tree(pub(crate) BTreeMap<String, Vec<u8>>);

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, bytes) in &self.0 {
            write!(f, "\n=== {path}\n{}", String::from_utf8_lossy(bytes))?;
        }
        Ok(())
    }
}

/// The byte order mark of UTF-8.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Extensions of files that ipfix may change.
const SOURCES: [&str; 7] = [".tf", ".tofu", ".yaml", ".yml", ".json", ".template", ".cfn"];

impl Tree {
    /// A tree of one file.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        Tree(BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]))
    }

    /// Reads a directory; one that is not there is empty.
    pub(crate) fn read(directory: &Path) -> Self {
        let mut tree = Tree::default();
        tree.read_below(directory, "");
        tree
    }

    fn read_below(&mut self, directory: &Path, prefix: &str) {
        let Ok(entries) = fs::read_dir(directory) else { return };
        for entry in entries {
            let entry = entry.expect("a directory entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let path = format!("{prefix}{name}");
            if entry.file_type().expect("a file type").is_dir() {
                self.read_below(&entry.path(), &format!("{path}/"));
            } else {
                self.0.insert(path, fs::read(entry.path()).expect("a readable file"));
            }
        }
    }

    /// Writes all files below `directory`.
    pub(crate) fn write(&self, directory: &Path) {
        for (path, bytes) in &self.0 {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            fs::write(path, bytes).expect("a file");
        }
    }

    /// This tree with the files of `other` put over it.
    pub(crate) fn with(&self, other: &Tree) -> Tree {
        let mut tree = self.clone();
        tree.0.extend(other.0.clone());
        tree
    }

    /// The files of `after` that are not as here.
    pub(crate) fn changed<'t>(&'t self, after: &'t Tree) -> impl Iterator<Item = (&'t str, &'t [u8], &'t [u8])> {
        after.0.iter().filter_map(|(path, new)| {
            let old = self.0.get(path).map_or(&[][..], Vec::as_slice);
            (old != new.as_slice()).then_some((path.as_str(), old, new.as_slice()))
        })
    }

    /// The same text with CRLF line endings; none if a file has a CR already.
    pub(crate) fn crlf(&self) -> Option<Tree> {
        self.map_sources(|bytes| {
            let crlf = bytes.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', b'\n'] } else { vec![byte] });
            (!bytes.contains(&b'\r')).then(|| crlf.collect())
        })
    }

    /// The same text after a byte order mark; none if a file has one already, or is in Terraform's JSON syntax, where none is allowed.
    pub(crate) fn bom(&self) -> Option<Tree> {
        if self.0.keys().any(|path| is_terraform_json(path)) {
            return None;
        }
        self.map_sources(|bytes| (!bytes.starts_with(BOM)).then(|| [BOM, bytes].concat()))
    }

    fn map_sources(&self, twin: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Tree> {
        let mut tree = self.clone();
        for (_, bytes) in tree.0.iter_mut().filter(|(path, _)| is_source(path)) {
            *bytes = twin(bytes)?;
        }
        Some(tree)
    }

    /// The differences to `other`, for a person.
    pub(crate) fn difference(&self, other: &Tree) -> Option<String> {
        let mut out = String::new();
        for path in self.0.keys().chain(other.0.keys().filter(|path| !self.0.contains_key(*path))) {
            match (self.0.get(path), other.0.get(path)) {
                (Some(want), Some(got)) if want == got => {}
                (Some(want), Some(got)) => out += &unified(path, want, got),
                (Some(_), None) => out.extend([path, " is missing\n"]),
                _ => out.extend([path, " is one too many\n"]),
            }
        }
        (!out.is_empty()).then_some(out)
    }
}

/// Whether a file is in Terraform's JSON syntax.
pub(crate) fn is_terraform_json(path: &str) -> bool {
    path.ends_with(".tf.json") || path.ends_with(".tofu.json")
}

/// Whether ipfix may change a file of this name.
pub(crate) fn is_source(path: &str) -> bool {
    SOURCES.iter().any(|extension| path.ends_with(extension))
}

/// A difference by lines, `-` wanted and `+` got, control characters visible.
fn unified(path: &str, want: &[u8], got: &[u8]) -> String {
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        text.split_inclusive('\n').map(|line| line.escape_debug().to_string()).collect()
    };
    let (want, got) = (lines(want), lines(got));
    let mut out = format!("{path}: - wanted, + got\n");
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &want, &got) {
        if op.tag() != similar::DiffTag::Equal {
            want[op.old_range()].iter().for_each(|line| out.extend(["  -", line, "\n"]));
            got[op.new_range()].iter().for_each(|line| out.extend(["  +", line, "\n"]));
        }
    }
    out
}
