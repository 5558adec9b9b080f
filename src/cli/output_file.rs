//! The files of `--output-file` and `--report`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Result, bail};

use super::args::{Args, Format};
use super::error::io_error;
use crate::check::{Input, Language, Options, check};
use crate::text::Source;
use crate::workspace::discover::{Discovery, UnitFiles};
use crate::workspace::os::is_same_file;
use crate::workspace::{config, read};

/// A file that can be written. It keeps its content until then.
pub(crate) struct OutputFile<'a> {
    /// The option that specifies it.
    option: &'static str,
    path: &'a Path,
    file: File,
    /// Whether this run created it and has not written it yet. An empty report would only cause another error.
    is_new: bool,
}

impl Drop for OutputFile<'_> {
    fn drop(&mut self) {
        if self.is_new {
            // The run has failed already, and says why.
            let _ = fs::remove_file(self.path);
        }
    }
}

impl<'a> OutputFile<'a> {
    /// Opens the file, unless ipfix reads it, possibly under another name such as a hard link.
    ///
    /// # Errors
    /// ipfix reads the file, or it cannot be written.
    pub(crate) fn open(option: &'static str, path: &'a Path, found: &Discovery, read: &[&Path]) -> Result<Self> {
        if path.exists() && found.units.iter().any(|unit| is_of(unit, path)) {
            bail!("{option} {}: this file is being checked; choose another file", path.display());
        }
        if config::is_called_so(path) || read.iter().any(|read| is_same_file(path, read)) {
            bail!("{option} {}: this is a configuration file or a list of paths; choose another file", path.display());
        }
        let is_new = fs::symlink_metadata(path).is_err();
        // Not truncated yet, so that a failed run keeps the report of the previous one.
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = opened.map_err(|error| no_output_file(option, path, &error))?;
        Ok(OutputFile { option, path, file, is_new })
    }

    /// Replaces the content of the file.
    ///
    /// # Errors
    /// The error of the system.
    pub(crate) fn write(mut self, content: &[u8]) -> Result<()> {
        self.is_new = false;
        let mut written = || {
            // A pipe or a device cannot be truncated.
            if self.file.metadata()?.is_file() {
                self.file.set_len(0)?;
            }
            self.file.write_all(content)?;
            self.file.flush()
        };
        written().map_err(|error| no_output_file(self.option, self.path, &error))
    }
}

/// Whether a file belongs to a unit.
fn is_of(unit: &UnitFiles, path: &Path) -> bool {
    match unit {
        UnitFiles::Module(module) => module.files.iter().any(|file| is_same_file(path, &file.path)),
        UnitFiles::Template(template) => {
            let is_json = path.extension().is_some_and(|extension| extension == "json");
            // By its name, an older report of ipfix looks like a template.
            is_same_file(path, &template.path) && (template.is_explicit || !is_json || is_template(path))
        }
    }
}

/// Whether a file that may be an older report is a template.
fn is_template(path: &Path) -> bool {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > read::MAX_FILE_SIZE) {
        return true;
    }
    let source = fs::read(path).ok().and_then(|bytes| Source::new(path, bytes, false).ok());
    source.is_some_and(|source| {
        let mut input = Input::new(Language::CloudFormation, vec![source]);
        input.is_explicit = false;
        !check(input, &Options::default()).unit.nodes.is_empty()
    })
}

/// The files of `--output-file` and `--report`.
pub(crate) struct OutputFiles<'a> {
    /// The file that replaces stdout.
    pub(crate) main: Option<OutputFile<'a>>,
    pub(crate) reports: Vec<(Format, OutputFile<'a>)>,
}

impl<'a> OutputFiles<'a> {
    /// Opens them all.
    ///
    /// # Errors
    /// One of them cannot be opened, or two are the same.
    pub(crate) fn open(args: &'a Args, found: &Discovery, read: &[&Path]) -> Result<Self> {
        let main = args.output_file.as_deref().map(|path| OutputFile::open("--output-file", path, found, read));
        let main = main.transpose()?;
        let mut reports: Vec<(Format, OutputFile<'a>)> = Vec::new();
        for report in &args.report {
            let path = report.path.as_path();
            let mut others = reports.iter().map(|(_, file)| file).chain(&main);
            if path.is_file() && others.any(|other| is_same_file(path, other.path)) {
                bail!("--report {}: another report is written to this file; choose another file", path.display());
            }
            reports.push((report.format, OutputFile::open("--report", path, found, read)?));
        }
        Ok(OutputFiles { main, reports })
    }
}

/// The error for an output file that cannot be written.
fn no_output_file(option: &str, path: &Path, error: &io::Error) -> anyhow::Error {
    let help = match error.kind() {
        io::ErrorKind::NotFound => "create its directory first, or choose another file",
        io::ErrorKind::IsADirectory => "specify a file",
        _ => "choose a writable file",
    };
    io_error(format_args!("{option} {}", path.display()), error, help)
}
