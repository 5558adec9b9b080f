//! Whether the local child modules of a module may create an instance profile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::language::Child;
use crate::workspace::discover::FileKind;

/// The maximum number of directories that are searched for one module. Others may create a profile.
const MAX_DIRECTORIES: usize = 256;

/// Larger files are not searched. They may create a profile.
const MAX_FILE_SIZE: u64 = 8 * 1024 * 1024;

/// Longer texts are not names (API reference of IAM, `InstanceProfileName`: 128 characters).
const MAX_NAME_LENGTH: usize = 128;

/// The local modules that these files of a directory call, by their `source`.
pub(crate) fn of<'b>(directory: &Path, files: impl Iterator<Item = &'b [u8]>) -> BTreeMap<String, Child> {
    let sources: BTreeSet<String> = files.flat_map(|bytes| sources(bytes).0).collect();
    let found = sources.into_iter().filter_map(|source| {
        let start = directory.join(&source).canonicalize().ok().filter(|start| start.is_dir())?;
        Some((source, look(start)))
    });
    found.collect()
}

/// The local sources in the bytes of a file, and whether there are other sources.
fn sources(bytes: &[u8]) -> (Vec<String>, bool) {
    let text = String::from_utf8_lossy(bytes);
    let is_local = |text: &&str| text.starts_with("./") || text.starts_with("../");
    let local = quoted(&text).filter(is_local).map(str::to_owned).collect();
    let calls = text.contains("module \"") || text.contains("\"module\"");
    let mut assigned = text.match_indices("source").filter_map(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches(['"', ' ', '\t']);
        rest.strip_prefix(['=', ':'])?.trim_start().strip_prefix('"')
    });
    let other = calls && assigned.any(|value| !is_local(&value));
    (local, other)
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).filter(|text| text.len() <= MAX_NAME_LENGTH)
}

/// Searches a directory and its child modules, each once. Whatever cannot be read may create a profile.
fn look(start: PathBuf) -> Child {
    let mut child = Child::default();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::from([start.clone()]);
    let mut open = vec![start];
    while let Some(directory) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&directory) else {
            child.makes_profiles = true;
            continue;
        };
        for entry in entries {
            let Ok(path) = entry.map(|entry| entry.path()) else {
                child.makes_profiles = true;
                continue;
            };
            if !FileKind::of(&path).is_terraform() || path.is_dir() {
                continue;
            }
            let Some(bytes) = read(&path) else {
                child.makes_profiles = true;
                continue;
            };
            let nested = look_through(&bytes, &mut child).into_iter();
            let nested = nested.filter_map(|source| directory.join(source).canonicalize().ok());
            open.extend(nested.filter(|next| next.is_dir() && seen.insert(next.clone())));
        }
        if seen.len() > MAX_DIRECTORIES {
            child.makes_profiles = true;
            break;
        }
    }
    child
}

/// Reads a regular file of normal size.
fn read(path: &Path) -> Option<Vec<u8>> {
    let metadata = path.metadata().ok()?;
    (metadata.is_file() && metadata.len() <= MAX_FILE_SIZE).then(|| std::fs::read(path).ok())?
}

/// Searches one file and returns its local sources.
fn look_through(bytes: &[u8], child: &mut Child) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("aws_iam_instance_profile") || text.contains("awscc_iam_instance_profile") {
        child.makes_profiles = true;
        child.texts.extend(quoted(&text).map(str::to_owned));
    }
    let (local, other) = sources(bytes);
    child.makes_profiles |= other;
    local
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let tree = tempfile::tempdir().expect("a directory");
        for (name, text) in files {
            let path = tree.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        tree
    }

    fn children(tree: &tempfile::TempDir, calls: &[&str]) -> BTreeMap<String, Child> {
        let text: String = calls.iter().map(|source| format!("source = \"{source}\"\n")).collect();
        of(tree.path(), std::iter::once(text.as_bytes()))
    }

    #[test]
    fn children_are_looked_at_with_their_children() {
        let tree = tree(&[
            ("plain/main.tf", "resource \"aws_sns_topic\" \"t\" {}\n"),
            ("profile/main.tf", "resource \"aws_iam_instance_profile\" \"p\" {\n  name = \"app\"\n}\n"),
            ("cloud/main.tf", "resource \"awscc_iam_instance_profile\" \"p\" {\n}\n"),
            ("deep/main.tf", "module \"p\" {\n  source = \"../profile\"\n}\n"),
            ("far/main.tf", "module \"p\" {\n  source = \"terraform-aws-modules/iam/aws\"\n}\n"),
            ("around/main.tf", "module \"p\" {\n  source = \"../around\"\n}\n"),
        ]);
        let calls = ["./plain", "./profile", "./cloud", "./deep", "./far", "./around", "./nowhere"];
        let children = children(&tree, &calls);
        let makes = |source: &str| children.get(source).map(|child| child.makes_profiles);
        let expected = [Some(false), Some(true), Some(true), Some(true), Some(true), Some(false), None];
        assert_eq!(calls.map(makes), expected);
        assert!(children["./deep"].texts.contains("app"));
    }

    #[test]
    fn each_directory_is_looked_at_once() {
        let calls_all: String =
            (0..40).map(|number| format!("module \"m\" {{\n  source = \"../m{number}\"\n}}\n")).collect();
        let names: Vec<String> = (0..40).map(|number| format!("m{number}/main.tf")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), calls_all.as_str())).collect();
        assert!(!children(&tree(&files), &["./m0"])["./m0"].makes_profiles);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_may_make_a_profile() {
        let tree = tree(&[("gone/main.tf", ""), ("device/main.tf", "")]);
        std::os::unix::fs::symlink("nowhere", tree.path().join("gone/x.tf")).expect("a link");
        std::os::unix::fs::symlink("/dev/zero", tree.path().join("device/x.tf")).expect("a link");
        let children = children(&tree, &["./gone", "./device"]);
        assert!(children["./gone"].makes_profiles && children["./device"].makes_profiles);
    }
}
