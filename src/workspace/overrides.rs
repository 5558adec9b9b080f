//! Settings of the command line or an editor, which override the configuration file.

use crate::rules::Severity;

/// Settings that take precedence over those of a configuration file.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Overrides {
    /// Rules to enable: codes, prefixes of codes, or names. If there are any, the file's own lists are ignored.
    pub select: Vec<String>,
    /// Rules to disable, in addition to those of the file.
    pub ignore: Vec<String>,
    /// Whether unsafe fixes are applied; `None` uses the setting of the file.
    pub unsafe_fixes: Option<bool>,
    /// Rules below this severity are disabled.
    pub min_severity: Severity,
    /// Whether to resolve the edits of each fix on its own: see [`Options::resolve_fixes`](crate::check::Options::resolve_fixes).
    pub resolve_fixes: bool,
}

impl Default for Overrides {
    /// Overrides nothing; shows warnings and errors.
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
