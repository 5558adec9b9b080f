//! The trust policy of a role, as far as it is written out: JSON text, `jsonencode`, a policy document, or a local that holds one.

use std::cell::Cell;
use std::collections::HashMap;

use hcl_edit::expr::{Expression, Traversal};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::Element;

use crate::aws::family::Family;
use crate::aws::trust::{self, Piece, PolicyDocument, Trust};
use crate::syntax::hcl_node::{lone_interpolation, object_key};
use crate::terraform::lower::module::{ModuleIndex, Resource};
use crate::terraform::lower::references;
use crate::terraform::lower::traversal::{Step, StepKind, entries, project, steps};
use crate::text::FileId;

/// Locals nested deeper than this, or in a circle, are given up.
const MAX_DEPTH: u32 = 16;

/// So many values of one document are read: locals that each hold others several times make a number without end.
const MAX_VALUES: u32 = 10_000;

/// Judges trust policies. Thousands of roles may share a document, which is read once.
#[derive(Default)]
pub(crate) struct TrustReader {
    shared: HashMap<String, Trust>,
}

impl TrustReader {
    /// Whether EC2 may assume the role.
    pub(crate) fn trust(&mut self, index: &ModuleIndex<'_>, role: &Resource<'_>) -> Trust {
        let policy = Family::of_role(role.kind).and_then(|family| role.argument(family.trust_policy));
        let Some((file, attribute)) = policy else { return Trust::Unknown };
        let read = || {
            let reader = Reader { index, left: Cell::new(MAX_VALUES) };
            let document = reader.document(file, &attribute.value, 0);
            if reader.left.get() == 0 { Trust::Unknown } else { trust::evaluate(&document) }
        };
        let written = lone_interpolation(&attribute.value).unwrap_or(&attribute.value);
        match written {
            // A local and a data source are the same wherever in the module they are named.
            Expression::Traversal(reference) if names_what_is_shared(reference) => {
                *self.shared.entry(index.canonical(file, written)).or_insert_with(read)
            }
            _ => read(),
        }
    }
}

fn names_what_is_shared(reference: &Traversal) -> bool {
    matches!(&reference.expr, Expression::Variable(root) if matches!(root.as_str(), "local" | "data"))
}

/// Reads one document.
struct Reader<'i, 'a> {
    index: &'i ModuleIndex<'a>,
    left: Cell<u32>,
}

impl<'i, 'a> Reader<'i, 'a> {
    /// Whether one more value may be read.
    fn steps(&self, depth: u32) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        depth <= MAX_DEPTH && self.left.get() > 0
    }

    /// A whole policy document: text that is JSON, or what makes such text.
    fn document(&self, file: FileId, expression: &Expression, depth: u32) -> PolicyDocument {
        match expression {
            _ if !self.steps(depth) => PolicyDocument::Computed,
            Expression::Parenthesis(inner) => self.document(file, inner.inner(), depth + 1),
            Expression::String(text) => trust::parse_json_text(text.value()),
            // Written out where the provider makes JSON of it.
            Expression::Object(_) => self.value(file, expression, depth + 1),
            Expression::StringTemplate(template) => match lone_interpolation(expression) {
                Some(inner) => self.document(file, inner, depth + 1),
                None => self.json_text(file, template.iter()),
            },
            Expression::HeredocTemplate(heredoc) => self.json_text(file, heredoc.template.iter()),
            Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" && !call.name.is_namespaced() => {
                call.args.get(0).map_or(PolicyDocument::Computed, |argument| self.value(file, argument, depth + 1))
            }
            Expression::Traversal(traversal) => match self.policy_document(file, traversal) {
                Some(data) => self.statements(data, depth),
                None => self.through_local(file, traversal, depth, Self::document),
            },
            _ => PolicyDocument::Computed,
        }
    }

    /// A value inside of a document.
    fn value(&self, file: FileId, expression: &Expression, depth: u32) -> PolicyDocument {
        match expression {
            _ if !self.steps(depth) => PolicyDocument::Computed,
            Expression::Parenthesis(inner) => self.value(file, inner.inner(), depth + 1),
            Expression::String(text) => PolicyDocument::Text(text.value().clone()),
            Expression::Bool(literal) => PolicyDocument::Text(literal.value().to_string()),
            Expression::Number(literal) => PolicyDocument::Text(literal.value().to_string()),
            Expression::StringTemplate(template) => {
                match (lone_interpolation(expression), self.holes(file, template.iter())) {
                    (Some(inner), _) => self.value(file, inner, depth + 1),
                    (None, Some(parts)) => trust::text(&pieces(&parts)),
                    (None, None) => PolicyDocument::Computed,
                }
            }
            Expression::Array(array) => {
                PolicyDocument::List(array.iter().map(|item| self.value(file, item, depth + 1)).collect())
            }
            Expression::Object(object) => {
                let entry =
                    |(key, inner): (&_, &Expression)| Some((object_key(key)?, self.value(file, inner, depth + 1)));
                entries(object)
                    .map(entry)
                    .collect::<Option<_>>()
                    .map_or(PolicyDocument::Computed, PolicyDocument::Object)
            }
            Expression::Traversal(traversal) if names_ec2(traversal) => PolicyDocument::Ec2Principal,
            Expression::Traversal(traversal) => self.through_local(file, traversal, depth, Self::value),
            _ => PolicyDocument::Computed,
        }
    }

    /// JSON text with interpolations in it.
    fn json_text<'e>(&self, file: FileId, elements: impl Iterator<Item = &'e Element>) -> PolicyDocument {
        let parts = self.holes(file, elements);
        parts.map_or(PolicyDocument::Computed, |parts| trust::parse_json_pieces(&pieces(&parts)))
    }

    fn holes<'e>(&self, file: FileId, elements: impl Iterator<Item = &'e Element>) -> Option<Vec<Part>> {
        let part = |element: &'e Element| match element {
            Element::Literal(text) => Some(Part::Literal(text.to_string())),
            Element::Interpolation(inner) => Some(Part::Interpolation(self.index.canonical(file, &inner.expr))),
            Element::Directive(_) => None,
        };
        elements.map(part).collect()
    }

    fn through_local(
        &self,
        file: FileId,
        traversal: &Traversal,
        depth: u32,
        read: fn(&Self, FileId, &Expression, u32) -> PolicyDocument,
    ) -> PolicyDocument {
        let path = steps(file, traversal, 0);
        let (Expression::Variable(root), Some(StepKind::Attribute(name))) =
            (&traversal.expr, path.first().map(|step| &step.kind))
        else {
            return PolicyDocument::Computed;
        };
        let Some((file, definition)) = self.index.local(name).filter(|_| root.as_str() == "local") else {
            return PolicyDocument::Computed;
        };
        let mut reached = project(definition, path[1..].to_vec());
        match (reached.pop(), reached.is_empty()) {
            (Some((expression, rest, _)), true) if rest.is_empty() => read(self, file, expression, depth + 1),
            _ => PolicyDocument::Computed,
        }
    }

    /// The data source behind `data.aws_iam_policy_document.x.json`.
    fn policy_document(&self, file: FileId, traversal: &Traversal) -> Option<&'i Resource<'a>> {
        let path = steps(file, traversal, 0);
        let Expression::Variable(root) = &traversal.expr else { return None };
        let names: Vec<&str> = path
            .iter()
            .filter_map(|step| match step.kind {
                StepKind::Attribute(name) => Some(name),
                _ => None,
            })
            .collect();
        match (root.as_str(), names.as_slice()) {
            ("data", ["aws_iam_policy_document", label, "json" | "minified_json"]) => {
                self.index.find(true, "aws_iam_policy_document", label).map(|found| &self.index.resources[found])
            }
            _ => None,
        }
    }

    /// The statements of a policy document, as JSON would have them.
    fn statements(&self, data: &Resource<'_>, depth: u32) -> PolicyDocument {
        if FROM_ELSEWHERE.iter().any(|key| data.argument(key).is_some()) || data.part_with("statement").is_none() {
            return PolicyDocument::Computed;
        }
        let Some((file, block)) = data.part_with("statement") else { return PolicyDocument::Computed };
        let mut list = Vec::new();
        for block in block.body.blocks() {
            match block.ident.as_str() {
                "statement" => list.push(self.statement(file, &block.body, depth)),
                "dynamic" => list.push(PolicyDocument::Computed),
                _ => {}
            }
        }
        PolicyDocument::Object(vec![("Statement".to_owned(), PolicyDocument::List(list))])
    }

    fn statement(&self, file: FileId, body: &Body, depth: u32) -> PolicyDocument {
        let mut entries = Vec::new();
        let mut add = |name: &str, doc: PolicyDocument| entries.push((name.to_owned(), doc));
        let argument =
            |key: &str| body.get_attribute(key).map(|attribute| self.value(file, &attribute.value, depth + 1));
        add("Effect", argument("effect").unwrap_or_else(|| PolicyDocument::Text("Allow".to_owned())));
        for (key, name) in [("actions", "Action"), ("not_actions", "NotAction")] {
            argument(key).into_iter().for_each(|doc| add(name, doc));
        }
        let blocks = |name: &'static str| body.blocks().filter(move |block| block.ident.as_str() == name);
        for (key, name) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            let principals: Vec<PolicyDocument> = blocks(key).map(|block| self.principal(file, block, depth)).collect();
            if !principals.is_empty() {
                add(name, merge(principals));
            }
        }
        if blocks("condition").next().is_some() {
            add("Condition", PolicyDocument::Computed);
        }
        if blocks("dynamic").next().is_some() {
            add("Principal", PolicyDocument::Computed);
        }
        PolicyDocument::Object(entries)
    }

    /// `{ Service: [...] }` of one `principals` block.
    fn principal(&self, file: FileId, block: &Block, depth: u32) -> PolicyDocument {
        let argument =
            |key: &str| block.body.get_attribute(key).map(|attribute| self.value(file, &attribute.value, depth + 1));
        match (argument("type"), argument("identifiers")) {
            (Some(PolicyDocument::Text(kind)), _) if kind == "*" => PolicyDocument::Text(kind),
            (Some(PolicyDocument::Text(kind)), Some(identifiers)) => PolicyDocument::Object(vec![(kind, identifiers)]),
            _ => PolicyDocument::Computed,
        }
    }
}

enum Part {
    Literal(String),
    Interpolation(String),
}

fn pieces(parts: &[Part]) -> Vec<Piece<'_>> {
    parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => Piece::Literal(text),
            Part::Interpolation(expression) => Piece::Interpolation(expression),
        })
        .collect()
}

/// `data.aws_service_principal.ec2.name`: the principal of a service, whose name the label usually is; only that of EC2 is taken to be known.
fn names_ec2(traversal: &Traversal) -> bool {
    let path = steps(FileId(0), traversal, 0);
    let names: Vec<Option<&str>> = path.iter().map(Step::key).collect();
    references::is_named(&traversal.expr, "data")
        && matches!(names.as_slice(), [Some("aws_service_principal"), Some("ec2"), Some(_), ..])
}

/// The arguments by which a document takes statements from elsewhere.
const FROM_ELSEWHERE: [&str; 4] =
    ["source_json", "override_json", "source_policy_documents", "override_policy_documents"];

/// Several `principals` blocks are one object with the keys of all.
fn merge(principals: Vec<PolicyDocument>) -> PolicyDocument {
    let mut entries: Vec<(String, PolicyDocument)> = Vec::new();
    for principal in principals {
        let PolicyDocument::Object(more) = principal else { return principal };
        for (kind, identifiers) in more {
            match entries.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => {
                    *known = PolicyDocument::List(vec![std::mem::replace(known, PolicyDocument::Computed), identifiers])
                }
                None => entries.push((kind, identifiers)),
            }
        }
    }
    PolicyDocument::Object(entries)
}
