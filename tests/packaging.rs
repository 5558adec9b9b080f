//! The package files repeat names, the version and the hooks. `Cargo.toml` is the source.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde_yaml::Value as Yaml;
use toml::{Table, Value};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn toml(path: &str) -> Table {
    read(path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn hooks(path: &str) -> Vec<Yaml> {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A value below nested tables.
fn get<'a>(table: &'a Table, path: &[&str]) -> &'a Value {
    let (last, tables) = path.split_last().unwrap();
    let table = tables.iter().fold(table, |table, key| table[*key].as_table().unwrap());
    table.get(*last).unwrap_or_else(|| panic!("no {}", path.join(".")))
}

fn text<'a>(table: &'a Table, path: &[&str]) -> &'a str {
    get(table, path).as_str().unwrap()
}

#[test]
fn metadata_of_the_wheel() {
    let cargo = toml("Cargo.toml");
    let wheel = toml("pyproject.toml");
    for key in ["name", "description", "license"] {
        assert_eq!(text(&wheel, &["project", key]), text(&cargo, &["package", key]), "{key}");
    }
    // maturin takes the version from Cargo.toml.
    assert_eq!(get(&wheel, &["project", "dynamic"]), &Value::from(vec!["version"]));
    assert_eq!(text(&wheel, &["project", "urls", "Homepage"]), text(&cargo, &["package", "homepage"]));
    assert_eq!(text(&wheel, &["project", "urls", "Repository"]), text(&cargo, &["package", "repository"]));
    let profile = text(&wheel, &["tool", "maturin", "profile"]);
    assert!(cargo["profile"].as_table().unwrap().contains_key(profile), "Cargo.toml has no profile {profile}");
}

#[test]
fn version_of_the_pre_commit_mirror() {
    let version = env!("CARGO_PKG_VERSION");
    let mirror = toml("packaging/pre-commit-mirror/pyproject.toml");
    let dependency = format!("{}=={version}", env!("CARGO_PKG_NAME"));
    assert_eq!(get(&mirror, &["project", "dependencies"]), &Value::from(vec![dependency]));
    for path in ["packaging/pre-commit-mirror/README.md", "docs/integrations.md"] {
        let text = read(path);
        let revisions: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("rev: ")).collect();
        assert!(
            !revisions.is_empty() && revisions.iter().all(|rev| *rev == format!("v{version}")),
            "{path}: {revisions:?}"
        );
    }
}

/// Both repositories have the same hooks. Only the way in which pre-commit installs `ipfix` differs.
#[test]
fn hooks_of_the_pre_commit_mirror() {
    let languages =
        [(".pre-commit-hooks.yaml", "rust"), ("packaging/pre-commit-mirror/.pre-commit-hooks.yaml", "python")];
    let [source, mirror] = languages.map(|(path, language)| {
        let mut hooks = hooks(path);
        for hook in &mut hooks {
            let removed = hook.as_mapping_mut().unwrap().remove("language");
            assert_eq!(removed, Some(Yaml::from(language)), "{path}");
            // Otherwise pre-commit splits the files of a module among processes that do not see each other's.
            assert_eq!(hook["require_serial"], Yaml::from(true), "{path}");
        }
        hooks
    });
    assert_eq!(source, mirror);
    let ids: Vec<_> = source.iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ipfix", "ipfix-check"]);
}

/// `cargo binstall` finds the archives that a release has.
#[test]
fn archives_for_binstall() {
    let cargo = toml("Cargo.toml");
    let metadata = get(&cargo, &["package", "metadata", "binstall"]).as_table().unwrap();
    let repository = text(&cargo, &["package", "repository"]);
    let version = env!("CARGO_PKG_VERSION");
    for (target, suffix, program) in [
        ("x86_64-unknown-linux-gnu", "tar.gz", "ipfix"),
        ("aarch64-unknown-linux-musl", "tar.gz", "ipfix"),
        ("aarch64-apple-darwin", "tar.gz", "ipfix"),
        ("x86_64-pc-windows-msvc", "zip", "ipfix.exe"),
    ] {
        let overridden = metadata["overrides"].as_table().unwrap().get(target).and_then(Value::as_table);
        let expand = |key: &str| {
            let template = overridden.and_then(|table| table.get(key)).unwrap_or_else(|| &metadata[key]);
            let extension = if program.ends_with(".exe") { ".exe" } else { "" };
            let values = [
                ("repo", repository),
                ("version", version),
                ("target", target),
                ("bin", "ipfix"),
                ("binary-ext", extension),
            ];
            values.iter().fold(template.as_str().unwrap().to_owned(), |text, (name, value)| {
                text.replace(&format!("{{ {name} }}"), value)
            })
        };
        let archive = format!("ipfix-{version}-{target}");
        assert_eq!(expand("pkg-url"), format!("{repository}/releases/download/v{version}/{archive}.{suffix}"));
        assert_eq!(expand("bin-dir"), format!("{archive}/{program}"));
        assert_eq!(expand("pkg-fmt"), if suffix == "zip" { "zip" } else { "tgz" });
    }
}
