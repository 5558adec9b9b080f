//! The repository, the package name and the version, which many files repeat. Scripts in `packaging/` change them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The texts of a checkout, without builds, test data and lists of dependencies.
fn texts(root: &Path) -> BTreeMap<PathBuf, String> {
    let walk = ignore::WalkBuilder::new(root).hidden(false).parents(false).build();
    let mut texts = BTreeMap::new();
    for entry in walk {
        let path = entry.unwrap().into_path();
        let below = path.strip_prefix(root).unwrap().to_owned();
        let skipped = ["target", "fuzz/target", "fuzz/artifacts", "fuzz/corpus", ".git", "testdata", "tests", "src"];
        if skipped.iter().any(|directory| below.starts_with(directory))
            || below.ends_with("Cargo.lock")
            || !path.is_file()
        {
            continue;
        }
        if let Ok(text) = fs::read_to_string(&path) {
            texts.insert(below, text);
        }
    }
    assert!(texts.len() > 60, "{:?}", texts.keys());
    texts
}

/// A copy of the checkout, for a script to change.
fn copy() -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().unwrap();
    let locks = ["Cargo.lock", "fuzz/Cargo.lock"].map(PathBuf::from);
    for path in texts(root).into_keys().chain(locks) {
        fs::create_dir_all(copy.path().join(&path).parent().unwrap()).unwrap();
        fs::copy(root.join(&path), copy.path().join(&path)).unwrap();
    }
    copy
}

fn run(copy: &Path, script: &str, argument: &str) -> bool {
    let output = Command::new("bash").arg(copy.join(script)).arg(argument).current_dir(copy).output().unwrap();
    assert_eq!(output.status.success(), output.stderr.is_empty(), "{output:?}");
    output.status.success()
}

/// `OWNER/NAME` and the address of the documentation, by Cargo.toml.
fn repository(root: &Path) -> (String, String) {
    let cargo: toml::Table = fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let text = |key: &str| cargo["package"][key].as_str().unwrap().to_owned();
    (text("repository").strip_prefix("https://github.com/").unwrap().to_owned(), text("homepage"))
}

/// The words of a text that may be names and addresses.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || "-._/:@".contains(character)))
}

/// All addresses of the code and the documentation are those of Cargo.toml.
fn assert_consistent(root: &Path) {
    let (repository, homepage) = repository(root);
    let (owner, name) = repository.split_once('/').unwrap();
    assert_eq!(homepage, format!("https://{owner}.github.io/{name}"));
    let mut found = 0;
    for (path, text) in texts(root) {
        for word in words(&text) {
            let Some((_, address)) = word.split_once("github.com/") else {
                let is_ours = word.contains(".github.io/ipfix") || word.contains(&format!("{owner}.github.io"));
                assert!(!is_ours || word.starts_with(&homepage), "{}: {word}", path.display());
                continue;
            };
            if address.split('/').nth(1).is_some_and(|other| other.starts_with("ipfix")) || address.starts_with(owner) {
                let rest = address.strip_prefix(repository.as_str()).unwrap_or("?");
                let known = ["", ".git", "-pre-commit"].contains(&rest.trim_end_matches('.')) || rest.starts_with('/');
                assert!(known, "{}: {word} is not of {repository}", path.display());
                found += 1;
            }
        }
        for placeholder in ["example.org/ipfix", "OWNER/ipfix"] {
            assert!(!text.contains(placeholder), "{}: {placeholder}", path.display());
        }
    }
    assert!(found > 8, "only {found} addresses");
}

#[test]
fn one_name_of_the_repository() {
    assert_consistent(Path::new(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn a_fork_has_another_name() {
    let (old, old_homepage) = repository(Path::new(env!("CARGO_MANIFEST_DIR")));
    let copy = copy();
    for wrong in ["", "name", "a/b/c", "a b/c"] {
        assert!(!run(copy.path(), "packaging/set-repository", wrong), "{wrong:?}");
    }
    assert!(run(copy.path(), "packaging/set-repository", "acme/my.fix"));
    assert_eq!(repository(copy.path()), ("acme/my.fix".to_owned(), "https://acme.github.io/my.fix".to_owned()));
    for (path, text) in texts(copy.path()) {
        let left = words(&text).find(|word| word.contains(&old) || word.contains(&old_homepage));
        assert_eq!(left, None, "{}", path.display());
    }
    // Not in the names of others.
    fs::write(copy.path().join("README.md"), "https://github.com/notacme/my.fix and https://github.com/acme/my.fix\n")
        .unwrap();
    assert!(run(copy.path(), "packaging/set-repository", &old));
    let expected = format!("https://github.com/notacme/my.fix and https://github.com/{old}\n");
    assert_eq!(fs::read_to_string(copy.path().join("README.md")).unwrap(), expected);
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), copy.path().join("README.md")).unwrap();
    // There and back again, nothing else has changed.
    assert_eq!(texts(copy.path()), texts(Path::new(env!("CARGO_MANIFEST_DIR"))));
}

#[test]
fn a_release_has_another_version() {
    let copy = copy();
    for wrong in ["", "1", "v1.2.3", "1.2.3 4", "1.2.3-rc.1"] {
        assert!(!run(copy.path(), "packaging/set-version", wrong), "{wrong:?}");
    }
    assert!(run(copy.path(), "packaging/set-version", "98.76.54"));
    let mut changed = Vec::new();
    for (path, text) in texts(copy.path()) {
        // Comments show versions as examples.
        let is_user_facing =
            [Some("md"), Some("toml"), Some("1"), Some("json")].contains(&path.extension().and_then(|it| it.to_str()));
        if !is_user_facing || path.ends_with("CHANGELOG.md") {
            continue;
        }
        let mentions = |version: &str| {
            words(&text).any(|word| word.contains(&format!("ipfix-iac=={version}")) || word == format!("v{version}"))
        };
        assert!(!mentions(env!("CARGO_PKG_VERSION")), "{}", path.display());
        changed.extend(text.contains("98.76.54").then(|| path.display().to_string()));
    }
    for path in ["Cargo.toml", "docs/integrations.md", "docs/ipfix.1", "packaging/pre-commit-mirror/pyproject.toml"] {
        assert!(changed.iter().any(|changed| changed == path), "{path}: {changed:?}");
    }
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        let lock = fs::read_to_string(copy.path().join(lock)).unwrap();
        assert!(lock.contains("name = \"ipfix-iac\"\nversion = \"98.76.54\"\n"));
        assert_eq!(lock.matches("98.76.54").count(), 1);
    }
}

/// On registries, the name `ipfix` belongs to others.
#[test]
fn no_command_installs_another_package() {
    for (path, text) in texts(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        for command in text.lines().flat_map(|line| line.split(['`', ';', '|', '&', '"', '\''])) {
            let mut words = command.split_whitespace().skip_while(|word| *word == "sudo" || *word == "-");
            let installs = match words.next() {
                Some("pip" | "pip3" | "pipx" | "uv" | "npm" | "cargo" | "apt" | "apt-get" | "brew") => {
                    words.any(|word| ["install", "add", "binstall", "exec", "run"].contains(&word))
                }
                Some("npx" | "uvx") => true,
                _ => false,
            };
            let rest: Vec<&str> = words.collect();
            let names_package = rest.iter().any(|word| word.contains("ipfix-iac"));
            let names_other =
                rest.iter().any(|word| *word == "ipfix" || word.starts_with("ipfix@") || word.starts_with("ipfix=="));
            assert!(!installs || !names_other || names_package, "{}: {command}", path.display());
        }
    }
}
