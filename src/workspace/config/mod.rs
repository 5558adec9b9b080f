//! The configuration file: its content, its discovery, and what overrides it.

mod find;
mod glob;
mod parse;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::aws::slots::ModuleInput;
use crate::check::Options;
use crate::plan::Naming;
use crate::rules::{self, Severity};
use crate::text::Prefilter;
use crate::text::spelling::closest;
use crate::workspace::Overrides;
use crate::workspace::discover::UnitFiles;

pub use crate::workspace::config::find::ConfigSource;
pub(crate) use crate::workspace::config::find::{Finder, is_called_so};
use crate::workspace::config::glob::Globs;

/// The content of one configuration file.
#[derive(Debug, Default)]
struct Config {
    select: Vec<String>,
    ignore: Vec<String>,
    ignore_in: Vec<(Globs, Vec<String>)>,
    exclude: Globs,
    unsafe_fixes: bool,
    naming: Naming,
    module_inputs: Vec<ModuleInput>,
    /// Whether values are followed into the modules that are called; by default they are.
    follow_modules: Option<bool>,
}

/// The settings for the units below one directory: the configuration file, overridden by the command line.
#[derive(Debug)]
pub(crate) struct Settings {
    options: Options,
    /// The base directory of the globs.
    root: PathBuf,
    ignore_in: Vec<(Globs, Vec<String>)>,
    exclude: Globs,
    /// Finds the configured inputs of modules in raw bytes. `None` if there are no such inputs.
    inputs: Option<Prefilter>,
}

impl Settings {
    fn new(overrides: &Overrides, config: Config, root: PathBuf) -> Self {
        // Rules that the command line selects are enabled even if the file disables them.
        let (select, mut ignore) = match overrides.select.as_slice() {
            [] => (config.select, config.ignore),
            selected => (selected.to_vec(), Vec::new()),
        };
        ignore.extend_from_slice(&overrides.ignore);
        ignore.extend(below(overrides.min_severity));
        let inputs: Vec<&str> = config.module_inputs.iter().map(ModuleInput::input).collect();
        let inputs = if inputs.is_empty() { None } else { Prefilter::new(&[&inputs]).ok() };
        let options = Options {
            unsafe_fixes: overrides.unsafe_fixes.unwrap_or(config.unsafe_fixes),
            select,
            ignore,
            resolve_fixes: overrides.resolve_fixes,
            naming: config.naming,
            module_inputs: config.module_inputs,
            ignore_modules: config.follow_modules == Some(false),
            ..Options::default()
        };
        Settings { options, root, ignore_in: config.ignore_in, exclude: config.exclude, inputs }
    }

    /// The options for a unit.
    pub(crate) fn options(&self, unit: &UnitFiles) -> Options {
        let mut options = self.options.clone();
        if !self.ignore_in.is_empty() {
            options.ignore_in = self.ignored_in(unit);
        }
        options
    }

    fn ignored_in(&self, unit: &UnitFiles) -> BTreeMap<PathBuf, Vec<String>> {
        let mut ignored = BTreeMap::new();
        for path in unit.files() {
            let real = real(path);
            let matching = self.ignore_in.iter().filter(|(globs, _)| globs.matches(&self.root, &real));
            let rules: Vec<String> = matching.flat_map(|(_, rules)| rules).cloned().collect();
            if !rules.is_empty() {
                ignored.insert(path.to_owned(), rules);
            }
        }
        ignored
    }

    /// The unit without the files that the configuration excludes. Excluded files of a module become context. `is_explicit` says whether the
    /// user specified a file by its real path; such a file is not excluded.
    pub(crate) fn without_excluded(&self, unit: UnitFiles, is_explicit: &dyn Fn(&Path) -> bool) -> Option<UnitFiles> {
        if self.exclude.is_empty() {
            return Some(unit);
        }
        let excluded = |path: &Path| {
            let real = real(path);
            self.exclude.matches(&self.root, &real) && !is_explicit(&real)
        };
        match unit {
            UnitFiles::Module(mut module) => {
                for file in module.files.iter_mut().filter(|file| file.is_target) {
                    file.is_target = !excluded(&file.path);
                }
                module.files.iter().any(|file| file.is_target).then_some(UnitFiles::Module(module))
            }
            UnitFiles::Template(template) => {
                (template.is_explicit || !excluded(&template.path)).then_some(UnitFiles::Template(template))
            }
        }
    }

    /// Whether values are followed into the modules that are called.
    pub(crate) fn follow_modules(&self) -> bool {
        !self.options.ignore_modules
    }

    /// Whether the bytes of a file contain the name of a configured input.
    pub(crate) fn mentions_input(&self, bytes: &[u8]) -> bool {
        self.inputs.as_ref().is_some_and(|inputs| !inputs.lists_in(bytes).is_empty())
    }
}

/// The path with its directory resolved, if it exists. A file that is a symlink keeps its name.
pub(crate) fn real(path: &Path) -> PathBuf {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (real_directory(directory), path.file_name()) {
        (directory, Some(name)) => directory.join(name),
        (_, None) => real_directory(path),
    }
}

fn real_directory(directory: &Path) -> PathBuf {
    let real = directory.canonicalize().or_else(|_| std::path::absolute(directory));
    real.unwrap_or_else(|_| directory.to_owned())
}

/// The codes of the less severe rules, except notes, which are counted and shown with `-v`.
fn below(least: Severity) -> impl Iterator<Item = String> {
    let is_below = move |rule: &&'static rules::Rule| rule.severity > least && rule.severity < Severity::Note;
    rules::ALL.into_iter().filter(is_below).map(|rule| rule.code.to_owned())
}

/// A word that selects no rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct UnknownRule {
    word: String,
    closest: Option<&'static str>,
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.word.as_str(), self.closest) {
            ("", _) => f.write_str("the name of a rule is empty; see `ipfix --list-rules`"),
            (word, Some(closest)) => write!(f, "unknown rule `{word}`; did you mean `{closest}`?"),
            (word, None) => write!(f, "unknown rule `{word}`; see `ipfix --list-rules`"),
        }
    }
}

impl std::error::Error for UnknownRule {}

/// Whether a word selects a rule.
///
/// # Errors
/// It does not.
pub(crate) fn check_rule(word: &str) -> Result<(), UnknownRule> {
    if rules::ALL.iter().any(|rule| rule.matches_selector(word)) {
        return Ok(());
    }
    let words = rules::ALL.iter().flat_map(|rule| [rule.code, rule.name]);
    Err(UnknownRule { word: word.to_owned(), closest: closest(word, words) })
}

/// The question after the known word that is closest to this one, if one is close.
fn did_you_mean<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    closest(word, known).map(|known| format!("did you mean `{known}`?"))
}
