//! What is read of one unit.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::check::{Callers, Child, Diagnostic, Input, Language, Options, UnreadableFile};
use crate::rules::Severity;
use crate::text::{Source, SourceError};
use crate::workspace::config::Settings;
use crate::workspace::discover::{FileKind, ModuleFiles, TemplateFile, UnitFiles};
use crate::workspace::os::io_help;
use crate::workspace::read::{Buffers, MAX_FILE_SIZE, read_file};

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

/// What a module is read with.
#[derive(Default)]
pub(crate) struct Surroundings {
    /// The modules that it calls, by their sources.
    pub(crate) children: BTreeMap<String, Child>,
    pub(crate) callers: Callers,
    /// The inputs of called modules that take a profile.
    pub(crate) inputs: BTreeSet<String>,
    /// Whether the bytes of its files are reason enough to parse it.
    pub(crate) is_worth_parsing: bool,
    /// Whether all its files are text that can be read.
    pub(crate) is_plain: bool,
}

/// Reads one unit with what is known around it.
pub(crate) fn read_with(unit: &UnitFiles, buffers: &Buffers, settings: &Settings, around: Surroundings) -> LoadedUnit {
    let files = match unit {
        UnitFiles::Module(module) => module.files.iter().filter(|file| file.is_target).count(),
        UnitFiles::Template(_) => 1,
    };
    let mut loaded = LoadedUnit::new(settings.options(unit), files, matches!(unit, UnitFiles::Module(_)));
    // Else there is nothing to check, and nothing to report.
    if around.is_worth_parsing || !around.inputs.is_empty() || !around.is_plain {
        match unit {
            UnitFiles::Module(module) => loaded.read_module(module, buffers, around),
            UnitFiles::Template(template) => loaded.read_template(template, buffers, around),
        }
    }
    loaded
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
    fn new(options: Options, files: usize, is_module: bool) -> Self {
        LoadedUnit { input: None, options, problems: Vec::new(), files, is_module }
    }

    fn read_module(&mut self, module: &ModuleFiles, buffers: &Buffers, around: Surroundings) {
        let mut all = Vec::new();
        let mut is_worth_parsing = around.is_worth_parsing;
        let mut notes = Vec::new();
        for file in &module.files {
            if file.shadowed {
                notes.push(shadowed(&file.path));
                continue;
            }
            match read(&file.path, buffers) {
                Ok(bytes) => {
                    let mentions = |input: &String| memchr::memmem::find(&bytes, input.as_bytes()).is_some();
                    is_worth_parsing = is_worth_parsing || around.inputs.iter().any(mentions);
                    let (path, shared_with) = (file.path.clone(), file.shared_with.clone());
                    all.push(Bytes { path, is_target: file.is_target, shared_with, bytes });
                }
                Err(problem) => self.problems.push(*problem),
            }
        }
        if !is_worth_parsing {
            // The keyword scan finds nothing in UTF-16. Terraform does not read it either.
            let utf16 = all.iter().filter(|file| file.is_target && file.bytes.get(..2).is_some_and(is_utf16_mark));
            self.problems.extend(utf16.map(|file| not_text(&file.path, &SourceError::Utf16)));
            return;
        }
        let mut input = Input::new(Language::Terraform, Vec::new());
        input.is_incidental = !around.is_worth_parsing;
        input.is_ambiguous = module.files.iter().any(|file| file.shadowed);
        (input.children, input.callers) = (around.children, around.callers);
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

    fn read_template(&mut self, template: &TemplateFile, buffers: &Buffers, around: Surroundings) {
        let bytes = match read(&template.path, buffers) {
            Ok(bytes) => bytes,
            Err(problem) => return self.problems.push(*problem),
        };
        let mentions = |input: &String| memchr::memmem::find(&bytes, input.as_bytes()).is_some();
        if !around.is_worth_parsing && !around.inputs.iter().any(mentions) {
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
                input.is_incidental = !around.is_worth_parsing;
                (input.children, input.callers) = (around.children, around.callers);
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
