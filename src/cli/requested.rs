//! What the command line names: files, directories, lists of them, standard input.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::args::Args;
use super::error::io_error;
use crate::check::Diagnostic;
use crate::rules::Severity;
use crate::workspace::discover::{
    self, Discovery, FileKind, Search, SkipReason, SkippedPath, TemplateFile, UnitFiles, containing_module,
};
use crate::workspace::os::io_help;
use crate::workspace::read::{MAX_FILE_SIZE, read_at_most};
use crate::workspace::{Buffers, config};

/// The input that the command line specifies.
#[derive(Default)]
pub(super) struct Requested {
    /// Paths of files and directories.
    pub(super) paths: Vec<PathBuf>,
    /// The paths that only `--files-from` lists. Another program, such as `git diff`, made the list.
    pub(super) listed: HashSet<PathBuf>,
    /// Stdin, if it is one of the files.
    pub(super) stdin: Option<Stdin>,
}

/// The text of standard input.
pub(super) struct Stdin {
    /// The file name to assume.
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl Requested {
    /// Standard input, in the place of its file.
    pub(super) fn buffers(&self) -> Buffers {
        self.stdin.iter().map(|stdin| (stdin.path.clone(), stdin.bytes.clone())).collect()
    }

    /// The files among the paths, by their real paths.
    pub(super) fn files(&self) -> HashSet<PathBuf> {
        self.paths.iter().filter(|path| !path.is_dir()).map(|path| config::real(path)).collect()
    }

    /// The diagnostic for a path that cannot be checked.
    pub(super) fn problem(&self, skipped: &SkippedPath) -> Diagnostic {
        let mut problem = Diagnostic::from(skipped);
        if self.passes_over(skipped) {
            let why = match &skipped.reason {
                SkipReason::Io(error) if error.kind() == io::ErrorKind::NotFound => "file does not exist",
                SkipReason::NothingInside => "nothing to check in this directory",
                _ => "not a Terraform file or template",
            };
            (problem.severity, problem.message, problem.help) = (Severity::Note, format!("skipped: {why}"), None);
        }
        problem
    }

    /// Whether a listed path is irrelevant: a file of another type, a missing file, or a directory without relevant files.
    fn passes_over(&self, unreached: &SkippedPath) -> bool {
        let path = &unreached.path;
        let is_gone = || matches!(&unreached.reason, SkipReason::Io(error) if error.kind() == io::ErrorKind::NotFound);
        let is_other = FileKind::of(path) == FileKind::Other && !path.is_dir();
        self.listed.contains(&config::real(path))
            && (is_other || is_gone() && !path.is_symlink() || matches!(unreached.reason, SkipReason::NothingInside))
    }
}

/// The units that the command line specifies.
pub(super) fn find(args: &Args) -> Result<(Requested, Discovery)> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        let Some(name) = args.stdin_filename.as_deref() else {
            bail!("`-` requires `--stdin-filename NAME`, which determines the file type and the module");
        };
        if args.paths.len() > 1 || args.files_from.is_some() {
            bail!("`-` cannot be used with other paths; pass `-` alone, or only files");
        }
        let bytes = standard_input()?;
        let unit = of_stdin(name)?;
        let path = match &unit {
            UnitFiles::Module(module) => module.files.iter().find(|file| file.is_target).map(|file| file.path.clone()),
            UnitFiles::Template(template) => Some(template.path.clone()),
        };
        let stdin = Stdin { path: path.unwrap_or_else(|| name.to_owned()), bytes };
        let asked = Requested { paths: vec![stdin.path.clone()], stdin: Some(stdin), ..Requested::default() };
        return Ok((asked, Discovery { units: vec![unit], problems: Vec::new() }));
    }
    let mut paths = args.paths.clone();
    let mut listed = HashSet::new();
    if let Some(list) = &args.files_from {
        let bytes = if list == Path::new("-") { standard_input()? } else { read_list(list)? };
        if !args.null && bytes.contains(&0) {
            bail!("--files-from {}: contains NUL characters; add `--null`, or write one path per line", list.display());
        }
        paths.extend(discover::paths_in_list(&bytes, args.null));
        listed.extend(paths[args.paths.len()..].iter().map(|path| config::real(path)));
        let named: HashSet<PathBuf> = args.paths.iter().map(|path| config::real(path)).collect();
        listed.retain(|path| !named.contains(path));
    } else if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    if args.exclude.iter().any(|glob| glob.trim().is_empty()) {
        bail!("`--exclude` has an empty glob; specify a pattern, or remove the option");
    }
    let mut search = Search::default();
    search.exclude.clone_from(&args.exclude);
    (search.no_ignore, search.hidden, search.jobs) = (args.no_ignore, args.hidden, args.jobs);
    let mut found = discover::discover(&paths, &search).map_err(|glob| {
        anyhow::anyhow!("--exclude {}: invalid glob: {}; use gitignore syntax", glob.glob, glob.message)
    })?;
    for unit in &mut found.units {
        if let UnitFiles::Template(template) = unit {
            // The program that made the list does not know which files are templates.
            template.is_explicit &= !listed.contains(&config::real(&template.path));
        }
    }
    Ok((Requested { paths, listed, stdin: None }, found))
}

fn standard_input() -> Result<Vec<u8>> {
    all_of("standard input", Ok(io::stdin().lock()), "redirect a file or pipe text to stdin")
}

/// The paths of `--files-from`.
fn read_list(list: &Path) -> Result<Vec<u8>> {
    let what = format!("--files-from {}", list.display());
    all_of(&what, std::fs::File::open(list), "specify a readable file with one path per line")
}

/// The whole content of an input from the command line.
fn all_of(what: &str, from: io::Result<impl io::Read>, help: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let whole = from.and_then(|from| read_at_most(from, &mut bytes));
    if !whole.map_err(|error| io_error(what, &error, help))? {
        bail!("{what}: larger than {} MiB, the maximum that ipfix reads; split it", MAX_FILE_SIZE / (1024 * 1024));
    }
    Ok(bytes)
}

/// Why standard input cannot be taken for a file of this name.
#[derive(Debug)]
enum StdinNameError {
    /// The directory of the name cannot be listed.
    Directory(PathBuf, io::Error),
    /// The name is that of no file that ipfix reads.
    Unrecognized(PathBuf),
}

impl fmt::Display for StdinNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StdinNameError::Directory(name, error) => {
                let help = io_help(error).unwrap_or("specify a file in a readable directory");
                let name = name.display();
                write!(f, "--stdin-filename {name}: cannot list the directory: {error}; {help}")
            }
            StdinNameError::Unrecognized(name) => write!(
                f,
                "--stdin-filename {}: unrecognized file type; use a name that ends in .tf, .tofu, .yaml, .yml, .json, .template or .cfn",
                name.display()
            ),
        }
    }
}

impl std::error::Error for StdinNameError {}

/// The unit that stdin belongs to.
fn of_stdin(name: &Path) -> Result<UnitFiles, StdinNameError> {
    match FileKind::of(name) {
        kind if kind.is_terraform() => match containing_module(name) {
            Ok(module) => Ok(UnitFiles::Module(module)),
            Err(error) => Err(StdinNameError::Directory(name.to_owned(), error)),
        },
        FileKind::TemplateCandidate => {
            Ok(UnitFiles::Template(TemplateFile { path: name.to_owned(), is_explicit: true }))
        }
        _ => Err(StdinNameError::Unrecognized(name.to_owned())),
    }
}
