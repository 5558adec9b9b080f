//! Finds the configuration file for a directory.

use crate::rules::Severity;
use std::collections::HashMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::Diagnostic;
use crate::text::Source;
use crate::workspace::Overrides;
use crate::workspace::config::{Config, Settings, parse, real, real_directory};
use crate::workspace::os::io_help;

/// The names of a configuration file.
const NAMES: [&str; 2] = ["ipfix.toml", ".ipfix.toml"];

/// Whether a path has the name of a configuration file.
pub(crate) fn is_called_so(path: &Path) -> bool {
    path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known))
}

/// The configuration file is invalid. The problem was already reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ConfigError;

type Found = Result<Arc<Settings>, ConfigError>;

/// Where the configuration comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ConfigSource {
    /// The closest file at or above each unit.
    #[default]
    Closest,
    /// This file, for every unit.
    File(PathBuf),
    /// No file.
    None,
}

/// Finds configuration files, each read once.
pub(crate) struct Finder<'a> {
    overrides: &'a Overrides,
    /// The settings for all units, if the user specified one file or none.
    everywhere: Option<Found>,
    /// The settings for units without a file.
    default: Arc<Settings>,
    by_directory: HashMap<PathBuf, Found>,
    /// Problems in the files.
    pub(crate) problems: Vec<Diagnostic>,
}

impl<'a> Finder<'a> {
    /// Reads the file that the user specified, if any.
    pub(crate) fn new(overrides: &'a Overrides, config: &ConfigSource) -> Self {
        let here = real_directory(Path::new("."));
        let default = Arc::new(Settings::new(overrides, Config::default(), here.clone()));
        let everywhere = (*config == ConfigSource::None).then(|| Ok(default.clone()));
        let mut finder = Finder { overrides, everywhere, default, by_directory: HashMap::new(), problems: Vec::new() };
        if let ConfigSource::File(path) = config {
            // The file may be elsewhere, such as in .github/, so its globs are relative to the working directory.
            finder.everywhere = Some(match content(path) {
                Ok(bytes) => finder.read(path, bytes, here),
                Err(error) => finder.unreadable(path, &error),
            });
        }
        finder
    }

    /// The settings for a unit, by its directory or file.
    pub(crate) fn for_unit(&mut self, path: &Path) -> Found {
        if let Some(everywhere) = &self.everywhere {
            return everywhere.clone();
        }
        let directory = if path.is_dir() { real_directory(path) } else { real(path) };
        let mut open: Vec<&Path> = Vec::new();
        let mut found = Ok(self.default.clone());
        for directory in directory.ancestors() {
            if let Some(known) = self.by_directory.get(directory) {
                found = known.clone();
                break;
            }
            open.push(directory);
            if let Some(here) = self.in_directory(directory) {
                found = here;
                break;
            }
        }
        self.by_directory.extend(open.into_iter().map(|directory| (directory.to_owned(), found.clone())));
        found
    }

    fn in_directory(&mut self, directory: &Path) -> Option<Found> {
        let mut files =
            NAMES.iter().map(|name| directory.join(name)).filter(|path| path.is_file() || leads_nowhere(path));
        let path = files.next()?;
        if let Some(second) = files.next() {
            let name = NAMES[0];
            self.report(
                &second,
                None,
                format!("`{name}` exists in the same directory"),
                Some("keep only one of them".to_owned()),
            );
            return Some(Err(ConfigError));
        }
        Some(match content(&path) {
            Ok(bytes) => self.read(&path, bytes, directory.to_owned()),
            Err(error) => self.unreadable(&path, &error),
        })
    }

    fn read(&mut self, path: &Path, bytes: Vec<u8>, root: PathBuf) -> Found {
        let source = match Source::new(path, bytes, true) {
            Ok(source) => source,
            Err(error) => {
                self.report(path, error.position(), error.to_string(), Some(error.help().to_owned()));
                return Err(ConfigError);
            }
        };
        match parse::parse(source.text()) {
            Ok(config) => Ok(Arc::new(Settings::new(self.overrides, config, root))),
            Err(problems) => {
                for problem in problems {
                    self.report(path, Some(source.position(problem.at.start)), problem.message, problem.help);
                }
                Err(ConfigError)
            }
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) -> Found {
        let help = match error.kind() {
            io::ErrorKind::NotFound if leads_nowhere(path) => {
                "fix the symlink, or specify a configuration with `--config`"
            }
            io::ErrorKind::NotFound => "check the path for typos",
            io::ErrorKind::Other => "specify a configuration with `--config`",
            io::ErrorKind::IsADirectory => "specify a file",
            _ if io_help(error).is_some() => io_help(error).unwrap_or_default(),
            _ => "make it readable, or specify another with `--config`",
        };
        self.report(path, None, format!("cannot be read: {error}"), Some(help.to_owned()));
        Err(ConfigError)
    }

    fn report(&mut self, path: &Path, position: Option<crate::text::Position>, message: String, help: Option<String>) {
        // Relative to the working directory, if possible.
        let here = &self.default.root;
        let path = path.strip_prefix(here).unwrap_or(path).to_owned();
        let problem = Diagnostic::about_file(Severity::Error, path, message, help);
        self.problems.push(Diagnostic { position, ..problem });
    }
}

/// Whether this is a broken symlink, which means that a configuration was intended.
fn leads_nowhere(path: &Path) -> bool {
    path.is_symlink() && path.metadata().is_err()
}

/// The maximum size of a configuration file.
const MAX_SIZE: u64 = 1024 * 1024;

/// The content of a configuration file, which may be `/dev/null` or a pipe.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    Ok(bytes)
}
