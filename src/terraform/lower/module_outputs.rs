//! What an output of a called module resolves to.

use std::ops::Range;

use crate::aws::family::Family;
use crate::model::{
    Crossing, InstanceSelector, Interface, OutputValue, ProfileAttr, Reason, Resolution, RoleAttr, RoleId, ValuePath,
    is_called_profile,
};
use crate::terraform::lower::cursor::Cursor;
use crate::terraform::lower::expression::{Lowering, Registry, is_written_here, scope_of_index};
use crate::terraform::lower::module::Resource;
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::reserved_names::{profile_attribute, role_attribute};
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::traversal::{Step, StepKind};
use crate::terraform::lower::value::Value;
use crate::text::Span;

/// What a reference takes of a called module.
struct TakenOutput<'p, 'a> {
    index: Option<&'p Step<'a>>,
    name: &'a str,
    /// What is taken of the output.
    rest: &'p [Step<'a>],
    /// From the name of the output on.
    path: &'p [Step<'a>],
}

impl<'p, 'a> TakenOutput<'p, 'a> {
    /// `path` follows the name of the call.
    fn of(path: &'p [Step<'a>]) -> Option<Self> {
        let index = path.first().filter(|step| step.is_index() || is_each_key(step));
        let path = &path[usize::from(index.is_some())..];
        match path.split_first() {
            Some((Step { kind: StepKind::Attribute(name), .. }, rest)) => Some(TakenOutput { index, name, rest, path }),
            _ => None,
        }
    }
}

/// The step to the element of a resource or a module that `for_each` names.
fn is_each_key(step: &Step<'_>) -> bool {
    step.at.is_none() && step.kind == StepKind::Attribute("each.key")
}

impl<'a, R: Registry> Lowering<'_, 'a, R> {
    /// The roles that a call gives to the profiles of its module, by the numbers of these.
    pub(super) fn roles_given(&mut self, call: &Resource<'a>, interface: &Interface) -> Vec<(usize, RoleId)> {
        let mut given = Vec::new();
        for (number, profile) in interface.profiles.iter().enumerate() {
            let Some(input) = &profile.role_input else { continue };
            let Some((file, attribute)) = call.argument(&input.name) else { continue };
            let path: Vec<Step<'a>> = input.steps.iter().map(Step::into_value).collect();
            let scope = Scope::of_block(file, Repetition::of(self.index, call));
            let values = self.leaves_at(&attribute.value, &path, &scope);
            if let [Value { resolution: Resolution::Role(role, _, InstanceSelector::Whole), .. }] = values.as_slice() {
                given.push((number, *role));
            }
        }
        given
    }

    /// What an output of a called module resolves to. The steps of the cursor start with the name of the call.
    pub(super) fn output_of_module(
        &mut self,
        call: &str,
        root_at: Range<usize>,
        cursor: &Cursor<'_, 'a>,
    ) -> Vec<Value> {
        let (expression, scope) = (cursor.expression, cursor.scope);
        let found = self.known_output(call, root_at, cursor);
        vec![found.unwrap_or_else(|| self.unknown(Reason::Module, &Cursor::new(expression, scope)))]
    }

    fn known_output(&mut self, call: &str, root_at: Range<usize>, cursor: &Cursor<'_, 'a>) -> Option<Value> {
        let module = self.registry.module(call)?;
        let taken = TakenOutput::of(&cursor.path[1..])?;
        let keys: Vec<&str> = taken.rest.iter().map_while(Step::key).collect();
        let (path, output, length) = module.interface.output(taken.name, &keys)?;
        let rest = &taken.rest[length..];
        let (resolution, used) = match &output.value {
            OutputValue::Role(role, attribute) => {
                let (attribute, used) = role_taken(module.interface.roles[*role].family, *attribute, rest)?;
                (Resolution::Role(module.roles[*role], attribute, self.selector(&taken)), used)
            }
            OutputValue::Profile(profile, attribute) => {
                let (attribute, used) = profile_taken(module.interface.profiles[*profile].family, *attribute, rest)?;
                (Resolution::Profile(module.profiles[*profile], attribute, self.selector(&taken)), used)
            }
            OutputValue::Policy(role) if rest.is_empty() => {
                (Resolution::Policy(role.map(|role| module.roles[role])), 0)
            }
            OutputValue::Absent if rest.is_empty() => (Resolution::Absent, 0),
            OutputValue::Input(input) => return self.handed_on(call, input, rest, &taken, cursor),
            _ => return None,
        };
        let own = output.place.clone().map(|place| (place, format!("output `{path}` of `module.{call}`")));
        let crossing = Crossing::Output {
            call: module.node,
            source: module.source.clone(),
            output: path.clone(),
            inputs: output.inputs.clone(),
            places: own.into_iter().chain(output.through.iter().cloned()).collect(),
        };
        let is_role = matches!(resolution, Resolution::Role(..));
        let mut value = self.whole(cursor, resolution);
        self.spell(&mut value, cursor, root_at, &taken, length + used);
        value.crossing = Some(crossing);
        // The finding is at the output.
        value.reported_elsewhere =
            is_role && module.is_checked && taken.rest.is_empty() && is_called_profile(taken.name);
        Some(value)
    }

    fn selector(&self, taken: &TakenOutput<'_, 'a>) -> InstanceSelector {
        match taken.index {
            None => InstanceSelector::Whole,
            Some(step) if is_each_key(step) => InstanceSelector::Index,
            Some(Step { at: None, .. } | Step { kind: StepKind::Each, .. } | Step { reordered: true, .. }) => {
                InstanceSelector::Each
            }
            Some(_) => InstanceSelector::Index,
        }
    }

    /// How the reference is written: its address is the call, its attribute the output and so many steps behind it.
    fn spell(
        &self,
        value: &mut Value,
        cursor: &Cursor<'_, 'a>,
        root_at: Range<usize>,
        taken: &TakenOutput<'_, 'a>,
        steps: usize,
    ) {
        let scope = cursor.scope;
        let index = taken.index.filter(|step| !step.reordered).map(|step| (step.at, self.index_text(step)));
        value.spelling.index = index.filter(|(_, text)| !text.is_empty());
        value.spelling.scoped = taken.index.map(scope_of_index);
        value.spelling.shared =
            taken.index.into_iter().chain(taken.path.iter().take(steps + 1)).any(|step| step.shared);
        let written = &taken.path[..=steps];
        let first = written.first().and_then(|step| step.name_at);
        let last = written.last().and_then(|step| step.name_at.or(step.at));
        let is_one_text = written.iter().all(|step| step.at.is_some());
        match (is_written_here(&cursor.path, scope.depth) && is_one_text, first, last) {
            (true, Some(first), Some(last)) => {
                let end = cursor.path[0].at.map_or(root_at.end, |label| label.end);
                value.spelling.address = Some(Span::new(scope.file, root_at.start..end));
                value.spelling.attribute = Some(Span::new(scope.file, first.start..last.end));
            }
            _ => {
                if let Some(reference_span) = scope.reference_span
                    && !is_written_here(&cursor.path, scope.depth)
                {
                    value.at = reference_span;
                    value.definition = None;
                    value.spelling.interpolated = false;
                }
            }
        }
    }

    /// An output that hands on an input: what the caller gives there.
    fn handed_on(
        &mut self,
        call: &str,
        input: &ValuePath,
        rest: &[Step<'a>],
        taken: &TakenOutput<'_, 'a>,
        cursor: &Cursor<'_, 'a>,
    ) -> Option<Value> {
        let module = self.index.module(call)?;
        let (file, attribute) = module.argument(&input.name)?;
        // Instances of the call may be given different values.
        if taken.index.is_some() || !rest.is_empty() || cursor.scope.depth > MAX_CALLS {
            return None;
        }
        let path: Vec<Step<'a>> = input.steps.iter().map(Step::into_value).collect();
        let scope =
            Scope { depth: cursor.scope.depth + 1, ..Scope::of_block(file, Repetition::of(self.index, module)) };
        let values = self.leaves_at(&attribute.value, &path, &scope);
        let [given] = values.as_slice() else { return None };
        let is_one = given.spelling.index.is_none() && !given.spelling.around.filtered;
        let resolution = match &given.resolution {
            Resolution::Role(..) | Resolution::Profile(..) if is_one => given.resolution.clone(),
            Resolution::Text(text) if text.as_literal().is_some() => given.resolution.clone(),
            Resolution::Absent => Resolution::Absent,
            _ => return None,
        };
        Some(self.whole(cursor, resolution))
    }
}

/// So many calls are followed from one argument to the next.
const MAX_CALLS: u32 = 16;

/// What is taken of an output that is a role, and how many steps take it.
fn role_taken(family: &Family, attribute: RoleAttr, rest: &[Step<'_>]) -> Option<(RoleAttr, usize)> {
    match (attribute, rest) {
        (attribute, []) => Some((attribute, 0)),
        (RoleAttr::Bare, [Step { kind: StepKind::Attribute(name), .. }]) => {
            Some((role_attribute(family, Some(name))?, 1))
        }
        _ => None,
    }
}

fn profile_taken(family: &Family, attribute: ProfileAttr, rest: &[Step<'_>]) -> Option<(ProfileAttr, usize)> {
    match (attribute, rest) {
        (attribute, []) => Some((attribute, 0)),
        (ProfileAttr::Bare, [Step { kind: StepKind::Attribute(name), .. }]) => {
            Some((profile_attribute(family, Some(name))?, 1))
        }
        _ => None,
    }
}
