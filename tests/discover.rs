//! Discovery with different working directories and permissions, which a test can only change for the whole process.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

mod own_process;

use ipfix_iac::workspace::discover::{Discovery, Search, UnitFiles, discover};
use own_process::{AS_ORDINARY_USER, given_directory, run_in_process};

fn tree(names: &[&str]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    for name in names {
        let path = tree.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    fs::set_permissions(tree.path(), fs::Permissions::from_mode(0o755)).unwrap();
    tree
}

fn discovered(paths: &[&str], search: &Search) -> Discovery {
    discover(&paths.iter().map(PathBuf::from).collect::<Vec<_>>(), search).unwrap()
}

/// The displayed paths: the files of a module after its directory, context in parentheses.
fn shown(discovery: &Discovery) -> Vec<String> {
    let shown = discovery.units.iter().map(|unit| match unit {
        UnitFiles::Module(module) => {
            let show =
                |path: &Path, named| if named { path.display().to_string() } else { format!("({})", path.display()) };
            let files = module.files.iter().map(|file| show(&file.path, file.is_target));
            format!("{}: {}", module.directory.display(), files.collect::<Vec<_>>().join(" "))
        }
        UnitFiles::Template(template) => template.path.display().to_string(),
    });
    shown
        .chain(discovery.problems.iter().map(|problem| format!("{}: {}", problem.path.display(), problem.message())))
        .collect()
}

#[test]
fn paths_stay_as_the_user_wrote_them() {
    let Some(here) = given_directory() else {
        let tree = tree(&["main.tf", "sub/a.tf", "sub/b.tf", "sub/t.yaml", "other/x.tf"]);
        run_in_process(&[], "paths_stay_as_the_user_wrote_them", tree.path());
        return;
    };
    std::env::set_current_dir(&here).unwrap();
    let found = |paths: &[&str]| shown(&discovered(paths, &Search::default()));
    let all = [".: main.tf", "other: other/x.tf", "sub: sub/a.tf sub/b.tf", "sub/t.yaml"];
    assert_eq!(found(&["."]), all);
    assert_eq!(found(&["./"]), all);
    assert_eq!(found(&["./sub", "main.tf", ".//other/./"]), all);
    assert_eq!(found(&["./main.tf"]), [".: main.tf"]);
    assert_eq!(found(&["./sub/a.tf"]), ["sub: sub/a.tf (sub/b.tf)"]);
    assert_eq!(found(&["sub/../main.tf"]), ["sub/..: sub/../main.tf"]);
    let absolute = here.join("sub/b.tf").to_str().unwrap().to_owned();
    assert_eq!(found(&[&absolute]), [format!("{}/sub: ({0}/sub/a.tf) {0}/sub/b.tf", here.display())]);
    // A file under several names gets the shortest one, preferably relative, in any order.
    assert_eq!(found(&[&absolute, "sub/../sub/a.tf", "sub/a.tf"]), ["sub: sub/a.tf sub/b.tf"]);
    assert_eq!(found(&["sub/a.tf", "sub/../sub/a.tf", &absolute]), ["sub: sub/a.tf sub/b.tf"]);

    let mut anchored = Search::default();
    anchored.exclude = vec!["/sub".to_owned(), "other/x.*".to_owned()];
    assert_eq!(shown(&discovered(&["."], &anchored)), [".: main.tf"]);
    assert_eq!(shown(&discovered(&["sub/a.tf", &absolute, "./other/x.tf", "main.tf"], &anchored)), [".: main.tf"]);

    std::env::set_current_dir(here.join("sub")).unwrap();
    assert_eq!(found(&["..", "a.tf"]), [".: a.tf b.tf", "..: ../main.tf", "../other: ../other/x.tf", "../sub/t.yaml"]);
}

#[test]
fn an_unreadable_directory_does_not_stop_the_run() {
    let Some(here) = given_directory() else {
        let tree = tree(&["a/main.tf", "locked/b.tf", "x/locked/c.tf"]);
        for locked in ["locked", "x/locked"] {
            // It can be entered but not listed.
            fs::set_permissions(tree.path().join(locked), fs::Permissions::from_mode(0o111)).unwrap();
        }
        run_in_process(AS_ORDINARY_USER, "an_unreadable_directory_does_not_stop_the_run", tree.path());
        for locked in ["locked", "x/locked"] {
            fs::set_permissions(tree.path().join(locked), fs::Permissions::from_mode(0o755)).unwrap();
        }
        return;
    };
    std::env::set_current_dir(here).unwrap();
    let found = |paths: &[&str]| shown(&discovered(paths, &Search::default()));
    let denied = "Permission denied (os error 13)";
    assert_eq!(found(&["."]), ["a: a/main.tf".into(), format!("locked: {denied}"), format!("x/locked: {denied}")]);
    assert_eq!(found(&["locked", "a"]), ["a: a/main.tf".into(), format!("locked: {denied}")]);
    // A file cannot be checked without its siblings.
    assert_eq!(found(&["locked/b.tf", "a"]), ["a: a/main.tf".into(), format!("locked: {denied}")]);
}

#[test]
fn a_file_of_two_modules_belongs_to_both() {
    let tree = tree(&["a/common.tf", "a/own.tf", "b/p.tf", "c/other.tf", "d/x.tf"]);
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, tree.path().join(name)).unwrap();
    link("../a/common.tf", "b/common.tf");
    // Both are symlinks to a file outside the modules of the run.
    fs::create_dir(tree.path().join(".shared")).unwrap();
    fs::write(tree.path().join(".shared/tags.tf"), "").unwrap();
    link("../.shared/tags.tf", "c/tags.tf");
    link("../.shared/tags.tf", "d/tags.tf");
    let shared = |names: &[&str]| {
        let paths: Vec<PathBuf> = names.iter().map(|name| tree.path().join(name)).collect();
        let discovery = discover(&paths, &Search::default()).unwrap();
        let modules = discovery.units.into_iter().filter_map(|unit| match unit {
            UnitFiles::Module(module) => Some(module),
            UnitFiles::Template(_) => None,
        });
        let short = |path: &Path| path.strip_prefix(tree.path()).unwrap().display().to_string();
        let mut shared: Vec<(String, String)> = modules
            .flat_map(|module| module.files)
            .filter_map(|file| Some((short(&file.path), short(file.shared_with.as_deref()?))))
            .collect();
        shared.sort();
        shared
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(
        shared(&["."]),
        [
            pair("a/common.tf", "b/common.tf"),
            pair("b/common.tf", "a/common.tf"),
            pair("c/tags.tf", "d/tags.tf"),
            pair("d/tags.tf", "c/tags.tf"),
        ]
    );
    // Other directories are not checked.
    assert_eq!(shared(&["a", "c"]), []);
}
