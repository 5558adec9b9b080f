//! The profiles that the applied fixes of a run add.

use std::collections::BTreeSet;

use crate::check::UnitReport;
use crate::plan::{PlannedId, PlannedProfile};
use crate::report::Run;

/// A profile that the applied fixes of a unit add.
pub(super) struct Added<'r> {
    pub(super) unit: &'r UnitReport,
    pub(super) id: PlannedId,
    pub(super) profile: &'r PlannedProfile,
}

pub(super) fn added(run: &Run) -> Vec<Added<'_>> {
    let mut added = Vec::new();
    for unit in &run.units {
        let ids: BTreeSet<_> = unit.applied.iter().flat_map(|&fix| unit.plan.fix(fix).adds.iter().copied()).collect();
        added.extend(ids.into_iter().map(|id| Added { unit, id, profile: unit.plan.profile(id) }));
    }
    added
}
