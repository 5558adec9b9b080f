//! Which units there are: on disk, or in texts that an editor has open.

use std::path::{Path, PathBuf};

use crate::check::Diagnostic;
use crate::rules::Severity;
use crate::workspace::Overrides;
use crate::workspace::config::{ConfigSource, Finder, Settings};
use crate::workspace::discover::{FileKind, InvalidGlob, Search, SkippedPath, UnitFiles, discover};
use crate::workspace::modules::Modules;
use crate::workspace::read::Buffers;
use crate::workspace::unit::{LoadedUnit, read_with};

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

/// Finds and reads the units at these files and directories.
///
/// ```no_run
/// use ipfix_iac::check::check;
/// use ipfix_iac::workspace::{LoadOptions, load};
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
        units.extend(unit.map(|unit| (unit, settings)));
    }
    let modules = Modules::of(&units, &options.buffers);
    let units = units.iter().map(|(unit, settings)| read_unit(unit, &options.buffers, settings, &modules)).collect();
    problems.append(&mut finder.problems);
    Ok(Workspace { units, problems })
}

impl From<&SkippedPath> for Diagnostic {
    fn from(skipped: &SkippedPath) -> Self {
        Diagnostic::about_file(Severity::Error, &skipped.path, skipped.message(), Some(skipped.help().to_owned()))
    }
}

/// Reads one unit.
pub(crate) fn read_unit(unit: &UnitFiles, buffers: &Buffers, settings: &Settings, modules: &Modules<'_>) -> LoadedUnit {
    read_with(unit, buffers, settings, modules.around(unit))
}

/// Many files that are named as JSON are HCL or something else. If such a file cannot be read, an excluded one is context and not reported, and one that
/// a search found is only a warning.
pub(crate) fn tolerate_json(problems: &mut Vec<Diagnostic>, unit: &UnitFiles, is_explicit: &dyn Fn(&Path) -> bool) {
    let UnitFiles::Module(module) = unit else { return };
    for file in module.files.iter().filter(|file| file.kind == FileKind::TerraformJson && !is_explicit(&file.path)) {
        let is_about_it = |problem: &Diagnostic| problem.path == file.path && !problem.is_internal;
        problems.retain(|problem| file.is_target || !is_about_it(problem));
        let errors = problems.iter_mut().filter(|problem| problem.severity == Severity::Error);
        errors.filter(|problem| is_about_it(problem)).for_each(|problem| problem.severity = Severity::Warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::discover::{ModuleFile, ModuleFiles};

    #[test]
    fn only_what_is_wrong_with_a_file_that_was_found_is_a_warning() {
        let path = PathBuf::from("main.tf.json");
        let file = |is_target| ModuleFile {
            path: path.clone(),
            kind: FileKind::TerraformJson,
            is_target,
            shadowed: false,
            shared_with: None,
        };
        let severities = |is_target: bool, is_explicit: bool| {
            let unread = Diagnostic::about_file(Severity::Error, &path, "not JSON", None);
            let internal = Diagnostic::internal(&path, "a bug", String::new());
            let mut problems = vec![unread, internal];
            let directory = PathBuf::from(".");
            let module = ModuleFiles { real_directory: directory.clone(), directory, files: vec![file(is_target)] };
            tolerate_json(&mut problems, &UnitFiles::Module(module), &|_| is_explicit);
            problems.iter().map(|problem| problem.severity).collect::<Vec<_>>()
        };
        assert_eq!(severities(true, true), [Severity::Error, Severity::Error]);
        assert_eq!(severities(true, false), [Severity::Warning, Severity::Error]);
        assert_eq!(severities(false, false), [Severity::Error]);
    }
}
