//! The text and the place of a new instance profile.

use crate::aws::slots::Attribute;
use crate::cloudformation::edit::layout::{Block, Draft, quoted};
use crate::cloudformation::edit::renderer::{Change, Renderer, Replacement};
use crate::language::EditError;
use crate::model::NodeId;
use crate::plan::{InsertionPoint, NewName, PlannedId, PlannedProfile, Target};
use crate::syntax::tree::{Entry, ScalarStyle, ValueId};
use crate::text::lines::indent_to;

/// The keys of a mapping with their values.
type Entries = Vec<(String, Draft)>;

impl Renderer<'_> {
    /// Where the profile goes, and its text.
    ///
    /// Before:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       Path: /app/ # of the team
    ///
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref AppRole
    /// ```
    /// After:
    /// ```yaml
    /// Resources:
    ///   AppRole:
    ///     Type: AWS::IAM::Role
    ///     Properties:
    ///       Path: /app/ # of the team
    ///
    ///   AppInstanceProfile:
    ///     Type: AWS::IAM::InstanceProfile
    ///     Properties:
    ///       Path: /app/
    ///       Roles:
    ///         - !Ref AppRole
    ///
    ///   Web:
    ///     Type: AWS::EC2::Instance
    ///     Properties:
    ///       IamInstanceProfile: !Ref AppInstanceProfile
    /// ```
    pub(crate) fn new_profile(&self, id: PlannedId) -> Result<Change, EditError> {
        let planned = self.plan.profile(id);
        let (beside, before) = match planned.insertion_point {
            InsertionPoint::After(node) => (node, false),
            InsertionPoint::Before(node) => (node, true),
        };
        let role = self.lowered.unit.role(planned.role).node.ok_or("the role is not declared in this template")?;
        let (role, beside) = (self.resource_entry(role), self.resource_entry(beside));
        let siblings = self.tree.get(beside.key).parent.ok_or("the role is in no mapping")?;
        let at = self.place_of(siblings, beside, before);
        let key = self.new_key(role, &planned.id);
        let body = self.body(planned, role, at)?;
        if self.tree.get(siblings).flow {
            return Ok(self.insert_in_brackets(siblings, beside, before, |indent| {
                format!("{key}{}{}", self.colon_in_brackets(), self.body_in_brackets(role, body.clone(), indent))
            }));
        }
        let indent = indent_to(self.text, self.tree.start(self.text, beside.key));
        Ok(self.insert_lines(siblings, beside, before, &self.block_entry(role, &key, body, &indent)))
    }

    fn resource_entry(&self, node: NodeId) -> Entry {
        self.lowered.scope.resource(node).entry
    }

    /// The ID, quoted as the role's is.
    fn new_key(&self, role: Entry, id: &str) -> String {
        match self.tree.style(role.key) {
            // Plain text as the role's own key has it, a loop's `${N}` included.
            Some(ScalarStyle::Plain) | None if !self.tree.in_flow(role.key) => id.to_owned(),
            style => quoted(id, style.unwrap_or(ScalarStyle::Plain)),
        }
    }

    /// `Type`, `Condition` and `Properties` in the order in which the role has them, to be at an offset.
    fn body(&self, planned: &PlannedProfile, role: Entry, at: usize) -> Result<Entries, EditError> {
        let body = self.tree.resolve(role.value);
        let mut out = Vec::new();
        for entry in self.tree.entries(body) {
            let key = self.text[self.tree.outer_span(entry.key)].to_owned();
            match self.tree.scalar(entry.key) {
                Some("Type") => {
                    let style = self.tree.style(self.tree.resolve(entry.value)).unwrap_or(ScalarStyle::Plain);
                    out.push((key, Draft::Inline(quoted("AWS::IAM::InstanceProfile", style))));
                }
                Some("Condition") => out.push((key, self.copied(entry.value, at))),
                Some("Properties") => {
                    out.push((key, Draft::Object(self.properties(planned, body, entry.value, at)?)));
                }
                _ => {}
            }
        }
        // A condition that the role merges: where the role's own would be, below the type.
        if let Some(condition) = &self.lowered.unit.role(planned.role).condition
            && self.tree.entry(body, "Condition").is_none()
        {
            let key = self.key_as_in(body, "Condition");
            out.insert(1.min(out.len()), (key, Draft::Inline(quoted(condition, ScalarStyle::Plain))));
        }
        if self.tree.entry(body, "Properties").is_none() {
            let key = self.key_as_in(body, "Properties");
            out.push((key, Draft::Object(self.properties(planned, body, body, at)?)));
        }
        Ok(out)
    }

    fn properties(
        &self,
        planned: &PlannedProfile,
        role_body: ValueId,
        beside: ValueId,
        at: usize,
    ) -> Result<Entries, EditError> {
        // Of a role in a nested stack, the properties are those of the stack.
        let is_nested = self.lowered.unit.role(planned.role).module.is_some();
        let properties = self.tree.merged_member(role_body, "Properties").filter(|_| !is_nested);
        let own = |name: &str| properties.and_then(|properties| self.tree.entry(properties, name));
        let merged = |name: &str| properties.and_then(|properties| self.tree.merged_member(properties, name));
        let of_role = |name: &str| own(name).map(|entry| entry.value).or_else(|| merged(name));
        let role = self.replacement(Target::Role(planned.role), Attribute::Name);
        let reference = self.style.reference(&role, self.style.short);
        let mut out = Vec::new();
        let name = match planned.name {
            NewName::Default | NewName::Prefixed | NewName::Unnamed => None,
            NewName::OfRole => Some(of_role("RoleName").map_or(reference.clone(), |name| self.copied(name, at))),
            NewName::StartingWith(start) => {
                let literal = of_role("RoleName").and_then(|name| self.tree.text(name));
                Some(self.prefixed(start, literal, &role)?)
            }
        };
        if let Some(name) = name {
            out.push((self.key_as_in(beside, "InstanceProfileName"), name));
        }
        let is_default = |path: &ValueId| matches!(self.tree.text(self.tree.resolve(*path)), Some("" | "/"));
        if let Some(path) = of_role("Path").filter(|path| !is_default(path)) {
            let key = own("Path").map(|own| self.text[self.tree.outer_span(own.key)].to_owned());
            out.push((key.unwrap_or_else(|| self.key_as_in(beside, "Path")), self.copied(path, at)));
        }
        out.push((self.key_as_in(beside, "Roles"), Draft::List(vec![reference])));
        Ok(out)
    }

    /// The role's name with a prefix.
    fn prefixed(&self, start: &str, literal: Option<&str>, role: &Replacement) -> Result<Draft, EditError> {
        let quotes = if self.style.json { ScalarStyle::Double } else { ScalarStyle::Plain };
        match literal {
            Some(name) if !name.contains("${") => Ok(Draft::Inline(quoted(&format!("{start}-{name}"), quotes))),
            _ if role.is_computed() => Err("the name of a profile in a loop cannot be made from its role's".into()),
            _ => Ok(self.style.substitution(&format!("{start}-${{{}}}", role.dotted()))),
        }
    }

    /// A key quoted as the keys are where it goes.
    fn key_as_in(&self, mapping: ValueId, key: &str) -> String {
        let first = self.tree.entries(self.tree.resolve(mapping)).first();
        let default = if self.style.json { ScalarStyle::Double } else { ScalarStyle::Plain };
        quoted(key, first.and_then(|entry| self.tree.style(entry.key)).unwrap_or(default))
    }

    /// The new entry in block style, indented as the role's; in brackets where the role has some.
    fn block_entry(&self, role: Entry, key: &str, body: Entries, indent: &str) -> String {
        let style = self.style.indented_as(self.tree, self.text, role);
        let block = match self.tree.get(self.tree.resolve(role.value)).flow {
            true => Block { text: self.body_in_brackets(role, body, ""), beside_key: true },
            false => style.block(&Draft::Object(self.with_short_properties(role, body))),
        };
        style.block_entry(key, &block, indent)
    }

    /// The body in brackets, on one line or on several as the role's is.
    fn body_in_brackets(&self, role: Entry, body: Entries, indent: &str) -> String {
        let lines = !self.is_one_line(self.tree.resolve(role.value));
        self.style.in_brackets(&Draft::Object(self.with_short_properties(role, body)), indent, lines)
    }

    /// The body with its properties on one line in brackets, if the role has them so.
    fn with_short_properties(&self, role: Entry, mut body: Entries) -> Entries {
        let role_body = self.tree.resolve(role.value);
        let own = self.tree.member(role_body, "Properties").filter(|&own| !self.tree.entries(own).is_empty());
        let is_short = |own| self.is_one_line(own) || !self.tree.get(role_body).flow;
        if own.is_some_and(|own| self.tree.get(own).flow && is_short(own)) {
            for (_, value) in body.iter_mut().filter(|(_, value)| matches!(value, Draft::Object(_))) {
                *value = Draft::Inline(self.style.in_brackets(value, "", false));
            }
        }
        body
    }

    fn colon_in_brackets(&self) -> &str {
        if self.style.json { &self.style.brackets.colon } else { ": " }
    }
}
