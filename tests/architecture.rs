//! The layers of the code: which part of `src/` may import which, and that no two files import each other in a circle.
//!
//! Read from the sources themselves: `use` lines and paths that start with `crate::`. Tests inside of `src/` are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the top down: a layer imports from itself and from layers below it. Those on one line do not import each other.
const LAYERS: &[&[&str]] = &[
    &["main", "lib"],
    &["cli"],
    &["workspace"],
    &["report"],
    &["check"],
    &["terraform", "cloudformation"],
    &["language"],
    &["plan"],
    &["suppression"],
    &["rules"],
    &["model"],
    &["syntax"],
    &["aws"],
    &["text"],
];

/// A file of `src/`, and what it says of modules.
struct SourceFile {
    /// Its path below `src/`.
    path: String,
    /// Its module: `["crate", "text", "edit"]`.
    module: Vec<String>,
    /// What it imports, each as an absolute path.
    imports: BTreeSet<Vec<String>>,
    /// What it hands on under its own name: the name, and the path behind it.
    exports: BTreeMap<String, Vec<String>>,
}

#[test]
fn layers_import_only_from_layers_below() {
    let files = source_files();
    let depths: BTreeMap<&str, usize> =
        LAYERS.iter().enumerate().flat_map(|(depth, layers)| layers.iter().map(move |layer| (*layer, depth))).collect();
    let mut wrong = Vec::new();
    for (file, imported) in edges(&files) {
        let (from, to) = (layer(file), layer(imported));
        let unknown = [from, to].into_iter().filter(|layer| !depths.contains_key(layer));
        wrong.extend(unknown.map(|layer| format!("{file} or {imported}: the layer {layer} is not in the table")));
        if from != to && depths.get(from) >= depths.get(to) {
            wrong.push(format!("{file} ({from}) imports {imported} ({to}), which is not below it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = source_files();
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, imported) in edges(&files) {
        imports.entry(file).or_default().insert(imported);
    }
    let reachable = |start: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = imports.get(start).into_iter().flatten().copied().collect();
        while let Some(file) = open.pop() {
            if seen.insert(file) {
                open.extend(imports.get(file).into_iter().flatten());
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|file| (*file, reachable(file))).collect();
    let in_circle = |a: &str, b: &str| {
        let leads = |from: &str, to: &str| reached.get(from).is_some_and(|reached| reached.contains(to));
        leads(a, b) && leads(b, a)
    };
    let circles: Vec<String> = edges(&files)
        .into_iter()
        .filter(|(file, imported)| in_circle(file, imported))
        .map(|(file, imported)| format!("{file} -> {imported}"))
        .collect();
    assert!(circles.is_empty(), "these imports run in circles:\n{}", circles.join("\n"));
}

#[test]
fn every_import_is_understood() {
    let files = source_files();
    assert!(files.len() > 100, "the sources are read");
    let unresolved: Vec<String> = files
        .iter()
        .flat_map(|file| file.imports.iter().map(move |path| (file, path)))
        .filter(|(_, path)| resolve(&files, path).is_none())
        .map(|(file, path)| format!("{}: {}", file.path, path.join("::")))
        .collect();
    assert!(unresolved.is_empty(), "{}", unresolved.join("\n"));
    assert!(edges(&files).iter().any(|edge| *edge == ("check/fixes.rs", "plan/mod.rs")), "a known import is found");
}

/// The layer of a file: its first directory, or its own name at the top level.
fn layer(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Which file imports which other.
fn edges(files: &[SourceFile]) -> BTreeSet<(&str, &str)> {
    let mut edges = BTreeSet::new();
    for file in files {
        let imported = file.imports.iter().filter_map(|path| resolve(files, path));
        edges.extend(imported.filter(|imported| *imported != file.path).map(|imported| (file.path.as_str(), imported)));
    }
    edges
}

/// The file that defines what a path names, through re-exports.
fn resolve<'f>(files: &'f [SourceFile], path: &[String]) -> Option<&'f str> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let file = (1..=path.len()).rev().find_map(|length| files.iter().find(|file| file.module == path[..length]))?;
        let handed_on = path.get(file.module.len()).and_then(|name| file.exports.get(name));
        let Some(behind) = handed_on else { return Some(&file.path) };
        path = behind.iter().cloned().chain(path[file.module.len() + 1..].iter().cloned()).collect();
    }
    None
}

fn source_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).expect("a directory of src") {
            let path = entry.expect("an entry").path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
            if path.is_dir() && !is_test {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
                files.push(read(&root, &path));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn read(root: &Path, path: &PathBuf) -> SourceFile {
    let below = path.strip_prefix(root).expect("below src");
    let path_text = below.to_string_lossy().replace('\\', "/");
    let mut module = vec!["crate".to_owned()];
    module.extend(below.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()));
    if ["mod", "lib"].iter().any(|name| module.last().is_some_and(|last| last == name)) {
        module.pop();
    }
    let text = without_tests(&fs::read_to_string(path).expect("a source file"));
    let mut file = SourceFile { path: path_text, module, imports: BTreeSet::new(), exports: BTreeMap::new() };
    let children: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod ")).map(|(_, name)| name).collect();
    let mut rest = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let statement = line.trim_start();
        let (is_export, used) = match statement.split_once("use ") {
            Some(("", used)) => (false, used),
            Some((visibility, used)) if visibility.starts_with("pub") && visibility.ends_with(' ') => (true, used),
            _ => {
                rest.push_str(line);
                rest.push('\n');
                continue;
            }
        };
        let mut whole = used.to_owned();
        while !whole.ends_with(';') {
            whole.push_str(lines.next().expect("the end of a use").trim());
        }
        for (path, alias) in use_paths(whole.trim_end_matches(';')) {
            let Some(path) = absolute(&file.module, &children, path) else { continue };
            if is_export {
                let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
                file.exports.insert(name, path);
            } else {
                file.imports.insert(path);
            }
        }
    }
    let starts = ["crate", "super"].into_iter().chain(children.iter().copied());
    let inline = starts.flat_map(|start| inline_paths(&rest, start));
    file.imports.extend(inline.filter_map(|path| absolute(&file.module, &children, path)));
    file
}

/// The code without modules of tests and without comments.
fn without_tests(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start() != "#[cfg(test)]" {
            let code = line.split("//").next().unwrap_or_default();
            out.push_str(code);
            out.push('\n');
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        for line in lines.by_ref() {
            let is_end = line.len() - line.trim_start().len() == indent && (line.ends_with(';') || line.ends_with('}'));
            if is_end {
                break;
            }
        }
    }
    out
}

/// The paths of a `use`, each with the name that it gets.
fn use_paths(text: &str) -> Vec<(Vec<String>, Option<String>)> {
    let text = text.trim();
    let Some((head, group)) = text.split_once('{') else {
        let (path, alias) =
            text.split_once(" as ").map_or((text, None), |(path, alias)| (path, Some(alias.to_owned())));
        return vec![(path.split("::").map(str::to_owned).collect(), alias)];
    };
    let group = group.trim_end().strip_suffix('}').expect("a closed group");
    let mut members = vec![String::new()];
    let mut depth = 0;
    for character in group.chars() {
        match character {
            ',' if depth == 0 => members.push(String::new()),
            _ => {
                depth += i32::from(character == '{') - i32::from(character == '}');
                members.last_mut().expect("one").push(character);
            }
        }
    }
    let head: Vec<String> = head.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let members = members.iter().filter(|member| !member.trim().is_empty()).flat_map(|member| use_paths(member));
    members
        .map(|(path, alias)| {
            let path = path.into_iter().filter(|part| part != "self");
            (head.iter().cloned().chain(path).collect(), alias)
        })
        .collect()
}

/// Paths in the middle of code that start with this name.
fn inline_paths(text: &str, start: &str) -> Vec<Vec<String>> {
    let is_start = |at: usize| !text[..at].ends_with(|before: char| before.is_alphanumeric() || "_:.".contains(before));
    let start = format!("{start}::");
    let starts = text.match_indices(&start).map(|(at, _)| at).filter(|&at| is_start(at));
    let paths = starts.map(|at| {
        let end = text[at..].find(|character: char| !(character.is_alphanumeric() || "_:".contains(character)));
        let path = &text[at..end.map_or(text.len(), |end| at + end)];
        path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
    });
    paths.collect()
}

/// The path from the crate's root; none if it is of another crate.
fn absolute(module: &[String], children: &BTreeSet<&str>, mut path: Vec<String>) -> Option<Vec<String>> {
    let mut base = match path.first()?.as_str() {
        "crate" => return Some(path),
        "super" | "self" => module.to_vec(),
        first if children.contains(first) => module.to_vec(),
        _ => return None,
    };
    while path.first().is_some_and(|part| part == "super") {
        base.pop();
        path.remove(0);
    }
    path.retain(|part| part != "self");
    base.extend(path);
    Some(base)
}
