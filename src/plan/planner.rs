//! Makes the plan: one fix for each slot, or for the slots that share a definition.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::aws::slots::{Attribute, Expected, Shape};
use crate::model::{
    DefinitionId, InstanceSelector, Leaf, LeafId, LeafUse, NodeId, ProfileAttr, ProfileName, References, Resolution,
    RoleAttr, Scoped, Slot, SlotId, SlotState, TemplateString, UnitIndex,
};
use crate::plan::groups::groups;
use crate::plan::target;
use crate::plan::target::{NewProfiles, TargetChoice};
use crate::plan::{Change, Decision, Fix, IndexEdit, Naming, NewName, Plan, Target, title};
use crate::rules::{Applicability, Finding, Severity, Subject, Suggestion};
use crate::text::{FileId, Span};

/// Plans fixes for the findings. `may_change` says which files may change, `naming` how new profiles are called, and `unproved` which slots an
/// earlier plan had a fix for that could not be proved right.
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
        slots_to_fix: findings.iter().filter(|finding| counts(finding)).map(|finding| finding.slot).collect(),
        wishes: RefCell::default(),
    };
    planner.plan()
}

struct Planner<'p, 'u> {
    index: &'p UnitIndex<'u>,
    findings: &'p [Finding],
    may_change: &'p dyn Fn(FileId) -> bool,
    /// Slots whose fix turned out not to be provable: why.
    unproved: &'p BTreeMap<SlotId, String>,
    new_profiles: NewProfiles,
    /// Slots with a finding that is to be mended, if that can be done.
    slots_to_fix: BTreeSet<SlotId>,
    wishes: RefCell<BTreeMap<LeafId, Option<Wish>>>,
}

/// Name or ARN, and how the name has to start.
type Wish = (Attribute, Option<&'static str>);

/// A finding that asks for a change, or that stands in the way of one.
fn counts(finding: &Finding) -> bool {
    finding.rule.severity != Severity::Note && finding.rule.subject != Subject::Role
}

impl Planner<'_, '_> {
    fn plan(self) -> Plan {
        let mut by_slot: BTreeMap<SlotId, Vec<usize>> = BTreeMap::new();
        for (number, finding) in self.findings.iter().enumerate().filter(|(_, finding)| counts(finding)) {
            by_slot.entry(finding.slot).or_default().push(number);
        }
        let mut decided: BTreeMap<SlotId, Result<Vec<Decision>, String>> = by_slot
            .iter()
            .map(|(&slot, numbers)| (slot, numbers.iter().map(|&number| self.decide(number)).collect()))
            .collect();
        self.drop_with_others(&by_slot, &mut decided);
        let mut plan = Plan::default();
        let mut more = References::default();
        for group in groups(self.index, &decided) {
            self.add_group(&group, &by_slot, &decided, &mut more, &mut plan);
        }
        plan.fixes.sort_by_key(|fix| fix.slots.first().map(|&slot| self.place_of(slot)));
        plan.profiles = self.new_profiles.profiles;
        plan
    }

    /// What goes because what is wrong beside it is mended stays where that stays, and is as unsafe as that.
    fn drop_with_others(
        &self,
        by_slot: &BTreeMap<SlotId, Vec<usize>>,
        decided: &mut BTreeMap<SlotId, Result<Vec<Decision>, String>>,
    ) {
        let all = by_slot.iter().flat_map(|(&slot, numbers)| numbers.iter().map(move |&number| (slot, number)));
        for (slot, number) in all {
            let Suggestion::RemoveWith(other) = self.findings[number].violation.suggestion else { continue };
            let applicability = match decided.get(&other) {
                Some(Ok(decisions)) => decisions.iter().map(|decision| decision.applicability).max(),
                Some(Err(_)) | None => None,
            };
            match (applicability, decided.get_mut(&slot)) {
                (Some(applicability), Some(Ok(decisions))) => {
                    decisions
                        .iter_mut()
                        .for_each(|decision| decision.applicability = decision.applicability.max(applicability));
                }
                (None, Some(decision)) => {
                    let argument = &self.index.slot(other).argument;
                    *decision = Err(format!("the {argument} beside it stays as it is, and that is wrong"));
                }
                (_, Some(Err(_)) | None) => {}
            }
        }
    }

    fn place_of(&self, slot: SlotId) -> (FileId, usize) {
        let at = &self.index.slot(slot).span;
        (at.file, at.start)
    }

    /// One fix for slots that hang together, or none for any of them. `more` are the references that the fixes before it add.
    fn add_group(
        &self,
        group: &BTreeSet<SlotId>,
        by_slot: &BTreeMap<SlotId, Vec<usize>>,
        decided: &BTreeMap<SlotId, Result<Vec<Decision>, String>>,
        more: &mut References,
        plan: &mut Plan,
    ) {
        let serves: Vec<usize> =
            group.iter().flat_map(|slot| by_slot.get(slot).into_iter().flatten().copied()).collect();
        let reason =
            group.iter().find_map(|slot| decided.get(slot).and_then(|decided| decided.as_ref().err()).cloned());
        let reason = reason.or_else(|| self.add_references(group, decided, more).err());
        if let Some(reason) = reason {
            plan.unfixed.extend(serves.into_iter().map(|number| (number, reason.clone())));
            return;
        }
        let decisions: Vec<&Decision> =
            group.iter().filter_map(|slot| decided.get(slot)?.as_ref().ok()).flatten().collect();
        let mut changes: Vec<Change> = Vec::new();
        for change in decisions.iter().flat_map(|decision| &decision.changes) {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
        let adds: BTreeSet<_> = changes.iter().filter_map(planned).collect();
        let applicability =
            decisions.iter().map(|decision| decision.applicability).max().unwrap_or(Applicability::Unsafe);
        let unsafe_reasons: BTreeSet<String> =
            decisions.iter().flat_map(|decision| decision.unsafe_reasons.iter().cloned()).collect();
        let mut slots: Vec<SlotId> = group.iter().copied().collect();
        slots.sort_by_key(|&slot| self.place_of(slot));
        let title = title::of(self.index, &self.new_profiles, &changes, slots.len());
        let (adds, unsafe_reasons) = (adds.into_iter().collect(), unsafe_reasons.into_iter().collect());
        plan.fixes.push(Fix { violations: serves, slots, adds, changes, applicability, title, unsafe_reasons });
    }

    /// Adds the references of a group, unless one of them closes a circle with those that the fixes before it add.
    fn add_references(
        &self,
        group: &BTreeSet<SlotId>,
        decided: &BTreeMap<SlotId, Result<Vec<Decision>, String>>,
        more: &mut References,
    ) -> Result<(), String> {
        let mut added: Vec<(NodeId, NodeId)> = Vec::new();
        for &slot in group {
            let owner = self.index.slot(slot).owner;
            let changes = decided.get(&slot).into_iter().flatten().flatten().flat_map(|decision| &decision.changes);
            let holders = changes.filter_map(|change| match change {
                Change::Rewire { to, .. } | Change::Replace { to, .. } => Some(*to),
                Change::Reshape { .. } | Change::Rename { .. } | Change::Remove { .. } => None,
            });
            for target in holders.filter_map(|to| self.target(to)) {
                if self.index.would_depend_on(target, owner, more) {
                    let (target, owner) = (&self.index.node(target).address, &self.index.node(owner).address);
                    return Err(format!(
                        "with the other fixes made, {target} would depend on {owner}: a reference back would be a cycle"
                    ));
                }
                added.push((owner, target));
            }
        }
        for (owner, target) in added {
            more.add(owner, target);
        }
        Ok(())
    }

    /// What stands for a holder in the graph: the profile, or the role of one that is new.
    fn target(&self, to: Target) -> Option<NodeId> {
        match to {
            Target::Existing(profile) => self.index.profile(profile).node,
            Target::Planned(planned) => self.index.role(self.new_profiles.profile(planned).role).node,
            Target::Role(role) => self.index.role(role).node,
            Target::NameInArn => None,
        }
    }

    fn decide(&self, number: usize) -> Result<Decision, String> {
        let finding = &self.findings[number];
        let (index, violation) = (self.index, &finding.violation);
        let (slot, leaf) = (index.slot(finding.slot), index.leaf(finding.leaf));
        let leaf_file = leaf.definition.map_or(slot.span.file, |definition| index.definition(definition).span.file);
        if let Some(why) = [slot.span.file, leaf_file].iter().find_map(|file| index.shared_files.get(file)) {
            return Err(why.clone());
        }
        if let Some(why) = self.unproved.get(&finding.slot) {
            return Err(why.clone());
        }
        if let Some(why) = slot.uneditable_reason {
            return Err(why.to_owned());
        }
        let choice = match violation.suggestion {
            Suggestion::ProfileOf(role) => target::for_role(index, &self.new_profiles, role, slot, leaf)?,
            Suggestion::UseProfile(profile) => target::for_profile(index, profile, slot, leaf)?,
            Suggestion::UseRole(role) => TargetChoice::keeping(Target::Role(role)),
            Suggestion::UseNameInArn => TargetChoice::keeping(Target::NameInArn),
            Suggestion::FixShape => {
                let around = enclosing(finding.slot, slot, kind(slot, &leaf.resolution));
                let changes = vec![around.unwrap_or(Change::Reshape { slot: finding.slot, key: None })];
                return Ok(Decision {
                    changes,
                    shared: None,
                    applicability: violation.applicability,
                    unsafe_reasons: Vec::new(),
                });
            }
            Suggestion::RemoveArgument | Suggestion::RemoveWith(_) => {
                let changes = vec![Change::Remove { slot: finding.slot }];
                return Ok(Decision {
                    changes,
                    shared: None,
                    applicability: violation.applicability,
                    unsafe_reasons: Vec::new(),
                });
            }
            Suggestion::DisplayOnly => return Err(report_reason(finding)),
        };
        self.refuse_out_of_loop(choice.to, slot, leaf)?;
        let kind = kind(slot, &leaf.resolution);
        if let Some(function) = leaf.ordered_by {
            return Err(format!(
                "{function} orders or drops by value, and the name or ARN of a profile is another value: write the reference without it"
            ));
        }
        self.refuse_shared_steps(slot, leaf, kind, &choice.index)?;
        let (change, shared) = self.change(finding.slot, finding.leaf, &choice, kind)?;
        let mut changes = vec![change];
        changes.extend(enclosing(finding.slot, slot, kind));
        let applicability = if choice.unsafe_reasons.is_empty() && !self.is_valid_after(slot) {
            violation.applicability
        } else {
            Applicability::Unsafe
        };
        Ok(Decision { changes, shared, applicability, unsafe_reasons: choice.unsafe_reasons })
    }

    /// Whether another leaf is a text that only looks like the name of a profile. While that profile was yet to be made, it had an unsafe fix,
    /// and a slot's fix is as unsafe as its least safe leaf.
    fn is_valid_after(&self, slot: &Slot) -> bool {
        slot.leaves.iter().any(|leaf_use| match &self.index.leaf(leaf_use.leaf).resolution {
            Resolution::Text(text) | Resolution::Unknown(_, text) => {
                text.as_literal().is_none() && !self.index.profiles_named(text, &slot.provider_alias).is_empty()
            }
            _ => false,
        })
    }

    /// A step that other leaves share changes only if all of them are to change, and alike.
    fn refuse_shared_steps(&self, slot: &Slot, leaf: &Leaf, kind: Attribute, index: &IndexEdit) -> Result<(), String> {
        let keeps_attribute = match leaf.resolution {
            Resolution::Role(_, RoleAttr::Name, _) | Resolution::Profile(_, ProfileAttr::Name, _) => {
                kind == Attribute::Name
            }
            Resolution::Role(_, RoleAttr::Arn, _) | Resolution::Profile(_, ProfileAttr::Arn, _) => {
                kind == Attribute::Arn
            }
            _ => false,
        };
        let stays = *index == IndexEdit::Keep && keeps_attribute;
        let all_roles = || {
            slot.leaves.iter().all(|leaf_use| matches!(self.index.leaf(leaf_use.leaf).resolution, Resolution::Role(..)))
        };
        if !leaf.shares_steps || stays || *index == IndexEdit::Keep && all_roles() {
            return Ok(());
        }
        Err("its attribute or index is taken of another value too, which stays as it is: write each with its own"
            .to_owned())
    }

    /// What a loop makes is one resource for each turn, and has no name outside.
    fn refuse_out_of_loop(&self, to: Target, slot: &Slot, leaf: &Leaf) -> Result<(), String> {
        let Some(target) = self.target(to).map(|target| self.index.node(target)) else { return Ok(()) };
        let owner = self.index.node(slot.owner);
        let one_turn = matches!(
            leaf.resolution,
            Resolution::Role(.., InstanceSelector::Index) | Resolution::Profile(.., InstanceSelector::Index)
        );
        match owner.loops.starts_with(&target.loops) {
            true if one_turn && !target.loops.is_empty() => {
                Err(format!("{} is made in a loop, and what one turn of it makes is meant", target.address))
            }
            true => Ok(()),
            false => Err(format!("{} is made in a loop, and {} stands outside of it", target.address, owner.address)),
        }
    }

    /// Where the value is changed: in its definition if all its readers want the same, else in the slot.
    fn change(
        &self,
        id: SlotId,
        leaf_id: LeafId,
        choice: &TargetChoice,
        kind: Attribute,
    ) -> Result<(Change, Option<DefinitionId>), String> {
        let (unit, to, index) = (self.index, choice.to, choice.index.clone());
        let (slot, leaf) = (unit.slot(id), unit.leaf(leaf_id));
        let whole = !leaf.editable_in_place;
        let same_place = slot.leaves.iter().filter(|leaf_use| unit.leaf(leaf_use.leaf).span == leaf.span).count();
        if whole && (same_place > 1 || !is_one_value(leaf, &index)) {
            return Err("the expression is too entangled to swap the role in it: rewrite it by hand".to_owned());
        }
        let Some(shared) = leaf.definition else {
            return Ok((Change::Rewire { leaf: leaf_id, to, kind, index }, None));
        };
        let definition = unit.definition(shared);
        if self.wish_of_all(shared, leaf_id) == Some((kind, slot.spec.required_prefix))
            && (self.may_change)(definition.span.file)
            && !choice.in_block
            && !(definition.asked_for_null && self.is_name_unknown(to, kind))
        {
            return Ok((Change::Rewire { leaf: leaf_id, to, kind, index }, Some(shared)));
        }
        let leaf_use = slot.leaves.iter().find(|leaf_use| leaf_use.leaf == leaf_id);
        let read_at = leaf_use.and_then(|leaf_use| leaf_use.reference_span);
        // Whatever else stands in the part that is replaced would go with it.
        let stands_in = |at: &Span, leaf_use: &&LeafUse| match &leaf_use.reference_span {
            Some(other) => at.contains(*other),
            None => {
                at.contains(unit.leaf(leaf_use.leaf).span) && unit.leaf(leaf_use.leaf).resolution != Resolution::Absent
            }
        };
        match read_at {
            Some(at)
                if slot.leaves.iter().filter(|leaf_use| stands_in(&at, leaf_use)).count() == 1
                    && is_one_value(leaf, &index) =>
            {
                Ok((Change::Replace { slot: id, span: at, leaf: leaf_id, to, kind, index }, None))
            }
            _ if choice.in_block => Err(format!(
                "{} is written outside of the launcher's block, where its count.index or each.key means nothing",
                definition.name
            )),
            _ => Err(format!(
                "{} is read by something else too, or lies in a file that was not named: it cannot be changed, and it is not one value that could be written here",
                definition.name
            )),
        }
    }

    /// Whether a profile's name is known only once it is made, as a role's name may not be.
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

    /// What all readers of a definition want for a leaf in it, and how the name has to start for them; none if they differ, or if something
    /// reads it that is no slot. Thousands of launchers may read one local, so this is worked out once.
    fn wish_of_all(&self, definition: DefinitionId, leaf: LeafId) -> Option<Wish> {
        *self.wishes.borrow_mut().entry(leaf).or_insert_with(|| {
            let resolution = &self.index.leaf(leaf).resolution;
            let wish = |id: &Option<SlotId>| {
                let reader = self.index.slot((*id)?);
                // What has the wrong name or shape, and keeps it, does not become right by its value.
                let can_be_right =
                    matches!(reader.state, SlotState::Expected { .. }) || self.slots_to_fix.contains(&(*id)?);
                let takes_profile = reader.state.expected() != Expected::RoleName;
                (takes_profile && can_be_right).then(|| (kind(reader, resolution), reader.spec.required_prefix))
            };
            let mut wishes = self.index.definition(definition).readers.iter().map(wish);
            let first = wishes.next()??;
            wishes.all(|wish| wish == Some(first)).then_some(first)
        })
    }
}

/// Whether a reference alone says what a leaf means: that nothing around it picks the instance, and that its index means the same wherever the
/// leaf is read.
fn is_one_value(leaf: &Leaf, index: &IndexEdit) -> bool {
    if matches!(
        leaf.resolution,
        Resolution::Role(_, _, InstanceSelector::Each) | Resolution::Profile(_, _, InstanceSelector::Each)
    ) {
        return false;
    }
    let travels = || leaf.index.as_ref().is_none_or(|index| index.scoped != Scoped::Elsewhere);
    *index != IndexEdit::Keep || travels()
}

fn report_reason(finding: &Finding) -> String {
    finding.violation.notes.last().cloned().unwrap_or_else(|| "a person must decide what is meant".to_owned())
}

fn planned(change: &Change) -> Option<crate::plan::PlannedId> {
    match change {
        Change::Rewire { to: Target::Planned(id), .. } | Change::Replace { to: Target::Planned(id), .. } => Some(*id),
        _ => None,
    }
}

/// Name or ARN: what the slot asks for; where it takes both, what the author gave.
fn kind(slot: &Slot, resolution: &Resolution) -> Attribute {
    match slot.state.expected() {
        Expected::Name | Expected::NamePreferred | Expected::RoleName => Attribute::Name,
        Expected::Arn => Attribute::Arn,
        Expected::Either { prefer } => given_kind(resolution).unwrap_or(prefer),
    }
}

fn given_kind(resolution: &Resolution) -> Option<Attribute> {
    match resolution {
        Resolution::Role(_, RoleAttr::Name, _) | Resolution::Profile(_, ProfileAttr::Name, _) => Some(Attribute::Name),
        Resolution::Role(_, RoleAttr::Arn, _) | Resolution::Profile(_, ProfileAttr::Arn, _) => Some(Attribute::Arn),
        Resolution::Text(text) => {
            Some(if text.literal_start().starts_with("arn:") { Attribute::Arn } else { Attribute::Name })
        }
        Resolution::Quoted { reads_as, .. } => given_kind(reads_as),
        _ => None,
    }
}

/// What changes around the value.
fn enclosing(id: SlotId, slot: &Slot, kind: Attribute) -> Option<Change> {
    // A made-up name over a bare value, where a block or an object is due: both are put right.
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
        // A made-up argument with nothing around its value only needs the right name.
        (SlotState::UnknownArgument { .. }, _) if slot.span.end == slot.value.end => Some(Change::Rename { slot: id }),
        (SlotState::UnknownArgument { .. }, _) => Some(Change::Reshape { slot: id, key: None }),
        (SlotState::Expected { .. } | SlotState::ConflictingKeys { .. } | SlotState::MultipleValues { .. }, _) => None,
    }
}

/// The key of an object that takes a profile's name, or its ARN.
fn key_for(keys: &'static [(&'static str, Expected)], kind: Attribute) -> Option<&'static str> {
    keys.iter().find(|(_, expected)| expected.accepts(kind)).map(|(key, _)| *key)
}
