//! From the files of a unit to its report: read, filter by raw bytes, check.

use crate::rules::Severity;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::check::{self, Diagnostic, Input, Language, Options, UnitReport, UnreadableFile};
use crate::cloudformation;
use crate::terraform::KeywordScan;
use crate::text::{Source, SourceError};
use crate::workspace::children;
use crate::workspace::config::Settings;
use crate::workspace::discover::{FileKind, ModuleFiles, TemplateFile, UnitFiles};
use crate::workspace::os::io_help;

/// Larger files are refused: a syntax tree takes some forty times the size of its file.
pub(crate) const LARGEST: u64 = 256 * 1024 * 1024;

/// What became of one unit.
#[derive(Default)]
pub(crate) struct UnitOutcome {
    /// Its report, if it was analysed.
    pub(crate) report: Option<UnitReport>,
    /// Files that could not be read.
    pub(crate) problems: Vec<Diagnostic>,
    /// How many of its files the user named.
    pub(crate) files: usize,
    /// Whether it is a Terraform module.
    pub(crate) is_module: bool,
    /// How many findings are suppressed.
    pub(crate) suppressed: usize,
}

/// Text that stands for a file's content.
pub(crate) struct Stdin {
    /// The file it is taken for.
    pub(crate) path: PathBuf,
    /// The text.
    pub(crate) bytes: Vec<u8>,
}

/// Looks at one unit.
pub(crate) fn check_unit(unit: &UnitFiles, stdin: Option<&Stdin>, settings: &Settings) -> UnitOutcome {
    let options = settings.options(unit);
    match unit {
        UnitFiles::Module(module) => look_at_module(module, stdin, settings, &options),
        UnitFiles::Template(template) => look_at_template(template, stdin, &options),
    }
}

/// Terraform's JSON syntax is not read yet, and most such files are generated. One that is excluded is context, about which nothing is said; one
/// that was only found is no failure.
pub(crate) fn tolerate_json(outcome: &mut UnitOutcome, unit: &UnitFiles, is_explicit: &dyn Fn(&Path) -> bool) {
    let UnitFiles::Module(module) = unit else { return };
    for file in module.files.iter().filter(|file| file.kind == FileKind::TerraformJson && !is_explicit(&file.path)) {
        for problems in [Some(&mut outcome.problems), outcome.report.as_mut().map(|report| &mut report.problems)]
            .into_iter()
            .flatten()
        {
            problems.retain(|problem| file.is_target || problem.path != file.path);
            let errors = problems.iter_mut().filter(|problem| problem.severity == Severity::Error);
            errors.filter(|problem| problem.path == file.path).for_each(|problem| problem.severity = Severity::Warning);
        }
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

fn look_at_module(module: &ModuleFiles, stdin: Option<&Stdin>, settings: &Settings, options: &Options) -> UnitOutcome {
    let files = module.files.iter().filter(|file| file.is_target).count();
    let mut outcome = UnitOutcome { files, is_module: true, ..UnitOutcome::default() };
    let mut all = Vec::new();
    let mut sighting = KeywordScan::default();
    let mut mentions_input = false;
    let mut notes = Vec::new();
    let mut unreadable = false;
    for file in &module.files {
        if file.shadowed {
            notes.push(shadowed(&file.path));
            continue;
        }
        match read(&file.path, stdin) {
            Ok(bytes) => {
                sighting.add(&bytes);
                mentions_input |= settings.mentions_input(&bytes);
                let (path, shared_with) = (file.path.clone(), file.shared_with.clone());
                all.push(Bytes { path, is_target: file.is_target, shared_with, bytes });
            }
            Err(problem) => {
                unreadable = true;
                outcome.problems.push(*problem);
            }
        }
    }
    if !(sighting.is_worth_parsing() || mentions_input && sighting.has_roles()) {
        // None of the words that are looked for can be found in UTF-16, whatever it says; and Terraform does not read it.
        let utf16 = all.iter().filter(|file| file.is_target && file.bytes.get(..2).is_some_and(is_utf16_mark));
        outcome.problems.extend(utf16.map(|file| not_text(&file.path, &SourceError::Utf16)));
        return outcome;
    }
    let mut input = Input::new(Language::Terraform, Vec::new());
    if sighting.has_roles() {
        input.children = children::of(&module.directory, all.iter().map(|file| file.bytes.as_slice()));
    }
    for Bytes { path, is_target: named, shared_with, bytes } in all {
        match Source::new(&path, bytes.clone(), named) {
            Ok(source) => input.sources.push(source.shared_with(shared_with)),
            Err(error) => {
                outcome.problems.push(not_text(&path, &error));
                input.unreadable.push(UnreadableFile { path, bytes: Some(bytes) });
            }
        }
    }
    if unreadable {
        let path = outcome.problems.first().map(|problem| problem.path.clone()).unwrap_or_default();
        input.unreadable.push(UnreadableFile { path, bytes: None });
    }
    let mut report = check::check(input, options);
    report.problems.extend(notes);
    outcome.report = Some(report);
    outcome
}

fn look_at_template(template: &TemplateFile, stdin: Option<&Stdin>, options: &Options) -> UnitOutcome {
    let mut outcome = UnitOutcome { files: 1, ..UnitOutcome::default() };
    let bytes = match read(&template.path, stdin) {
        Ok(bytes) => bytes,
        Err(problem) => {
            outcome.problems.push(*problem);
            return outcome;
        }
    };
    if !cloudformation::is_worth_parsing(&bytes) {
        // None of the words that are looked for can be found in UTF-16, whatever it says.
        let found = if template.is_explicit { Source::new(&template.path, bytes, true).err() } else { None };
        outcome
            .problems
            .extend(found.filter(|error| *error == SourceError::Utf16).map(|it| not_text(&template.path, &it)));
        return outcome;
    }
    match Source::new(&template.path, bytes, true) {
        Ok(source) => {
            let mut input = Input::new(Language::CloudFormation, vec![source]);
            input.is_explicit = template.is_explicit;
            outcome.report = Some(check::check(input, options));
        }
        Err(error) => {
            let mut problem = not_text(&template.path, &error);
            if !template.is_explicit {
                problem.severity = Severity::Warning;
            }
            outcome.problems.push(problem);
        }
    }
    outcome
}

fn read(path: &Path, stdin: Option<&Stdin>) -> Result<Vec<u8>, Box<Diagnostic>> {
    if let Some(stdin) = stdin.filter(|stdin| stdin.path == path) {
        return Ok(stdin.bytes.clone());
    }
    let problem =
        |message: String, help: String| Box::new(Diagnostic::about_file(Severity::Error, path, message, Some(help)));
    // A file of a module that is left out is read all the same, as context.
    let leave_out = match FileKind::of(path).is_terraform() {
        true => "leave its directory out with --exclude",
        false => "leave it out with --exclude",
    };
    let content = read_file(path).map_err(|error: io::Error| {
        let help = match error.kind() {
            io::ErrorKind::PermissionDenied => format!("allow reading it, or {leave_out}"),
            io::ErrorKind::NotFound if path.is_symlink() => format!("mend the link, or {leave_out}"),
            _ => io_help(&error).map_or(format!("mend what the system says, or {leave_out}"), str::to_owned),
        };
        problem(format!("cannot be read: {error}"), help)
    })?;
    content.ok_or_else(|| {
        let message = format!("larger than {} MiB, the most that ipfix reads", LARGEST / (1024 * 1024));
        problem(message, format!("split the file, or {leave_out}"))
    })
}

/// What a file holds; none if that is more than ipfix reads.
///
/// The length that the system tells is not trusted: that of `/proc/self/pagemap`, for one, is zero.
fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("no ordinary file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    read_at_most(file, &mut bytes).map(|whole| whole.then_some(bytes))
}

/// Whether it was read to its end.
pub(crate) fn read_at_most(from: impl Read, into: &mut Vec<u8>) -> io::Result<bool> {
    from.take(LARGEST + 1).read_to_end(into)?;
    Ok(into.len() as u64 <= LARGEST)
}

fn not_text(path: &Path, error: &SourceError) -> Diagnostic {
    let problem = Diagnostic::about_file(Severity::Error, path, error.to_string(), Some(error.help().to_owned()));
    Diagnostic { position: error.position(), ..problem }
}

fn shadowed(path: &Path) -> Diagnostic {
    let message = "ignored: OpenTofu reads the .tofu file of the same name instead";
    Diagnostic::about_file(Severity::Note, path, message, None)
}

/// The unit that standard input belongs to.
pub(crate) fn of_stdin(name: &Path) -> Result<UnitFiles, String> {
    match FileKind::of(name) {
        kind if kind.is_terraform() => {
            crate::workspace::discover::containing_module(name).map(UnitFiles::Module).map_err(|error| {
                let help = io_help(&error).unwrap_or("name a file of a directory that is there and may be listed");
                format!("--stdin-filename {}: the directory cannot be listed: {error}; {help}", name.display())
            })
        }
        FileKind::TemplateCandidate => {
            Ok(UnitFiles::Template(TemplateFile { path: name.to_owned(), is_explicit: true }))
        }
        _ => Err(format!(
            "--stdin-filename {}: neither a Terraform file nor a template, by its name; let the name end in .tf, .tofu, .yaml, .yml, .json, .template or .cfn",
            name.display()
        )),
    }
}
