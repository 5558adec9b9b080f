//! Plans one fix for each slot, or for each group of slots that must be fixed together.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::aws::slots::{Attribute, Expected, Shape};
use crate::model::{
    DefinitionId, IndexScope, InputCheck, InstanceSelector, Leaf, LeafId, LeafUse, NodeId, ProfileName, References,
    Resolution, RoleAttr, Slot, SlotId, SlotState, TemplateString, UnitIndex,
};
use crate::plan::groups::groups;
use crate::plan::target::{self, NewProfiles, TargetChoice};
use crate::plan::title::title;
use crate::plan::{
    Change, Decision, Decisions, Fix, IndexEdit, InsertionPoint, Naming, NewName, Plan, PlannedId, Target, Unfixable,
};
use crate::rules::{Applicability, Finding, Severity, Subject, Suggestion};
use crate::text::{FileId, Span};

/// Plans fixes for the findings. `may_change` says which files may change and `naming` how new profiles are named. `unproved` has the slots
/// for which an earlier plan had a fix that could not be made or verified, and why.
pub(crate) fn plan(
    index: &UnitIndex<'_>,
    findings: &[Finding],
    may_change: &dyn Fn(FileId) -> bool,
    naming: Naming,
    unproved: &BTreeMap<SlotId, String>,
) -> Plan {
    let planner = Planner {
        index,
        findings,
        may_change,
        unproved,
        new_profiles: NewProfiles::of(index, findings, naming),
        slots_to_fix: findings.iter().filter(|finding| needs_fix(finding)).map(|finding| finding.slot).collect(),
        requirements: RefCell::default(),
    };
    planner.plan()
}

struct Planner<'p, 'u> {
    index: &'p UnitIndex<'u>,
    findings: &'p [Finding],
    may_change: &'p dyn Fn(FileId) -> bool,
    unproved: &'p BTreeMap<SlotId, String>,
    new_profiles: NewProfiles,
    slots_to_fix: BTreeSet<SlotId>,
    /// What [`Planner::common_requirement`] has found so far.
    requirements: RefCell<BTreeMap<LeafId, Option<Requirement>>>,
}

/// What a slot requires of the profile in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Requirement {
    kind: Attribute,
    prefix: Option<&'static str>,
}

/// Whether a finding asks for a fix; if there is none, its slot stays as it is.
fn needs_fix(finding: &Finding) -> bool {
    finding.rule.severity != Severity::Note && finding.rule.subject != Subject::Role
}

impl Planner<'_, '_> {
    fn plan(self) -> Plan {
        let mut by_slot: BTreeMap<SlotId, Vec<usize>> = BTreeMap::new();
        for (number, finding) in self.findings.iter().enumerate().filter(|(_, finding)| needs_fix(finding)) {
            by_slot.entry(finding.slot).or_default().push(number);
        }
        let mut decisions: Decisions = by_slot
            .iter()
            .map(|(&slot, numbers)| (slot, numbers.iter().map(|&number| self.decide(number)).collect()))
            .collect();
        self.align_removals(&by_slot, &mut decisions);
        let mut plan = Plan::default();
        let mut new_references = References::default();
        for group in groups(self.index, &decisions) {
            self.add_group(&group, &by_slot, &decisions, &mut new_references, &mut plan);
        }
        plan.fixes.sort_by_key(|fix| fix.slots.first().map(|&slot| self.position(slot)));
        plan.profiles = self.new_profiles.profiles;
        plan
    }

    /// An argument that is removed because the one beside it gets fixed stays if that has no fix, and is as unsafe as that fix.
    fn align_removals(&self, by_slot: &BTreeMap<SlotId, Vec<usize>>, decisions: &mut Decisions) {
        let all = by_slot.iter().flat_map(|(&slot, numbers)| numbers.iter().map(move |&number| (slot, number)));
        for (slot, number) in all {
            let Suggestion::RemoveWith(sibling) = self.findings[number].violation.suggestion else { continue };
            let applicability = match decisions.get(&sibling) {
                Some(Ok(decided)) => decided.iter().map(|decision| decision.applicability).max(),
                Some(Err(_)) | None => None,
            };
            match (applicability, decisions.get_mut(&slot)) {
                (Some(applicability), Some(Ok(decided))) => {
                    for decision in decided {
                        decision.applicability = decision.applicability.max(applicability);
                    }
                }
                (None, Some(decided)) => {
                    *decided = Err(Unfixable::SiblingUnfixed { argument: self.index.slot(sibling).argument.clone() });
                }
                (_, Some(Err(_)) | None) => {}
            }
        }
    }

    fn position(&self, slot: SlotId) -> (FileId, usize) {
        let span = &self.index.slot(slot).span;
        (span.file, span.start)
    }

    /// Adds one fix for a group of slots, or no fix for any of them. `new_references` are those that the fixes before it add.
    fn add_group(
        &self,
        group: &BTreeSet<SlotId>,
        by_slot: &BTreeMap<SlotId, Vec<usize>>,
        decisions: &Decisions,
        new_references: &mut References,
        plan: &mut Plan,
    ) {
        let violations: Vec<usize> =
            group.iter().flat_map(|slot| by_slot.get(slot).into_iter().flatten().copied()).collect();
        let decided = group.iter().filter_map(|slot| decisions.get(slot));
        let decided: Result<Vec<&Vec<Decision>>, &Unfixable> = decided.map(Result::as_ref).collect();
        let decided = decided.map_err(Clone::clone);
        let decided = decided.and_then(|decided| {
            self.add_references(group, decisions, new_references)?;
            Ok(decided.into_iter().flatten().collect::<Vec<&Decision>>())
        });
        let decided = match decided {
            Ok(decided) => decided,
            Err(reason) => {
                plan.unfixed.extend(violations.into_iter().map(|number| (number, reason.clone())));
                return;
            }
        };
        let mut changes: Vec<Change> = Vec::new();
        for change in decided.iter().flat_map(|decision| &decision.changes) {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
        let adds: BTreeSet<PlannedId> = changes.iter().filter_map(planned).collect();
        let generated: Vec<&String> = self.generated(group, &changes).collect();
        let unsafe_reasons = decided.iter().flat_map(|decision| &decision.unsafe_reasons);
        let unsafe_reasons: BTreeSet<&String> = unsafe_reasons.chain(generated.iter().copied()).collect();
        let applicability = decided.iter().map(|decision| decision.applicability).max();
        let applicability = applicability.filter(|_| generated.is_empty()).unwrap_or(Applicability::Unsafe);
        let mut slots: Vec<SlotId> = group.iter().copied().collect();
        slots.sort_by_key(|&slot| self.position(slot));
        plan.fixes.push(Fix {
            violations,
            adds: adds.into_iter().collect(),
            applicability,
            title: title(self.index, &self.new_profiles, &changes, slots.len()),
            unsafe_reasons: unsafe_reasons.into_iter().cloned().collect(),
            slots,
            changes,
        });
    }

    /// Why what a fix changes does not last: a program writes the file.
    fn generated<'s>(
        &'s self,
        group: &'s BTreeSet<SlotId>,
        changes: &'s [Change],
    ) -> impl Iterator<Item = &'s String> + 's {
        let slots = group.iter().map(|&slot| self.index.slot(slot).span.file);
        let definitions = changes.iter().filter_map(|change| match change {
            Change::Rewire { leaf, .. } => Some(self.index.leaf(*leaf).span.file),
            _ => None,
        });
        let added = changes.iter().filter_map(planned).map(|id| {
            let (InsertionPoint::After(node) | InsertionPoint::Before(node)) =
                self.new_profiles.profile(id).insertion_point;
            self.index.node(node).span.file
        });
        let files: BTreeSet<FileId> = slots.chain(definitions).chain(added).collect();
        files.into_iter().filter_map(|file| self.index.generated_files.get(&file))
    }

    /// Adds the references of a group, unless one of them closes a cycle together with those that the fixes before it add.
    fn add_references(
        &self,
        group: &BTreeSet<SlotId>,
        decisions: &Decisions,
        new_references: &mut References,
    ) -> Result<(), Unfixable> {
        let mut added: Vec<(NodeId, NodeId)> = Vec::new();
        for &slot in group {
            let owner = self.index.slot(slot).owner;
            let changes = decisions.get(&slot).into_iter().flatten().flatten().flat_map(|decision| &decision.changes);
            for target in changes.filter_map(target_of).filter_map(|target| self.node_of(target)) {
                if target::closes_cycle(self.index, self.index.slot(slot), target, new_references) {
                    return Err(Unfixable::Cycle {
                        target: self.index.node(target).address.clone(),
                        owner: self.index.node(owner).address.clone(),
                        with_other_fixes: true,
                    });
                }
                added.push((owner, target));
            }
        }
        for (owner, target) in added {
            new_references.add(owner, target);
        }
        Ok(())
    }

    /// The node of a target in the graph of references: the profile, or the role of a new one.
    fn node_of(&self, target: Target) -> Option<NodeId> {
        match target {
            Target::Existing(profile) => self.index.profile(profile).node,
            Target::Planned(planned) => self.index.role(self.new_profiles.profile(planned).role).node,
            Target::Role(role) => self.index.role(role).node,
            Target::NameInArn => None,
        }
    }

    fn decide(&self, number: usize) -> Result<Decision, Unfixable> {
        let finding = &self.findings[number];
        let (index, violation) = (self.index, &finding.violation);
        let (slot, leaf) = (index.slot(finding.slot), index.leaf(finding.leaf));
        let leaf_file = leaf.definition.map_or(slot.span.file, |definition| index.definition(definition).span.file);
        if let Some(reason) = [slot.span.file, leaf_file].iter().find_map(|file| index.shared_files.get(file)) {
            return Err(Unfixable::SharedFile(reason.clone()));
        }
        if let Some(reason) = self.unproved.get(&finding.slot) {
            return Err(Unfixable::Unverified(reason.clone()));
        }
        if let Some(reason) = slot.uneditable_reason {
            return Err(Unfixable::Uneditable(reason));
        }
        let kind = kind(slot, &leaf.resolution);
        let without_target = |change| Decision {
            changes: vec![change],
            shared: None,
            applicability: violation.applicability,
            unsafe_reasons: Vec::new(),
        };
        let mut choice = match violation.suggestion {
            Suggestion::ProfileOf(role) => target::for_role(index, &self.new_profiles, role, (slot, leaf), kind)?,
            Suggestion::UseProfile(profile) => target::for_profile(index, profile, (slot, leaf), kind)?,
            Suggestion::UseRole(role) => {
                target::refuse_without_output(index.role(role))?;
                TargetChoice::keeping(Target::Role(role))
            }
            Suggestion::UseNameInArn => TargetChoice::keeping(Target::NameInArn),
            Suggestion::FixShape => {
                let enclosing = enclosing(finding.slot, slot, kind);
                return Ok(without_target(enclosing.unwrap_or(Change::Reshape { slot: finding.slot, key: None })));
            }
            Suggestion::RemoveArgument | Suggestion::RemoveWith(_) => {
                return Ok(without_target(Change::Remove { slot: finding.slot }));
            }
            Suggestion::DisplayOnly => return Err(Unfixable::Undecided(violation.notes.last().cloned())),
        };
        choice.unsafe_reasons.extend(slot.unsafe_reason.clone());
        choice.unsafe_reasons.extend(self.failed_check(slot, leaf, &choice, kind));
        self.refuse_out_of_loop(choice.to, slot, leaf)?;
        if let Some(function) = leaf.ordered_by {
            return Err(Unfixable::OrderedByValue { function });
        }
        self.refuse_shared_steps(slot, leaf, kind, &choice.index)?;
        let (change, shared) = self.change(finding.slot, finding.leaf, &choice, kind)?;
        let mut changes = vec![change];
        changes.extend(enclosing(finding.slot, slot, kind));
        let applicability = if choice.unsafe_reasons.is_empty() && !self.has_probable_name(slot) {
            violation.applicability
        } else {
            Applicability::Unsafe
        };
        Ok(Decision { changes, shared, applicability, unsafe_reasons: choice.unsafe_reasons })
    }

    /// Why what a called module asks of its input may have another answer.
    fn failed_check(&self, slot: &Slot, leaf: &Leaf, choice: &TargetChoice, kind: Attribute) -> Option<String> {
        let is_name = matches!(leaf.resolution, Resolution::Role(_, RoleAttr::Name, _)) && kind == Attribute::Name;
        let keeps_value = is_name && self.has_name_of_role(choice.to, &leaf.resolution);
        let owner = &self.index.node(slot.owner).address;
        match slot.check {
            InputCheck::Value if !keeps_value => {
                Some(format!("`{owner}` has a condition on `{}`, and the value changes", slot.argument))
            }
            InputCheck::Presence if !keeps_value && self.is_name_unknown(choice.to, kind) => Some(format!(
                "`{owner}` decides something by whether `{}` is set, and the new value is known only after the deployment",
                slot.argument
            )),
            InputCheck::None | InputCheck::Presence | InputCheck::Value => None,
        }
    }

    /// Whether the name of a target is certainly the name of the role that a leaf references.
    fn has_name_of_role(&self, to: Target, resolution: &Resolution) -> bool {
        let Resolution::Role(role, ..) = resolution else { return false };
        match to {
            Target::Existing(profile) => self.index.profiles_named_after(*role).contains(&profile),
            Target::Planned(planned) => {
                matches!(self.new_profiles.profile(planned).name, NewName::Default | NewName::OfRole)
            }
            Target::Role(_) | Target::NameInArn => false,
        }
    }

    /// Whether another leaf is a text that is only probably the name of a profile. Before that profile was added, the leaf had an unsafe
    /// fix, and the fix of a slot is as unsafe as that of its least safe leaf.
    fn has_probable_name(&self, slot: &Slot) -> bool {
        slot.leaves.iter().any(|leaf_use| match &self.index.leaf(leaf_use.leaf).resolution {
            Resolution::Text(text) | Resolution::Unknown(_, text) => {
                text.as_literal().is_none() && !self.index.profiles_named(text, &slot.provider_alias).is_empty()
            }
            _ => false,
        })
    }

    /// A step that several leaves share changes only if all of them change in the same way.
    fn refuse_shared_steps(
        &self,
        slot: &Slot,
        leaf: &Leaf,
        kind: Attribute,
        index: &IndexEdit,
    ) -> Result<(), Unfixable> {
        let keeps_attribute = match leaf.resolution {
            Resolution::Role(..) | Resolution::Profile(..) => leaf.resolution.attribute() == Some(kind),
            _ => false,
        };
        let stays = *index == IndexEdit::Keep && keeps_attribute;
        let all_roles = || {
            slot.leaves.iter().all(|leaf_use| matches!(self.index.leaf(leaf_use.leaf).resolution, Resolution::Role(..)))
        };
        if !leaf.shares_steps || stays || *index == IndexEdit::Keep && all_roles() {
            return Ok(());
        }
        Err(Unfixable::SharedSteps)
    }

    /// A loop creates one resource for each iteration, and none of them has a name outside of the loop.
    fn refuse_out_of_loop(&self, to: Target, slot: &Slot, leaf: &Leaf) -> Result<(), Unfixable> {
        let Some(target) = self.node_of(to).map(|target| self.index.node(target)) else { return Ok(()) };
        let owner = self.index.node(slot.owner);
        let one_iteration = matches!(
            leaf.resolution,
            Resolution::Role(.., InstanceSelector::Index) | Resolution::Profile(.., InstanceSelector::Index)
        );
        match owner.loops.starts_with(&target.loops) {
            true if one_iteration && !target.loops.is_empty() => {
                Err(Unfixable::OneIteration { target: target.address.clone() })
            }
            true => Ok(()),
            false => Err(Unfixable::OutsideLoop { target: target.address.clone(), owner: owner.address.clone() }),
        }
    }

    /// Changes the value in its definition if all readers require the same, else in the slot.
    fn change(
        &self,
        id: SlotId,
        leaf_id: LeafId,
        choice: &TargetChoice,
        kind: Attribute,
    ) -> Result<(Change, Option<DefinitionId>), Unfixable> {
        let (unit, to, index) = (self.index, choice.to, choice.index.clone());
        let (slot, leaf) = (unit.slot(id), unit.leaf(leaf_id));
        let whole = !leaf.editable_in_place;
        let in_same_span = slot.leaves.iter().filter(|leaf_use| unit.leaf(leaf_use.leaf).span == leaf.span).count();
        if whole && (in_same_span > 1 || !is_one_value(leaf, &index)) {
            return Err(Unfixable::TooComplex);
        }
        let Some(shared) = leaf.definition else {
            return Ok((Change::Rewire { leaf: leaf_id, to, kind, index }, None));
        };
        let definition = unit.definition(shared);
        if self.common_requirement(shared, leaf_id) == Some(Requirement { kind, prefix: slot.spec.required_prefix })
            && (self.may_change)(definition.span.file)
            && !choice.in_block
            && !(definition.asked_for_null && self.is_name_unknown(to, kind))
        {
            return Ok((Change::Rewire { leaf: leaf_id, to, kind, index }, Some(shared)));
        }
        let leaf_use = slot.leaves.iter().find(|leaf_use| leaf_use.leaf == leaf_id);
        let reference_span = leaf_use.and_then(|leaf_use| leaf_use.reference_span);
        // Everything in the replaced span would be lost.
        let is_inside = |span: &Span, leaf_use: &&LeafUse| match &leaf_use.reference_span {
            Some(other) => span.contains(*other),
            None => {
                let leaf = unit.leaf(leaf_use.leaf);
                span.contains(leaf.span) && leaf.resolution != Resolution::Absent
            }
        };
        match reference_span {
            Some(span)
                if slot.leaves.iter().filter(|leaf_use| is_inside(&span, leaf_use)).count() == 1
                    && is_one_value(leaf, &index) =>
            {
                Ok((Change::Replace { slot: id, span, leaf: leaf_id, to, kind, index }, None))
            }
            _ if choice.in_block => Err(Unfixable::DefinedOutsideBlock { definition: definition.name.clone() }),
            _ => Err(Unfixable::SharedDefinition { definition: definition.name.clone() }),
        }
    }

    /// Whether the name of the target is known only after deployment.
    fn is_name_unknown(&self, to: Target, kind: Attribute) -> bool {
        let unknown = match to {
            Target::Existing(profile) => match &self.index.profile(profile).name {
                ProfileName::Is(name) => !name.is_known_before_deployment(),
                ProfileName::OfRole(role) => {
                    let name = self.index.role(*role).name.as_ref();
                    !name.is_some_and(TemplateString::is_known_before_deployment)
                }
                ProfileName::Generated | ProfileName::Unknown => true,
            },
            Target::Planned(planned) => {
                !matches!(self.new_profiles.profile(planned).name, NewName::Default | NewName::OfRole)
            }
            Target::Role(_) | Target::NameInArn => false,
        };
        kind == Attribute::Name && unknown
    }

    /// What all readers of a definition require of a leaf in it; none if they differ, or if a reader is not a slot. Thousands of launchers
    /// may read one local, so the result is cached.
    fn common_requirement(&self, definition: DefinitionId, leaf: LeafId) -> Option<Requirement> {
        *self.requirements.borrow_mut().entry(leaf).or_insert_with(|| {
            let resolution = &self.index.leaf(leaf).resolution;
            let requirement = |id: &Option<SlotId>| {
                let reader = self.index.slot((*id)?);
                // An argument that keeps its wrong name or shape does not become right by its value.
                let can_be_right =
                    matches!(reader.state, SlotState::Expected { .. }) || self.slots_to_fix.contains(&(*id)?);
                let takes_profile = reader.state.expected() != Expected::RoleName;
                (takes_profile && can_be_right)
                    .then(|| Requirement { kind: kind(reader, resolution), prefix: reader.spec.required_prefix })
            };
            let mut requirements = self.index.definition(definition).readers.iter().map(requirement);
            let first = requirements.next()??;
            requirements.all(|other| other == Some(first)).then_some(first)
        })
    }
}

/// Whether a reference alone is equivalent to a leaf: nothing around it selects the instance, and its index means the same wherever the leaf
/// is read.
fn is_one_value(leaf: &Leaf, index: &IndexEdit) -> bool {
    if matches!(
        leaf.resolution,
        Resolution::Role(_, _, InstanceSelector::Each) | Resolution::Profile(_, _, InstanceSelector::Each)
    ) {
        return false;
    }
    *index != IndexEdit::Keep || leaf.index.as_ref().is_none_or(|index| index.scope != IndexScope::Other)
}

fn target_of(change: &Change) -> Option<Target> {
    match change {
        Change::Rewire { to, .. } | Change::Replace { to, .. } => Some(*to),
        Change::Reshape { .. } | Change::Rename { .. } | Change::Remove { .. } => None,
    }
}

fn planned(change: &Change) -> Option<PlannedId> {
    match target_of(change)? {
        Target::Planned(id) => Some(id),
        _ => None,
    }
}

/// The attribute that a slot expects; if it takes both, the one that the author gave.
fn kind(slot: &Slot, resolution: &Resolution) -> Attribute {
    match slot.state.expected() {
        Expected::Name | Expected::NamePreferred | Expected::RoleName => Attribute::Name,
        Expected::Arn => Attribute::Arn,
        Expected::Either { prefer } => resolution.attribute().unwrap_or(prefer),
    }
}

/// The change of the argument around the value, if its name or shape is wrong.
fn enclosing(id: SlotId, slot: &Slot, kind: Attribute) -> Option<Change> {
    // A value under an unknown name where a block or an object is expected: both are fixed.
    let is_bare = slot.argument.eq_ignore_ascii_case(slot.spec.key);
    match (slot.state, slot.spec.shape) {
        (SlotState::UnknownArgument { correct_sibling: None, .. }, Shape::Keys { keys, .. }) if is_bare => {
            Some(Change::Reshape { slot: id, key: key_for(keys, kind) })
        }
        (SlotState::WrongShape { .. }, Shape::Keys { keys, .. }) => {
            Some(Change::Reshape { slot: id, key: key_for(keys, kind) })
        }
        (SlotState::WrongShape { .. }, Shape::Value(_) | Shape::List(_)) => {
            Some(Change::Reshape { slot: id, key: None })
        }
        // An unknown argument without a block or object around its value only needs the right name.
        (SlotState::UnknownArgument { .. }, _) if slot.span.end == slot.value.end => Some(Change::Rename { slot: id }),
        (SlotState::UnknownArgument { .. }, _) => Some(Change::Reshape { slot: id, key: None }),
        (SlotState::Expected { .. } | SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. }, _) => None,
    }
}

/// The key of an object that takes this attribute of a profile.
fn key_for(keys: &'static [(&'static str, Expected)], kind: Attribute) -> Option<&'static str> {
    keys.iter().find(|(_, expected)| expected.accepts(kind)).map(|(key, _)| *key)
}
