//! What a value of a template resolves to.

use std::cell::Cell;

use crate::cloudformation::detect::Layout;
use crate::cloudformation::intrinsic::{Call, Function, Piece, call, canonical, pieces, split_attribute, sub_text};
use crate::cloudformation::lower::nested_stacks::NestedStacks;
use crate::cloudformation::lower::scope::{Generated, LoopId, Scope};
use crate::model::{
    Crossing, InstanceSelector, NodeId, Part, ProfileAttr, ProfileId, Reason, Resolution, RoleAttr, RoleId,
    TemplateString, ValuePath,
};
use crate::syntax::tree::{ScalarStyle, Tree, ValueId, ValueKind};

/// What a resource is to the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    Role(RoleId),
    Profile(ProfileId),
    Policy,
    Stack,
    Other,
}

/// What reading a value needs to know.
pub(crate) struct Reader<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) layout: &'t Layout,
    pub(crate) scope: &'t Scope,
    /// By node.
    pub(crate) targets: Vec<Target>,
    pub(crate) nested: NestedStacks,
    /// How many more aliases are followed for text: a bomb of aliases ends here.
    aliases_left: Cell<u32>,
}

/// `Ref` or `Fn::GetAtt`, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Reference<'t> {
    pub(crate) id: &'t str,
    /// None for `Ref`.
    pub(crate) attribute: Option<&'t str>,
    /// The scalar that has the ID (and, in the dotted form, the attribute).
    pub(crate) id_at: ValueId,
    /// The scalar that has the attribute alone.
    pub(crate) attribute_at: Option<ValueId>,
}

/// Reads a call of `Ref` or `Fn::GetAtt`. In a loop the ID may be the text of an `Fn::Sub`.
pub(crate) fn reference<'t>(tree: &'t Tree, call_: &Call) -> Option<Reference<'t>> {
    // No attribute has a blank inside: there, what was meant as a comment has become a part of the text of a block scalar.
    let is_attribute = |attribute: &str| !attribute.trim().contains(char::is_whitespace);
    any_reference(tree, call_).filter(|reference| reference.attribute.is_none_or(is_attribute))
}

fn any_reference<'t>(tree: &'t Tree, call_: &Call) -> Option<Reference<'t>> {
    let named = |id: ValueId| match call(tree, id) {
        Some(inner) if inner.function == Function::Sub => inner.text(tree).map(|text| (text, inner.argument)),
        Some(_) => None,
        None => tree.text(id).map(|text| (text, id)),
    };
    let whole = match call_.text(tree) {
        Some(text) => Some((text, call_.argument)),
        None if call_.long.is_some() => named(call_.argument),
        // `!Ref`, and `Fn::Sub: X` below it.
        None => match *tree.entries(call_.argument) {
            [inner] if tree.text(inner.key) == Some("Fn::Sub") => {
                tree.text(inner.value).map(|text| (text, inner.value))
            }
            _ => None,
        },
    };
    match call_.function {
        Function::Ref => whole.map(|(id, id_at)| Reference { id, attribute: None, id_at, attribute_at: None }),
        Function::GetAtt => match whole {
            Some((text, id_at)) => {
                let (id, attribute) = split_attribute(text);
                Some(Reference { id, attribute: Some(attribute?), id_at, attribute_at: None })
            }
            None => {
                let [first, second] = *call_.arguments(tree) else { return None };
                let (id, id_at) = named(first)?;
                Some(Reference { id, attribute: Some(tree.text(second)?), id_at, attribute_at: Some(second) })
            }
        },
        _ => None,
    }
}

/// The values of one alternative each: both branches of `Fn::If`, the item that `Fn::Select` takes of a written-out list, the value of the
/// variable that is all of an `Fn::Sub`. Empty if the value is a leaf itself.
pub(crate) fn alternatives(tree: &Tree, id: ValueId) -> Vec<ValueId> {
    let Some(call) = call(tree, id) else { return Vec::new() };
    match call.function {
        Function::If => match *call.arguments(tree) {
            [_, yes, no] => vec![yes, no],
            _ => Vec::new(),
        },
        Function::Select => {
            let [index, list] = *call.arguments(tree) else { return Vec::new() };
            let index = tree.text(index).and_then(|index| index.trim().parse::<usize>().ok());
            let list = tree.get(list);
            match (&list.kind, index) {
                (ValueKind::List(items), Some(index)) if list.tag.is_none() => {
                    items.get(index).copied().into_iter().collect()
                }
                _ => Vec::new(),
            }
        }
        Function::Sub => sub_binding(tree, &call).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// If the text of a two-element `Fn::Sub` is one of its own variables and nothing else: that variable's value.
fn sub_binding(tree: &Tree, call: &Call) -> Option<ValueId> {
    let [text, variables] = *call.arguments(tree) else { return None };
    match pieces(tree.text(text)?).as_slice() {
        [Piece::Variable(name, _)] => tree.entry(variables, name).map(|entry| entry.value),
        _ => None,
    }
}

impl<'t> Reader<'t> {
    pub(crate) fn new(
        tree: &'t Tree,
        layout: &'t Layout,
        scope: &'t Scope,
        targets: Vec<Target>,
        nested: NestedStacks,
    ) -> Self {
        Reader { tree, layout, scope, targets, nested, aliases_left: Cell::new(100_000) }
    }

    /// The boundary of the template that a leaf crosses: it is a parameter, or an output of a nested stack.
    pub(crate) fn crossing(&self, id: ValueId, resolution: &Resolution, within: Option<LoopId>) -> Option<Crossing> {
        if let Resolution::Unknown(Reason::Variable, text) = resolution {
            let [Part::Interpolation(name)] = text.0.as_slice() else { return None };
            return self.is_free_text(name).then(|| Crossing::Input(ValuePath::whole(name.as_str())));
        }
        let call = call(self.tree, id)?;
        let reference = reference(self.tree, &call)?;
        let node = self.scope.find(reference.id, within)?;
        let (_, stack, output) = self.nested.output(node, reference.attribute)?;
        let (id, name) = (reference.id, reference.attribute?);
        let own = output.place.clone().map(|place| (place, format!("`{name}` of `{id}`")));
        Some(Crossing::Output {
            call: node,
            source: stack.path.clone(),
            output: ValuePath::whole(name),
            // A stack is deployed as a whole.
            inputs: Default::default(),
            places: own.into_iter().chain(output.through.iter().cloned()).collect(),
        })
    }

    /// Whether a parameter has the text that is given for it: it is no name of an SSM parameter, and no choice of a few texts.
    fn is_free_text(&self, parameter: &str) -> bool {
        let parameters = self.tree.member(self.layout.root, "Parameters");
        let Some(parameter) = parameters.and_then(|parameters| self.tree.member(parameters, parameter)) else {
            return false;
        };
        let kind = self.tree.member(parameter, "Type").and_then(|kind| self.tree.text(kind));
        kind == Some("String") && self.tree.entry(parameter, "AllowedValues").is_none()
    }

    /// What a leaf resolves to, and whether its spelling can be kept when it is rewired.
    pub(crate) fn denote(&self, id: ValueId, within: Option<LoopId>) -> (Resolution, bool) {
        let value = self.tree.get(id);
        if let ValueKind::Alias(_) = value.kind {
            return (self.unknown(Reason::Unsupported("an unresolved YAML alias"), id), false);
        }
        match call(self.tree, id) {
            Some(call) => self.denote_call(id, &call, within),
            None => match &value.kind {
                ValueKind::Scalar { text, style } => (self.denote_text(text, *style, within), false),
                ValueKind::List(_) => (self.unknown(Reason::Unsupported("an unexpected list"), id), false),
                _ => (self.unknown(Reason::Unsupported("an unexpected object"), id), false),
            },
        }
    }

    fn unknown(&self, reason: Reason, id: ValueId) -> Resolution {
        Resolution::Unknown(
            reason,
            self.text_of(id).unwrap_or_else(|| TemplateString::interpolation(canonical(self.tree, id))),
        )
    }

    fn denote_call(&self, id: ValueId, call: &Call, within: Option<LoopId>) -> (Resolution, bool) {
        match call.function {
            Function::Ref | Function::GetAtt => match reference(self.tree, call) {
                Some(reference) => (self.named(reference.id, reference.attribute, within), true),
                None if self.has_alias(call) => {
                    (self.unknown(Reason::Unsupported("a reference whose name is a YAML alias"), id), false)
                }
                None => (self.unknown(Reason::Computed, id), false),
            },
            Function::Sub => self.denote_sub(id, call, within),
            Function::Join => {
                let [_, parts] = *call.arguments(self.tree) else { return (self.unknown(Reason::Computed, id), false) };
                match *self.tree.items(parts) {
                    [only] if self.tree.tag(parts).is_none() => (self.denote(only, within).0, false),
                    _ => (self.unknown(Reason::Computed, id), false),
                }
            }
            Function::Select => match self.name_cut_from_arn(call, within) {
                Some(resolution) => (resolution, false),
                None => (self.unknown(Reason::Computed, id), false),
            },
            Function::ImportValue => (self.unknown(Reason::Import, id), false),
            Function::FindInMap => (self.unknown(Reason::Unsupported("chosen by a mapping"), id), false),
            _ => (self.unknown(Reason::Computed, id), false),
        }
    }

    /// Whether a function is called with an alias, or with a list that has one in it.
    fn has_alias(&self, call: &Call) -> bool {
        let is_alias = |id: ValueId| matches!(self.tree.get(id).kind, ValueKind::Alias(_));
        is_alias(call.argument) || call.arguments(self.tree).iter().any(|&argument| is_alias(argument))
    }

    fn denote_sub(&self, id: ValueId, call: &Call, within: Option<LoopId>) -> (Resolution, bool) {
        let Some((text, ..)) = sub_text(self.tree, call) else {
            return (self.unknown(Reason::Computed, id), false);
        };
        if is_dynamic(text) {
            return (self.unknown(Reason::Import, id), false);
        }
        if let [Piece::Variable(name, _)] = pieces(text).as_slice() {
            let (name, attribute) = split_attribute(name);
            if attribute.is_some_and(|attribute| attribute.starts_with("Outputs.")) {
                return (self.unknown(Reason::Module, id), false);
            }
            return (self.named(name, attribute, within), true);
        }
        match self.text_of(id) {
            Some(text) => (Resolution::Text(text), false),
            None => (self.unknown(Reason::Computed, id), false),
        }
    }

    /// `Fn::Select: [1, Fn::Split: ["/", ROLE ARN]]` is the role's name.
    fn name_cut_from_arn(&self, call_: &Call, within: Option<LoopId>) -> Option<Resolution> {
        let [index, list] = *call_.arguments(self.tree) else { return None };
        let index: usize = self.tree.text(index)?.trim().parse().ok()?;
        let split = call(self.tree, list).filter(|split| split.function == Function::Split)?;
        let [separator, arn] = *split.arguments(self.tree) else { return None };
        if index == 0 || !self.tree.text(separator)?.ends_with('/') {
            return None;
        }
        match self.denote(arn, within).0 {
            Resolution::Role(role, RoleAttr::Arn, pick) => Some(Resolution::Role(role, RoleAttr::Name, pick)),
            Resolution::Profile(profile, ProfileAttr::Arn, pick) => {
                Some(Resolution::Profile(profile, ProfileAttr::Name, pick))
            }
            _ => None,
        }
    }

    /// What `Ref` (no attribute) or `Fn::GetAtt` of a logical ID resolves to.
    fn named(&self, id: &str, attribute: Option<&str>, within: Option<LoopId>) -> Resolution {
        let spelled = || match attribute {
            Some(attribute) => TemplateString::interpolation(format!("{id}.{attribute}")),
            None => TemplateString::interpolation(id),
        };
        if let Some(node) = self.scope.find(id, within) {
            return self.resource(node, attribute, InstanceSelector::Whole, spelled);
        }
        let reason = match id {
            "AWS::NoValue" => return Resolution::Absent,
            _ if id.starts_with("AWS::") => Reason::Computed,
            _ if self.scope.is_parameter(id) => Reason::Variable,
            _ if self.is_sam_role(id, within) => Reason::Unsupported("a role that SAM generates for a function"),
            _ => match self.scope.find_made(id, within) {
                Generated::One { node, turn } => {
                    let pick = if turn { InstanceSelector::Index } else { InstanceSelector::Whole };
                    return self.resource(node, attribute, pick, spelled);
                }
                Generated::Several => Reason::Unsupported("a different resource in each iteration of a loop"),
                Generated::Perhaps => Reason::Unsupported("a name that a loop may generate"),
                Generated::Nothing => Reason::Undeclared,
            },
        };
        Resolution::Unknown(reason, spelled())
    }

    /// What a reference to a resource resolves to.
    fn resource(
        &self,
        node: NodeId,
        attribute: Option<&str>,
        pick: InstanceSelector,
        spelled: impl Fn() -> TemplateString,
    ) -> Resolution {
        match self.targets[node.index()] {
            Target::Role(role) => Resolution::Role(role, role_attribute(attribute), pick),
            Target::Profile(profile) => Resolution::Profile(profile, profile_attribute(attribute), pick),
            Target::Policy => Resolution::Policy(self.role_of_policy(node, self.scope.resource(node).within)),
            Target::Stack => match self.nested.output(node, attribute) {
                Some((resolution, ..)) => resolution,
                None => Resolution::Unknown(Reason::Module, spelled()),
            },
            Target::Other => Resolution::Unknown(Reason::Computed, spelled()),
        }
    }

    /// SAM makes a role `XRole` for a function `X` that names none; it trusts Lambda.
    fn is_sam_role(&self, id: &str, within: Option<LoopId>) -> bool {
        let function = id.strip_suffix("Role").and_then(|function| self.scope.find(function, within));
        function.is_some_and(|node| self.scope.kind(self.tree, node).starts_with("AWS::Serverless::"))
    }

    /// The one role that a policy belongs to.
    fn role_of_policy(&self, node: NodeId, within: Option<LoopId>) -> Option<RoleId> {
        let one = match self.scope.property(self.tree, node, "RoleName") {
            Some(role) => role,
            None => {
                let roles = self.scope.property(self.tree, node, "Roles")?;
                let [one] = *self.tree.items(roles) else { return None };
                one
            }
        };
        match call(self.tree, one).and_then(|call| reference(self.tree, &call)) {
            Some(reference) => match self.targets[self.scope.find(reference.id, within)?.index()] {
                Target::Role(role) => Some(role),
                _ => None,
            },
            None => None,
        }
    }

    fn denote_text(&self, text: &str, style: ScalarStyle, within: Option<LoopId>) -> Resolution {
        if text.is_empty() || (style == ScalarStyle::Plain && matches!(text, "~" | "null" | "Null" | "NULL")) {
            return Resolution::Absent;
        }
        if is_dynamic(text) {
            return Resolution::Unknown(Reason::Import, TemplateString::interpolation(text));
        }
        let plain = self.plain_text(text);
        if plain.as_literal().is_none() {
            return Resolution::Text(plain);
        }
        if let Some((id, attribute)) = reads_as_reference(text) {
            let reads_as = Box::new(self.named(id, attribute, within));
            return Resolution::Quoted { text: plain, reads_as, certain: true };
        }
        let (id, attribute) = split_attribute(text);
        let node = self.scope.find(id, within).filter(|_| matches!(attribute, None | Some("Arn" | "RoleId")));
        match node.map(|node| self.targets[node.index()]) {
            Some(Target::Role(_) | Target::Profile(_)) => {
                let reads_as = Box::new(self.named(id, attribute, within));
                Resolution::Quoted { text: plain, reads_as, certain: attribute.is_some() }
            }
            _ => Resolution::Text(plain),
        }
    }

    /// Plain text; in a Serverless Framework file `${...}` is a hole.
    fn plain_text(&self, text: &str) -> TemplateString {
        if !self.layout.serverless {
            return TemplateString::literal(text);
        }
        let mut out = TemplateString::default();
        let mut rest = text;
        while let Some(open) = rest.find("${") {
            let Some(close) = rest[open..].find('}') else { break };
            out.push_literal(&rest[..open]);
            out.0.push(Part::Interpolation(rest[open..=open + close].to_owned()));
            rest = &rest[open + close + 1..];
        }
        out.push_literal(rest);
        out
    }

    /// A value as text with holes, as far as it can be told.
    pub(crate) fn text_of(&self, id: ValueId) -> Option<TemplateString> {
        if let ValueKind::Alias(target) = self.tree.kind(id) {
            self.aliases_left.set(self.aliases_left.get().checked_sub(1)?);
            return self.text_of(target);
        }
        let Some(call) = call(self.tree, id) else {
            return self.tree.text(id).map(|text| self.plain_text(text));
        };
        match call.function {
            Function::Ref | Function::GetAtt => {
                let reference = reference(self.tree, &call)?;
                match reference.attribute {
                    None if reference.id == "AWS::NoValue" => None,
                    None => Some(TemplateString::interpolation(reference.id)),
                    Some(attribute) => Some(TemplateString::interpolation(format!("{}.{attribute}", reference.id))),
                }
            }
            Function::Sub => self.text_of_sub(&call),
            Function::Join => {
                let [separator, parts] = *call.arguments(self.tree) else { return None };
                let separator = self.tree.text(separator)?;
                let ValueKind::List(items) = self.tree.kind(parts) else { return None };
                let mut text = TemplateString::default();
                for (index, &item) in items.iter().enumerate() {
                    if index > 0 {
                        text.push_literal(separator);
                    }
                    text.push_text(&self.text_of(item)?);
                }
                Some(text)
            }
            _ => Some(TemplateString::interpolation(canonical(self.tree, id))),
        }
    }

    fn text_of_sub(&self, call: &Call) -> Option<TemplateString> {
        let (template, _, variables) = sub_text(self.tree, call)?;
        let mut text = TemplateString::default();
        for piece in pieces(template) {
            match piece {
                Piece::Literal(literal) => text.push_text(&self.plain_text(literal)),
                Piece::Escaped(name) => text.push_literal(&format!("${{{name}}}")),
                Piece::Variable(name, _) => {
                    let bound = variables.and_then(|variables| self.tree.entry(variables, name));
                    match bound {
                        Some(entry) => text.push_text(&self.text_of(entry.value)?),
                        None => text.0.push(Part::Interpolation(name.to_owned())),
                    }
                }
            }
        }
        Some(text)
    }
}

fn is_dynamic(text: &str) -> bool {
    text.contains("{{resolve:")
}

fn role_attribute(attribute: Option<&str>) -> RoleAttr {
    match attribute {
        None => RoleAttr::Name,
        Some("Arn") => RoleAttr::Arn,
        Some(_) => RoleAttr::Other,
    }
}

fn profile_attribute(attribute: Option<&str>) -> ProfileAttr {
    match attribute {
        None => ProfileAttr::Name,
        Some("Arn") => ProfileAttr::Arn,
        Some(_) => ProfileAttr::Other,
    }
}

/// Plain text that can only be meant as a reference: `!Ref X`, `!GetAtt X.Arn`, `Ref: X`, `{"Ref": "X"}`, `${X}`, `${X.Arn}`.
fn reads_as_reference(text: &str) -> Option<(&str, Option<&str>)> {
    let text = text.trim();
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text).trim();
    let after = |prefix: &str| text.strip_prefix(prefix).map(|rest| rest.trim().trim_matches(['"', '\'']).trim());
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let reference = ["!Ref ", "Ref:", "\"Ref\":", "'Ref':"].iter().find_map(|prefix| after(prefix));
    if let Some(id) = reference {
        return is_id(id).then_some((id, None));
    }
    let attribute = ["!GetAtt ", "Fn::GetAtt:", "\"Fn::GetAtt\":"].iter().find_map(|prefix| after(prefix));
    let variable = text.strip_prefix("!Sub ").map_or(text, str::trim).trim_matches(['"', '\'']);
    let variable = variable.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(str::trim);
    let (id, attribute) = split_attribute(attribute.or(variable)?);
    (is_id(id) && attribute.is_none_or(is_id)).then_some((id, attribute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_can_only_be_a_reference() {
        for text in
            ["!Ref App", "Ref: App", "{\"Ref\": \"App\"}", "{Ref: App}", "${App}", "!Sub ${App}", "!Sub '${App}'"]
        {
            assert_eq!(reads_as_reference(text), Some(("App", None)), "{text}");
        }
        for text in ["!GetAtt App.Arn", "${App.Arn}", "Fn::GetAtt: App.Arn"] {
            assert_eq!(reads_as_reference(text), Some(("App", Some("Arn"))), "{text}");
        }
        for text in ["App", "app-${Env}", "${AWS::StackName}", "Ref", "!Ref", "${!App}", "{}", ""] {
            assert_eq!(reads_as_reference(text), None, "{text}");
        }
    }
}
