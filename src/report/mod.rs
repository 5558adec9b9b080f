//! Output for people and programs: one sink per file, all from the same [`UnitReport`]s.
//!
//! A sink is a function `write(run, ..., out)`. It decides nothing: which findings there are, which fixes are applied and what they change
//! is decided before. What comes from files (paths, labels, excerpts) is escaped on its way out, so that it can neither steer a terminal
//! nor forge a line of a format.

mod added;
pub mod concise;
mod escape;
mod fingerprints;
pub mod full;
pub mod github;
pub mod gitlab;
mod graph;
mod imports;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod mermaid;
pub mod rdjson;
mod references;
pub mod sarif;
pub mod statistics;
pub mod summary;
#[cfg(test)]
pub(crate) mod tests;
mod view;
mod wrap;

pub(crate) use crate::report::view::severity_name;

use crate::check::{Diagnostic, UnitReport};
use crate::rules::Severity;
use crate::text::{Location, PathBase};

/// The name of the program, which is not that of its package.
const PROGRAM: &str = "ipfix";

/// The result of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// Units with diagnostics or changes, in the order of their paths.
    pub units: Vec<UnitReport>,
    /// Problems that belong to no unit.
    pub problems: Vec<Diagnostic>,
    /// How many files were checked.
    pub files: usize,
    /// How many Terraform modules were checked.
    pub modules: usize,
    /// How many of the files are templates.
    pub templates: usize,
    /// How many findings are suppressed.
    pub suppressed: usize,
    /// Whether the changes were written.
    pub written: bool,
    /// What is less severe than this is not shown.
    pub min_severity: Severity,
}

impl Default for Run {
    fn default() -> Self {
        Run {
            units: Vec::new(),
            problems: Vec::new(),
            files: 0,
            modules: 0,
            templates: 0,
            suppressed: 0,
            written: false,
            min_severity: Severity::Warning,
        }
    }
}

impl Run {
    /// Whether findings of this severity are shown.
    pub(crate) fn shows(&self, severity: Severity) -> bool {
        severity <= self.min_severity
    }

    /// Shows all paths relative to another directory. Afterwards, they no longer lead to the files from the working directory.
    pub fn rebase(&mut self, base: &PathBase) {
        for diagnostic in &mut self.problems {
            rebase(diagnostic, base);
        }
        for unit in &mut self.units {
            unit.sources.iter_mut().for_each(|source| source.rename(|path| base.shown(path)));
            unit.findings.iter_mut().chain(&mut unit.problems).for_each(|diagnostic| rebase(diagnostic, base));
        }
    }

    /// The same run with nothing but the errors about files.
    pub(crate) fn problems_alone(&self) -> Run {
        let all = self.problems.iter().chain(self.units.iter().flat_map(|unit| &unit.problems));
        let problems = all.filter(|problem| problem.severity == Severity::Error).cloned().collect();
        Run { problems, files: self.files, written: self.written, min_severity: Severity::Error, ..Run::default() }
    }
}

fn rebase(diagnostic: &mut Diagnostic, base: &PathBase) {
    diagnostic.path = base.shown(&diagnostic.path);
    for related in &mut diagnostic.related {
        if let Location::Elsewhere(place) = &mut related.location {
            place.path = base.shown(&place.path);
        }
    }
}

/// How text for people is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RenderOptions {
    /// With ANSI colours.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
    /// Whether sentences are wrapped at that width, as for a terminal.
    pub wraps: bool,
}

impl RenderOptions {
    /// A style, or none where there are no colours.
    fn style(self, style: anstyle::Style) -> anstyle::Style {
        if self.color { style } else { anstyle::Style::new() }
    }

    /// The column at which sentences are wrapped.
    fn wrap_at(self) -> Option<usize> {
        self.wraps.then_some(self.width)
    }
}

impl Default for RenderOptions {
    /// Without colours, as wide as a wide terminal.
    fn default() -> Self {
        RenderOptions { color: false, width: 140, wraps: false }
    }
}
