//! What goes over the configuration file: what the command line, or an editor, asks for.

use crate::rules::Severity;

/// Settings that take precedence over those of a configuration file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Overrides {
    /// Rules to enable: codes, prefixes of codes, or names. If there are any, the file's own lists are ignored.
    pub select: Vec<String>,
    /// Rules to disable, besides those of the file.
    pub ignore: Vec<String>,
    /// Whether unsafe fixes are applied; `None` leaves it to the file.
    pub unsafe_fixes: Option<bool>,
    /// Rules below this severity are disabled.
    pub min_severity: Severity,
    /// Whether the edits of each fix alone are made: see [`Options::each_fix_alone`](crate::check::Options::each_fix_alone).
    pub resolve_fixes: bool,
}

impl Default for Overrides {
    /// Everything as the configuration file has it, warnings and errors.
    fn default() -> Self {
        Overrides {
            select: Vec::new(),
            ignore: Vec::new(),
            unsafe_fixes: None,
            min_severity: Severity::Warning,
            resolve_fixes: false,
        }
    }
}
