//! What the child modules of a module hold, as far as they lie in the file system: whether they may make an instance profile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::check::Child;
use crate::source::FileKind;

/// Children of children are looked at so far down; beyond, a profile may be made.
const DEEPEST: u32 = 6;

/// Longer texts are no names (IAM takes 128 characters, says its API reference: InstanceProfileName).
const LONGEST: usize = 128;

/// The local modules that these files of a directory call, by their sources as they are written.
pub(super) fn of<'b>(directory: &Path, files: impl Iterator<Item = &'b [u8]>) -> BTreeMap<String, Child> {
    let sources: BTreeSet<String> = files.flat_map(|bytes| sources(bytes).0).collect();
    sources.into_iter().filter_map(|source| Some((source.clone(), look(&directory.join(&source), DEEPEST)?))).collect()
}

/// The local sources in the bytes of a file, and whether there are others.
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
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).filter(|text| text.len() <= LONGEST)
}

/// What a directory holds; none if it cannot be read.
fn look(directory: &Path, depth: u32) -> Option<Child> {
    let mut child = Child::default();
    let mut nested: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in std::fs::read_dir(directory).ok()? {
        let entry = entry.ok()?;
        if !FileKind::of(&entry.path()).is_terraform() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        if text.contains("aws_iam_instance_profile") {
            child.makes_profiles = true;
            child.texts.extend(quoted(&text).map(str::to_owned));
        }
        let (local, other) = sources(&bytes);
        child.makes_profiles |= other;
        nested.extend(local.into_iter().map(|source| directory.join(source)));
    }
    for directory in nested {
        match depth.checked_sub(1).and_then(|depth| look(&directory, depth)) {
            Some(inner) => {
                child.makes_profiles |= inner.makes_profiles;
                child.texts.extend(inner.texts);
            }
            None => child.makes_profiles = true,
        }
    }
    Some(child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_looked_at_with_their_children() {
        let tree = tempfile::tempdir().expect("a directory");
        let write = |name: &str, text: &str| {
            let path = tree.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
            std::fs::write(path, text).expect("written");
        };
        write("plain/main.tf", "resource \"aws_sns_topic\" \"t\" {}\n");
        write("profile/main.tf", "resource \"aws_iam_instance_profile\" \"p\" {\n  name = \"app\"\n}\n");
        write("deep/main.tf", "module \"p\" {\n  source = \"../profile\"\n}\n");
        write("far/main.tf", "module \"p\" {\n  source = \"terraform-aws-modules/iam/aws\"\n}\n");
        write("around/main.tf", "module \"p\" {\n  source = \"../around\"\n}\n");
        let calls = ["./plain", "./profile", "./deep", "./far", "./around", "./nowhere"];
        let text: String = calls.iter().map(|source| format!("source = \"{source}\"\n")).collect();
        let children = of(tree.path(), std::iter::once(text.as_bytes()));
        let makes = |source: &str| children.get(source).map(|child| child.makes_profiles);
        assert_eq!(calls.map(makes), [Some(false), Some(true), Some(true), Some(true), Some(true), None]);
        assert!(children["./deep"].texts.contains("app"));
    }
}
