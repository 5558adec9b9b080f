use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::workspace::discover::file_kind::shadowed_by;
use crate::workspace::discover::{
    Discovery, FileKind, GENERATED, InvalidGlob, ModuleFile, ModuleFiles, Search, SkipReason, SkippedPath,
    TemplateFile, UnitFiles,
};

/// Finds the files for `paths`, which are files or directories to search. The working directory is searched only if `.` is one of them.
///
/// The type of a file is decided by its name; no content is read.
/// * A file in `paths` is always read. Directories are searched like ripgrep does: `.gitignore` (inside a git work tree) and other ignore files are
///   respected, hidden files are skipped, and symlinks are not followed. [`GENERATED`] directories are always skipped, unless a path is one or is inside.
/// * `--exclude` applies to everything, including the files in `paths`.
/// * All Terraform files of a directory are one module. Files that are not below `paths` and files that the search skipped are only context. So is a symlink
///   that the search found; its target is checked in its own directory.
/// * A file that belongs to two modules through a symlink is context of both ([`ModuleFile::shared_with`]).
/// * A file counts once, even if several paths lead to it. The order of the paths does not matter.
///
/// # Errors
/// An invalid glob in `search`. Paths that cannot be checked are in [`Discovery::problems`] and are not errors.
pub fn discover(paths: &[PathBuf], search: &Search) -> Result<Discovery, InvalidGlob> {
    let mut gathered = Gathered::new(search)?;
    gathered.name(paths);
    Ok(gathered.into_discovery())
}

/// The files found so far. Keys are real paths, so that no file counts twice; values keep the spelling of the user.
pub(crate) struct Gathered<'a> {
    search: &'a Search,
    excluded: Override,
    modules: BTreeMap<PathBuf, NamedFiles>,
    templates: BTreeMap<PathBuf, TemplateFile>,
    problems: Vec<SkippedPath>,
}

/// The target files of one module.
struct NamedFiles {
    directory: PathBuf,
    names: BTreeSet<OsString>,
}

/// A directory that the user specified.
struct Root {
    written: PathBuf,
    real: PathBuf,
    found: bool,
}

impl Root {
    /// An ignore file that applies here and cannot be read.
    fn unreadable_ignore_file(&self) -> Option<SkippedPath> {
        let above = self.real.ancestors().skip(1).find_map(unreadable_ignore_file);
        above.or_else(|| unreadable_ignore_file(&self.written))
    }
}

impl<'a> Gathered<'a> {
    pub(crate) fn new(search: &'a Search) -> Result<Self, InvalidGlob> {
        Ok(Gathered {
            search,
            excluded: excluded(&search.exclude)?,
            modules: BTreeMap::new(),
            templates: BTreeMap::new(),
            problems: Vec::new(),
        })
    }

    /// Adds files and searches directories.
    pub(crate) fn name(&mut self, paths: &[PathBuf]) {
        let mut roots = Vec::new();
        for path in paths {
            match self.name_one(path) {
                Ok(None) => {}
                Ok(Some(root)) => match root.unreadable_ignore_file().filter(|_| !self.search.no_ignore) {
                    None => roots.push(root),
                    Some(unreached) => self.problems.push(unreached),
                },
                Err(why) => self.problems.push(SkippedPath { path: normalize_path(path), reason: why }),
            }
        }
        if !roots.is_empty() {
            self.search(roots);
        }
    }

    /// Adds a file, or returns a directory to search.
    fn name_one(&mut self, path: &Path) -> Result<Option<Root>, SkipReason> {
        let metadata = path.metadata();
        if self.is_excluded(&normalize_path(path), metadata.as_ref().is_ok_and(fs::Metadata::is_dir)) {
            return Ok(None);
        }
        let metadata = metadata.map_err(SkipReason::Io)?;
        if metadata.is_dir() {
            let real = path.canonicalize().map_err(SkipReason::Io)?;
            return Ok(Some(Root { written: path.to_owned(), real, found: false }));
        }
        let kind = FileKind::of(path);
        if kind == FileKind::Other {
            return Err(SkipReason::OtherKind);
        }
        if !metadata.is_file() {
            return Err(SkipReason::NoOrdinaryFile);
        }
        let path = normalize_path(path);
        if kind.is_terraform() {
            let directory = directory_of(&path);
            let real = directory.canonicalize().map_err(SkipReason::Io)?;
            self.take_terraform(real, directory, &path);
        } else {
            let real = path.canonicalize().map_err(SkipReason::Io)?;
            self.take_template(real, TemplateFile { path, is_explicit: true });
        }
        Ok(None)
    }

    /// Whether `--exclude` matches this path or a directory above it.
    fn is_excluded(&self, path: &Path, is_directory: bool) -> bool {
        !self.excluded.is_empty()
            && path.ancestors().enumerate().any(|(above, path)| {
                !path.as_os_str().is_empty() && self.excluded.matched(path, is_directory || above > 0).is_ignore()
            })
    }

    fn take_terraform(&mut self, real_directory: PathBuf, directory: PathBuf, file: &Path) {
        let Some(name) = file.file_name() else { return };
        let module = self
            .modules
            .entry(real_directory)
            .or_insert_with(|| NamedFiles { directory: directory.clone(), names: BTreeSet::new() });
        if lexical(&directory, &module.directory).is_lt() {
            module.directory = directory;
        }
        module.names.insert(name.to_owned());
    }

    fn take_template(&mut self, real: PathBuf, template: TemplateFile) {
        let known = self.templates.entry(real).or_insert_with(|| template.clone());
        known.is_explicit |= template.is_explicit;
        if lexical(&template.path, &known.path).is_lt() {
            known.path = template.path;
        }
    }

    fn search(&mut self, roots: Vec<Root>) {
        let mut walk = WalkBuilder::empty();
        for root in &roots {
            walk.add(&root.written);
        }
        let read_ignore_files = !self.search.no_ignore;
        let (found, all_found) = mpsc::channel();
        let not_entered = found.clone();
        let may_be_entered = move |directory: &DirEntry| {
            let Some(unreached) = unreadable_ignore_file(directory.path()).filter(|_| read_ignore_files) else {
                return true;
            };
            // As below: the receiver outlives the sender.
            let _ = not_entered.send(Err(unreached));
            false
        };
        walk.hidden(!self.search.hidden)
            .parents(read_ignore_files)
            .ignore(read_ignore_files)
            .git_ignore(read_ignore_files)
            .git_global(read_ignore_files)
            .git_exclude(read_ignore_files)
            .overrides(self.excluded.clone())
            .threads(self.search.jobs)
            .filter_entry(move |entry| {
                entry.depth() == 0 || !is_directory(entry) || !is_generated(entry) && may_be_entered(entry)
            });
        walk.build_parallel().run(|| {
            let found = found.clone();
            Box::new(move |entry| {
                let entry = match entry {
                    Ok(entry) => is_of_interest(&entry).then_some(Ok(entry)),
                    Err(error) => unreached(error, None).map(Err),
                };
                // The receiver below outlives the sender.
                if let Some(entry) = entry {
                    let _ = found.send(entry);
                }
                WalkState::Continue
            })
        });
        drop((found, walk));
        self.take_found(roots, all_found);
    }

    fn take_found(&mut self, roots: Vec<Root>, found: mpsc::Receiver<Result<DirEntry, SkippedPath>>) {
        let mut roots: HashMap<_, _> = roots.into_iter().map(|root| (root.written.clone(), root)).collect();
        for entry in found {
            let entry = match entry {
                Ok(entry) => entry,
                Err(unreached) => {
                    self.problems.push(unreached);
                    continue;
                }
            };
            let Some(root) = entry.path().ancestors().nth(entry.depth()).and_then(|root| roots.get_mut(root)) else {
                continue;
            };
            root.found = true;
            // No symlink was followed below the root, so the real path is known without asking the file system.
            let real = entry
                .path()
                .strip_prefix(&root.written)
                .map_or_else(|_| root.real.clone(), |below| root.real.join(below));
            let path = normalize_path(entry.path());
            if FileKind::of(&path).is_terraform() {
                self.take_terraform(directory_of(&real), directory_of(&path), &path);
            } else {
                self.take_template(real, TemplateFile { path, is_explicit: false });
            }
        }
        let empty = roots.into_values().filter(|root| !root.found);
        let failed: BTreeSet<_> = self.problems.iter().map(|problem| problem.path.clone()).collect();
        // An unreadable directory may contain files.
        let is_above = |path: &Path, failed: &Path| match path == Path::new(".") {
            true => failed.is_relative(),
            false => failed.starts_with(path),
        };
        let empty = empty
            .map(|root| normalize_path(&root.written))
            .filter(|path| !failed.iter().any(|failed| is_above(path, failed)));
        self.problems.extend(empty.map(|path| SkippedPath { path, reason: SkipReason::NothingInside }));
    }

    /// Adds the context files of each module's directory and sorts everything.
    pub(crate) fn into_discovery(self) -> Discovery {
        let modules: Vec<_> = self.modules.into_iter().collect();
        let mut listed: Vec<_> =
            modules.into_par_iter().map(|(real, named)| (list_module(&named, &real), named.directory, real)).collect();
        mark_shared(&mut listed);
        let mut discovery = Discovery { units: Vec::new(), problems: self.problems };
        for (module, directory, _) in listed {
            match module {
                Ok(module) => discovery.units.push(UnitFiles::Module(module)),
                Err(error) => discovery.problems.push(SkippedPath { path: directory, reason: SkipReason::Io(error) }),
            }
        }
        discovery.units.extend(self.templates.into_values().map(UnitFiles::Template));
        discovery.units.sort_by(|a, b| a.path().cmp(b.path()));
        discovery.problems.sort_by(|a, b| a.path.cmp(&b.path));
        discovery.problems.dedup_by(|a, b| a.path == b.path && a.message() == b.message());
        discovery
    }
}

/// Marks the files that belong to two modules through a symlink.
fn mark_shared(listed: &mut [(io::Result<ModuleFiles>, PathBuf, PathBuf)]) {
    let mut links: HashMap<PathBuf, Vec<(usize, usize)>> = HashMap::new();
    for (number, (module, ..)) in listed.iter().enumerate() {
        for (place, file) in module.iter().flat_map(|module| module.files.iter().enumerate()) {
            if file.path.is_symlink()
                && let Ok(target) = file.path.canonicalize()
            {
                links.entry(target).or_default().push((number, place));
            }
        }
    }
    if links.is_empty() {
        return;
    }
    let mut shared: Vec<((usize, usize), PathBuf)> = Vec::new();
    for (target, places) in &links {
        let mut places = places.clone();
        let directory = target.parent().and_then(|parent| listed.iter().position(|(.., real)| real == parent));
        let original = directory.and_then(|number| {
            let files = &listed[number].0.as_ref().ok()?.files;
            Some((number, files.iter().position(|file| file.path.file_name() == target.file_name())?))
        });
        places.extend(original);
        let path =
            |(number, place): (usize, usize)| listed[number].0.as_ref().map(|module| module.files[place].path.clone());
        for &place in &places {
            let other = places.iter().find(|other| other.0 != place.0);
            shared.extend(other.and_then(|&other| Some((place, path(other).ok()?))));
        }
    }
    for ((number, place), other) in shared {
        if let Ok(module) = &mut listed[number].0 {
            module.files[place].shared_with = Some(other);
        }
    }
}

/// The module of a file, with this file as its target. The file need not exist, since it may be the name for stdin.
///
/// # Errors
/// A directory that cannot be listed.
pub fn containing_module(file: &Path) -> io::Result<ModuleFiles> {
    let file = normalize_path(file);
    let directory = directory_of(&file);
    let real = directory.canonicalize().unwrap_or_else(|_| directory.clone());
    list_module(&NamedFiles { directory, names: file.file_name().map(ToOwned::to_owned).into_iter().collect() }, &real)
}

/// All files of a directory, as context.
///
/// # Errors
/// A directory that cannot be listed.
pub(crate) fn module_in(directory: &Path, real: &Path) -> io::Result<ModuleFiles> {
    list_module(&NamedFiles { directory: normalize_path(directory), names: BTreeSet::new() }, real)
}

fn list_module(named: &NamedFiles, real: &Path) -> io::Result<ModuleFiles> {
    let mut names = named.names.clone();
    for entry in fs::read_dir(&named.directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if FileKind::of_name(&name).is_terraform() && is_readable_as_file(&entry)? {
            names.insert(name);
        }
    }
    let shadowed: BTreeSet<_> = names.iter().filter_map(|name| shadowed_by(name)).map(OsString::from).collect();
    let files = names.into_iter().map(|name| ModuleFile {
        path: if named.directory == Path::new(".") { PathBuf::from(&name) } else { named.directory.join(&name) },
        kind: FileKind::of_name(&name),
        is_target: named.names.contains(&name),
        shadowed: shadowed.contains(&name),
        shared_with: None,
    });
    Ok(ModuleFiles { directory: named.directory.clone(), real_directory: real.to_owned(), files: files.collect() })
}

/// Whether this is a file or a symlink to one. A broken symlink counts: it is an error in Terraform too, and reading it gives the reason.
fn is_readable_as_file(entry: &fs::DirEntry) -> io::Result<bool> {
    let kind = entry.file_type()?;
    Ok(kind.is_file() || kind.is_symlink() && entry.path().metadata().map_or(true, |target| target.is_file()))
}

fn is_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_generated(directory: &DirEntry) -> bool {
    GENERATED.iter().any(|name| directory.file_name() == *name)
}

/// An unreadable ignore file of a directory. The walk does not report one that it cannot open, and would never finish reading a device.
fn unreadable_ignore_file(directory: &Path) -> Option<SkippedPath> {
    let mut files = [".gitignore", ".ignore", ".git/info/exclude"].iter().map(|name| directory.join(name));
    files.find_map(|file| {
        let metadata = file.metadata().ok().filter(|metadata| !metadata.is_dir())?;
        let opened = match metadata.is_file() {
            true => fs::File::open(&file).map(drop),
            false => Err(io::Error::other("not a regular file")),
        };
        let error = opened.err().filter(|error| error.kind() != io::ErrorKind::NotFound)?;
        Some(SkippedPath { path: normalize_path(&file), reason: SkipReason::IgnoreFile(error) })
    })
}

fn is_of_interest(entry: &DirEntry) -> bool {
    FileKind::of_name(entry.file_name()) != FileKind::Other && entry.file_type().is_some_and(|kind| kind.is_file())
}

/// The globs of `--exclude` for the `ignore` crate, relative to the working directory.
fn excluded(globs: &[String]) -> Result<Override, InvalidGlob> {
    if globs.is_empty() {
        return Ok(Override::empty());
    }
    let bad = |glob: &str, error: ignore::Error| InvalidGlob { glob: glob.to_owned(), message: glob_message(&error) };
    let mut builder = OverrideBuilder::new(env::current_dir().unwrap_or_default());
    for glob in globs {
        builder.add(&format!("!{glob}")).map_err(|error| bad(glob, error))?;
    }
    builder.build().map_err(|error| bad(&globs.join(" "), error))
}

/// What is wrong with a glob, without the glob itself.
fn glob_message(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

/// The problem behind an error of the walk. An invalid line in an ignore file is not a problem.
fn unreached(error: ignore::Error, path: Option<PathBuf>) -> Option<SkippedPath> {
    match error {
        ignore::Error::WithPath { path, err } => unreached(*err, Some(path)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => unreached(*err, path),
        ignore::Error::Io(error) => {
            Some(SkippedPath { path: normalize_path(&path.unwrap_or_default()), reason: SkipReason::Io(error) })
        }
        ignore::Error::Loop { child, .. } => {
            let error = io::Error::other("the symlink leads back to a directory above it");
            Some(SkippedPath { path: normalize_path(&child), reason: SkipReason::Io(error) })
        }
        _ => None,
    }
}

/// The path without `.` and doubled separators; `.` itself stays.
fn normalize_path(path: &Path) -> PathBuf {
    let tidy: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy }
}

/// The directory of a file; `.` for the working directory.
fn directory_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Orders spellings of the same path; the first is used: relative before absolute, short before long.
fn lexical(a: &Path, b: &Path) -> Ordering {
    let key = |path: &Path| (path.is_absolute(), path.components().count());
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}
