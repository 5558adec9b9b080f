//! Which units there are, and what is read of each: from disk, or from texts that an editor has open.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::check::{Diagnostic, Input, Language, Options, UnreadableFile};
use crate::cloudformation;
use crate::rules::Severity;
use crate::terraform::KeywordScan;
use crate::text::{Source, SourceError};
use crate::workspace::Overrides;
use crate::workspace::children;
use crate::workspace::config::{ConfigSource, Finder, Settings};
use crate::workspace::discover::{
    FileKind, InvalidGlob, ModuleFiles, Search, SkippedPath, TemplateFile, UnitFiles, discover,
};
use crate::workspace::os::io_help;

/// Larger files are rejected, because a syntax tree takes about forty times the size of its file.
pub(crate) const MAX_FILE_SIZE: u64 = 256 * 1024 * 1024;

/// Texts that are read in the place of files on disk, by their paths: standard input, the open buffers of an editor.
pub type Buffers = BTreeMap<PathBuf, Vec<u8>>;

/// How units are found and read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LoadOptions {
    /// What the search of directories passes over.
    pub search: Search,
    /// Where the configuration comes from.
    pub config: ConfigSource,
    /// What takes precedence over the configuration.
    pub overrides: Overrides,
    /// Texts in the place of files.
    pub buffers: Buffers,
}

/// What was found and read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Workspace {
    /// The units, in the order of their paths.
    pub units: Vec<LoadedUnit>,
    /// Paths that could not be read, and invalid configurations.
    pub problems: Vec<Diagnostic>,
}

/// One unit, as [`check`](crate::check::check) takes it.
#[derive(Debug)]
#[non_exhaustive]
pub struct LoadedUnit {
    /// Its files; none if their raw bytes show that there is nothing to check.
    pub input: Option<Input>,
    /// What its configuration says.
    pub options: Options,
    /// Files that could not be read, and files that are left alone.
    pub problems: Vec<Diagnostic>,
    /// How many of its files are targets: named by the user, or found below what they named.
    pub files: usize,
    /// Whether it is a Terraform module.
    pub is_module: bool,
}

/// Finds and reads the units at these files and directories.
///
/// ```no_run
/// use ipfix::check::check;
/// use ipfix::workspace::{LoadOptions, load};
///
/// let workspace = load(&["infra".into()], &LoadOptions::default())?;
/// for unit in workspace.units {
///     let Some(input) = unit.input else { continue };
///     let report = check(input, &unit.options);
///     println!("{} findings", report.findings.len());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// An exclusion that is no glob. What cannot be read is among the problems.
pub fn load(paths: &[PathBuf], options: &LoadOptions) -> Result<Workspace, InvalidGlob> {
    let found = discover(paths, &options.search)?;
    let mut finder = Finder::new(&options.overrides, &options.config);
    let mut problems: Vec<Diagnostic> = found.problems.iter().map(Diagnostic::from).collect();
    let is_explicit = |path: &Path| paths.iter().any(|named| named == path);
    let mut units = Vec::new();
    for unit in found.units {
        let Ok(settings) = finder.for_unit(unit.path()) else { continue };
        let unit = settings.without_excluded(unit, &is_explicit);
        units.extend(unit.map(|unit| read_unit(&unit, &options.buffers, &settings)));
    }
    problems.append(&mut finder.problems);
    Ok(Workspace { units, problems })
}

impl From<&SkippedPath> for Diagnostic {
    fn from(skipped: &SkippedPath) -> Self {
        Diagnostic::about_file(Severity::Error, &skipped.path, skipped.message(), Some(skipped.help().to_owned()))
    }
}

/// Reads one unit.
pub(crate) fn read_unit(unit: &UnitFiles, buffers: &Buffers, settings: &Settings) -> LoadedUnit {
    let mut loaded = LoadedUnit {
        input: None,
        options: settings.options(unit),
        problems: Vec::new(),
        files: 1,
        is_module: matches!(unit, UnitFiles::Module(_)),
    };
    match unit {
        UnitFiles::Module(module) => loaded.read_module(module, buffers, settings),
        UnitFiles::Template(template) => loaded.read_template(template, buffers),
    }
    loaded
}

/// Terraform's JSON syntax is not read yet, and most such files are generated. An excluded file is context and not reported; a file that a search
/// found is only a warning.
pub(crate) fn tolerate_json(problems: &mut Vec<Diagnostic>, unit: &UnitFiles, is_explicit: &dyn Fn(&Path) -> bool) {
    let UnitFiles::Module(module) = unit else { return };
    for file in module.files.iter().filter(|file| file.kind == FileKind::TerraformJson && !is_explicit(&file.path)) {
        problems.retain(|problem| file.is_target || problem.path != file.path);
        let errors = problems.iter_mut().filter(|problem| problem.severity == Severity::Error);
        errors.filter(|problem| problem.path == file.path).for_each(|problem| problem.severity = Severity::Warning);
    }
}

fn is_utf16_mark(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe] | [0xfe, 0xff])
}

struct Bytes {
    path: PathBuf,
    is_target: bool,
    shared_with: Option<PathBuf>,
    bytes: Vec<u8>,
}

impl LoadedUnit {
    fn read_module(&mut self, module: &ModuleFiles, buffers: &Buffers, settings: &Settings) {
        self.files = module.files.iter().filter(|file| file.is_target).count();
        let mut all = Vec::new();
        let mut keywords = KeywordScan::default();
        let mut mentions_input = false;
        let mut notes = Vec::new();
        for file in &module.files {
            if file.shadowed {
                notes.push(shadowed(&file.path));
                continue;
            }
            match read(&file.path, buffers) {
                Ok(bytes) => {
                    keywords.add(&bytes);
                    mentions_input |= settings.mentions_input(&bytes);
                    let (path, shared_with) = (file.path.clone(), file.shared_with.clone());
                    all.push(Bytes { path, is_target: file.is_target, shared_with, bytes });
                }
                Err(problem) => self.problems.push(*problem),
            }
        }
        if !(keywords.is_worth_parsing() || mentions_input && keywords.has_roles()) {
            // The keyword scan finds nothing in UTF-16. Terraform does not read it either.
            let utf16 = all.iter().filter(|file| file.is_target && file.bytes.get(..2).is_some_and(is_utf16_mark));
            self.problems.extend(utf16.map(|file| not_text(&file.path, &SourceError::Utf16)));
            return;
        }
        let mut input = Input::new(Language::Terraform, Vec::new());
        if keywords.has_roles() {
            input.children = children::of(&module.directory, all.iter().map(|file| file.bytes.as_slice()));
        }
        let unread = self.problems.first().map(|problem| problem.path.clone());
        for Bytes { path, is_target, shared_with, bytes } in all {
            match Source::new(&path, bytes.clone(), is_target) {
                Ok(source) => input.sources.push(source.shared_with(shared_with)),
                Err(error) => {
                    self.problems.push(not_text(&path, &error));
                    input.unreadable.push(UnreadableFile { path, bytes: Some(bytes) });
                }
            }
        }
        input.unreadable.extend(unread.map(|path| UnreadableFile { path, bytes: None }));
        self.problems.extend(notes);
        self.input = Some(input);
    }

    fn read_template(&mut self, template: &TemplateFile, buffers: &Buffers) {
        let bytes = match read(&template.path, buffers) {
            Ok(bytes) => bytes,
            Err(problem) => return self.problems.push(*problem),
        };
        if !cloudformation::is_worth_parsing(&bytes) {
            // The keyword scan finds nothing in UTF-16.
            let error = if template.is_explicit { Source::new(&template.path, bytes, true).err() } else { None };
            let utf16 = error.filter(|error| *error == SourceError::Utf16);
            self.problems.extend(utf16.map(|error| not_text(&template.path, &error)));
            return;
        }
        match Source::new(&template.path, bytes, true) {
            Ok(source) => {
                let mut input = Input::new(Language::CloudFormation, vec![source]);
                input.is_explicit = template.is_explicit;
                self.input = Some(input);
            }
            Err(error) => {
                let mut problem = not_text(&template.path, &error);
                if !template.is_explicit {
                    problem.severity = Severity::Warning;
                }
                self.problems.push(problem);
            }
        }
    }
}

fn read(path: &Path, buffers: &Buffers) -> Result<Vec<u8>, Box<Diagnostic>> {
    if let Some(bytes) = buffers.get(path) {
        return Ok(bytes.clone());
    }
    let problem =
        |message: String, help: String| Box::new(Diagnostic::about_file(Severity::Error, path, message, Some(help)));
    // An excluded file of a module is still read as context.
    let leave_out = match FileKind::of(path).is_terraform() {
        true => "exclude its directory with `--exclude`",
        false => "exclude it with `--exclude`",
    };
    let content = read_file(path).map_err(|error: io::Error| {
        let help = match error.kind() {
            io::ErrorKind::PermissionDenied => format!("make it readable, or {leave_out}"),
            io::ErrorKind::NotFound if path.is_symlink() => format!("fix the symlink, or {leave_out}"),
            _ => io_help(&error).map_or(format!("resolve the error above, or {leave_out}"), str::to_owned),
        };
        problem(format!("cannot be read: {error}"), help)
    })?;
    content.ok_or_else(|| {
        let message = format!("larger than {} MiB, the maximum that ipfix reads", MAX_FILE_SIZE / (1024 * 1024));
        problem(message, format!("split the file, or {leave_out}"))
    })
}

/// The content of a file, or `None` if it is too large.
///
/// The reported size may be wrong: for `/proc/self/pagemap`, it is zero.
fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_FILE_SIZE {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    read_at_most(file, &mut bytes).map(|whole| whole.then_some(bytes))
}

/// Reads at most the maximum size. Returns whether it reached the end.
pub(crate) fn read_at_most(from: impl Read, into: &mut Vec<u8>) -> io::Result<bool> {
    from.take(MAX_FILE_SIZE + 1).read_to_end(into)?;
    Ok(into.len() as u64 <= MAX_FILE_SIZE)
}

fn not_text(path: &Path, error: &SourceError) -> Diagnostic {
    Diagnostic {
        position: error.position(),
        ..Diagnostic::about_file(Severity::Error, path, error.to_string(), Some(error.help().to_owned()))
    }
}

fn shadowed(path: &Path) -> Diagnostic {
    let message = "ignored: OpenTofu reads the .tofu file of the same name instead";
    Diagnostic::about_file(Severity::Note, path, message, None)
}
