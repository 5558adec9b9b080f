//! The inputs of called modules that take a profile: named by the user's configuration, or known from the module itself.

use crate::aws::slots::{ModuleInput, Shape, module_input_spec};
use crate::model::{SlotState, ValuePath};
use crate::syntax::hcl_node::range;
use crate::terraform::lower::known_modules::KnownChildren;
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::repeat::Repetition;
use crate::terraform::lower::scope::Scope;
use crate::terraform::lower::slot_site::{SlotSite, attribute_span};
use crate::terraform::lower::traversal::{Step, project};
use crate::text::Span;

/// What is known of the inputs of modules.
#[derive(Clone, Copy)]
pub(crate) struct KnownInputs<'i> {
    /// From the configuration; these win.
    pub(crate) configured: &'i [ModuleInput],
    /// From the modules themselves.
    pub(crate) known: &'i KnownChildren,
}

impl<'i> KnownInputs<'i> {
    /// The slots among the arguments of a call.
    pub(crate) fn sites<'a>(self, index: &ModuleIndex<'a>, module: &Resource<'a>) -> Vec<SlotSite<'a>> {
        let source = module.argument("source").and_then(|(_, attribute)| attribute.value.as_str());
        let Some(source) = source else { return Vec::new() };
        let configured: Vec<&ModuleInput> = self.configured.iter().filter(|slot| slot.is_of(source)).collect();
        let mut sites: Vec<SlotSite<'a>> = Vec::new();
        for slot in &configured {
            // Two patterns may name one input; the first one says what it takes.
            if let Some(spec) = slot.spec()
                && sites.iter().all(|site| site.argument != slot.input())
            {
                sites.extend(site(index, module, spec, &ValuePath::whole(slot.input())));
            }
        }
        let child = self.known.get(&module.node);
        for (path, input) in child.into_iter().flat_map(|child| &child.interface.inputs) {
            if configured.iter().any(|slot| slot.input() == path.name) {
                continue;
            }
            let spec = module_input_spec(input.expected, input.required_prefix.is_some());
            let found = site(index, module, spec, path).into_iter();
            sites.extend(found.map(|site| SlotSite { input: Some(input.clone()), ..site }));
        }
        sites
    }
}

/// The places in the argument of a call that give this part of an input.
fn site<'a>(
    index: &ModuleIndex<'a>,
    module: &Resource<'a>,
    spec: &'static crate::aws::slots::SlotSpec,
    input: &ValuePath,
) -> Vec<SlotSite<'a>> {
    let (Some((file, attribute)), Shape::Value(expected)) = (module.argument(&input.name), spec.shape) else {
        return Vec::new();
    };
    let scope = Scope::of_block(file, Repetition::of(index, module));
    let found = SlotState::Expected { expected };
    if input.steps.is_empty() {
        let at = attribute_span(file, attribute);
        return vec![SlotSite::new(spec, input.name.clone(), &attribute.value, at, found, &scope)];
    }
    let path: Vec<Step<'a>> = input.steps.iter().map(Step::into_value).collect();
    let reached = project(&attribute.value, path).into_iter();
    let part = reached.map(|(value, path, taken)| {
        let rest = input.steps[input.steps.len() - path.len()..].to_vec();
        let argument = format!("{}{taken}{}", input.name, ValuePath { name: String::new(), steps: rest });
        let at = Span::new(file, range(value));
        SlotSite { path, ..SlotSite::new(spec, dotted(&argument), value, at, found, &scope) }
    });
    part.collect()
}

/// `groups[0].profile` for `groups[0]["profile"]`.
fn dotted(argument: &str) -> String {
    let mut out = String::new();
    for (number, piece) in argument.split("[\"").enumerate() {
        match piece.split_once("\"]").filter(|_| number > 0) {
            Some((key, rest)) => {
                let step = crate::model::PathStep::Key(key.to_owned());
                out.push_str(&ValuePath { name: String::new(), steps: vec![step] }.to_string());
                out.push_str(rest);
            }
            None => out.push_str(piece),
        }
    }
    out
}
