//! What people and machines get to see: one sink per file, all from the same [`UnitReport`]s.
//!
//! A sink is a function `write(run, ..., out)`. It decides nothing: which findings there are, which fixes are applied and what they change
//! is settled before. What comes from files (paths, labels, excerpts) is escaped on its way out, so that it can neither steer a terminal
//! nor forge a line of a format.

mod added;
pub mod concise;
mod escape;
pub mod full;
pub mod github;
mod graph;
mod imports;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod rdjson;
pub mod sarif;
pub mod statistics;
pub mod summary;
#[cfg(test)]
pub(crate) mod tests;
mod view;
mod wrap;

pub(crate) use crate::report::view::severity_name;

use crate::check::{Problem, UnitReport};
use crate::rules::Severity;

/// Everything a run found out.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// Units with something to say, in the order of their paths.
    pub units: Vec<UnitReport>,
    /// Problems that belong to no unit.
    pub problems: Vec<Problem>,
    /// How many files were checked.
    pub files: usize,
    /// How many Terraform modules were checked.
    pub modules: usize,
    /// How many of the files are no part of a module.
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

    /// The same run with nothing to say but that files could not be read or written.
    pub(crate) fn problems_alone(&self) -> Run {
        let errors = |problems: &[Problem]| {
            problems.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect::<Vec<_>>()
        };
        let mut problems = errors(&self.problems);
        for unit in &self.units {
            problems.extend(errors(&unit.problems));
        }
        Run { problems, files: self.files, written: self.written, min_severity: Severity::Error, ..Run::default() }
    }
}

/// How text for people looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RenderOptions {
    /// With ANSI colours.
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
    /// Whether sentences are broken to fit in: for a terminal. Programs like lines whole.
    pub wraps: bool,
}

impl RenderOptions {
    /// A style, or none where there are no colours.
    fn style(self, style: anstyle::Style) -> anstyle::Style {
        if self.color { style } else { anstyle::Style::new() }
    }
}

impl RenderOptions {
    /// Where sentences are broken.
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
