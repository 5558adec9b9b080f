//! What people and machines get to see: one sink per file, all from the same [`UnitReport`]s.

use crate::check::{Problem, UnitReport};

/// Everything a run found out.
#[derive(Debug, Default)]
pub struct Run {
    /// Units with something to say, in the order of their paths.
    pub units: Vec<UnitReport>,
    /// Problems that belong to no unit.
    pub problems: Vec<Problem>,
    /// How many files were looked at.
    pub files: usize,
    /// Whether the changes were written.
    pub written: bool,
    /// Whether notes are wanted where a format can leave them out.
    pub verbose: bool,
}
