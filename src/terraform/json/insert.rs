//! Where new instance profiles go in a JSON file.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::syntax::tree::{Entry, Tree, ValueId, ValueKind};
use crate::terraform::json::REPEATED;
use crate::terraform::json::edits::JsonRenderer;
use crate::terraform::json::layout::{Draft, Page, expression, render_entry};
use crate::terraform::json::siblings::Brackets;
use crate::text::{Edit, Span};

/// A new resource.
pub(crate) struct NewResource {
    /// Its type.
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    /// Its arguments, with their values as HCL.
    pub(crate) arguments: Vec<(&'static str, String)>,
    /// The block that it goes beside.
    pub(crate) beside: Span,
    pub(crate) before: bool,
}

/// Where a new resource goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Destination {
    /// After the last label of its type, of which this is the value.
    Label(ValueId),
    /// A new type beside the one with this key, in an object that has other types.
    Type { before: bool, beside: ValueId },
    /// A new object with the type, beside this one of an array.
    Element { beside: ValueId, before: bool },
    /// A new `resource` after the block with this key.
    Block(ValueId),
}

/// The block of a file that something goes beside.
struct Beside {
    label: Entry,
    /// Of a resource or data source, its type.
    kind: Option<Entry>,
    /// `resource`, `data`, `module`
    block: Entry,
}

/// The entry that a value is in, be it the value or in a list of values.
fn entry_around(tree: &Tree, mut value: ValueId) -> Option<Entry> {
    loop {
        let parent = tree.parent(value)?;
        let entries = tree.entries(parent);
        // Keys and values come in the order of their numbers.
        let next = entries.partition_point(|entry| entry.key <= value);
        if let Some(entry) = next.checked_sub(1).and_then(|last| entries.get(last)) {
            return Some(*entry);
        }
        value = parent;
    }
}

impl Beside {
    fn at(tree: &Tree, offset: usize) -> Option<Self> {
        let label = entry_around(tree, tree.starting_at(offset)?)?;
        let around = |entry: Entry| entry_around(tree, tree.parent(entry.key)?);
        let kind = around(label)?;
        let block = around(kind);
        Some(Beside { label, kind: block.map(|_| kind), block: block.unwrap_or(kind) })
    }
}

impl JsonRenderer<'_> {
    /// The edits that add resources. Those that go to one place are one edit.
    ///
    /// Before:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_role.app.name}"}}
    /// }}
    /// ```
    ///
    /// After:
    /// ```json
    /// {"resource": {
    ///   "aws_iam_role": {"app": {}},
    ///   "aws_iam_instance_profile": {"app": {"name": "${aws_iam_role.app.name}", "role": "${aws_iam_role.app.name}"}},
    ///   "aws_instance": {"web": {"iam_instance_profile": "${aws_iam_instance_profile.app.name}"}}
    /// }}
    /// ```
    ///
    /// # Errors
    /// There is no place for one of them.
    pub(crate) fn insertions(&self, new: &[NewResource]) -> Result<Vec<Edit>, &'static str> {
        let mut placed = Vec::new();
        for resource in new {
            if self.repeated.binary_search_by_key(&resource.beside.start, |block| block.start).is_ok() {
                return Err(REPEATED);
            }
            let beside =
                Beside::at(self.page.tree, resource.beside.start).ok_or("the block is not found in the file")?;
            let destination = self.destination(resource, &beside).ok_or("there is no place for a resource")?;
            placed.push((destination, resource, beside));
        }
        placed.sort_by_key(|(_, resource, _): &(_, &NewResource, _)| resource.beside.start);
        // A type is added to an object once: where the first of its roles is.
        let mut first: BTreeMap<(Option<ValueId>, &str), Destination> = BTreeMap::new();
        for (destination, resource, _) in &placed {
            let known = first.entry((self.object(*destination), resource.kind)).or_insert(*destination);
            *known = (*known).min(*destination);
        }
        let mut by_destination: BTreeMap<(Destination, &str), Vec<(&NewResource, Beside)>> = BTreeMap::new();
        for (destination, resource, beside) in placed {
            let types = self.object(destination);
            let destination =
                types.and_then(|types| first.get(&(Some(types), resource.kind))).copied().unwrap_or(destination);
            by_destination.entry((destination, resource.kind)).or_default().push((resource, beside));
        }
        let edit = |((destination, _), new): (&(Destination, &str), &Vec<(&NewResource, Beside)>)| {
            let (at, text) = self.insertion(*destination, new);
            Edit { span: Span::new(self.id, at), text, order: 0 }
        };
        Ok(by_destination.iter().map(edit).collect())
    }

    /// The object that gets a new key.
    fn object(&self, destination: Destination) -> Option<ValueId> {
        match destination {
            Destination::Type { beside, .. } | Destination::Block(beside) => self.page.tree.parent(beside),
            Destination::Label(_) | Destination::Element { .. } => None,
        }
    }

    fn destination(&self, new: &NewResource, beside: &Beside) -> Option<Destination> {
        let tree = self.page.tree;
        if let (Some("resource"), Some(kind)) = (tree.scalar(beside.block.key), beside.kind) {
            let types = tree.parent(kind.key)?;
            let is_element = matches!(tree.kind(beside.block.value), ValueKind::List(_));
            return Some(match self.known.entry(tree, types, new.kind) {
                Some(known) => Destination::Label(known.value),
                None if is_element && tree.entries(types).len() == 1 => {
                    Destination::Element { beside: types, before: new.before }
                }
                None => Destination::Type { beside: kind.key, before: new.before },
            });
        }
        // What the unit does not make itself has no place among the resources.
        let &root = tree.documents.first()?;
        let Some(resources) = self.known.entry(tree, root, "resource") else {
            return Some(Destination::Block(beside.block.key));
        };
        if let Some(known) = self.known.entry(tree, resources.value, new.kind) {
            return Some(Destination::Label(known.value));
        }
        let elements = tree.items(resources.value);
        let first = elements.first().copied().unwrap_or(resources.value);
        Some(match tree.entries(first) {
            [_] if !elements.is_empty() => Destination::Element { beside: first, before: true },
            types => Destination::Type { beside: types.first()?.key, before: true },
        })
    }

    fn insertion(&self, destination: Destination, new: &[(&NewResource, Beside)]) -> (Range<usize>, String) {
        let Page { tree, style, .. } = self.page;
        let number_in = |entries: &[Entry], key: ValueId| entries.binary_search_by_key(&key, |entry| entry.key);
        let kind = new.first().map_or("", |(resource, _)| resource.kind);
        match destination {
            Destination::Label(labels) => self.labels(labels, new),
            Destination::Type { beside, before } => {
                let types = tree.parent(beside).unwrap_or(beside);
                let entries = tree.entries(types);
                let number = number_in(entries, beside).unwrap_or_default();
                let value = self.type_value(types, entries.get(number).copied(), new);
                let new = |indent: &str| render_entry(kind, &value, style, indent);
                self.page.insert(types, number, before, &[new])
            }
            Destination::Element { beside, before } => {
                let list = tree.parent(beside).unwrap_or(beside);
                let number = tree.items(list).binary_search(&beside).unwrap_or_default();
                let value = self.type_value(list, tree.entries(beside).first().copied(), new);
                let lines = self.page.has_lines(beside);
                let draft = Draft::Object { entries: vec![(kind.to_owned(), value)], lines };
                self.page.insert(list, number, before, &[|indent: &str| draft.render(style, indent)])
            }
            Destination::Block(beside) => {
                let root = tree.parent(beside).unwrap_or(beside);
                let entries = tree.entries(root);
                let number = number_in(entries, beside).unwrap_or_default();
                let block = entries.get(number).map_or(root, |entry| self.page.object(entry.value));
                let value = self.type_value(block, tree.entries(block).first().copied(), new);
                let lines = self.page.has_lines(block);
                let draft = Draft::Object { entries: vec![(kind.to_owned(), value)], lines };
                let new = |indent: &str| render_entry("resource", &draft, style, indent);
                self.page.insert(root, number, false, &[new])
            }
        }
    }

    /// The labels of a new type, as those of its siblings are, and of one of them above all.
    fn type_value(&self, siblings: ValueId, model: Option<Entry>, new: &[(&NewResource, Beside)]) -> Draft {
        let [labels_in, bodies_in] = self.known.brackets(self.page.tree, siblings);
        let model_labels = model.map(|model| self.page.object(model.value));
        let lines = model_labels.is_some_and(|labels| self.page.has_lines(labels));
        let label = |(resource, beside): &(&NewResource, Beside)| {
            (resource.label.clone(), self.body(resource, bodies_in, Some(beside.label)))
        };
        let labels: Vec<(String, Draft)> = new.iter().map(label).collect();
        if !labels_in.are_lists {
            return Draft::Object { entries: labels, lines };
        }
        let items = labels.into_iter().map(|label| Draft::Object { entries: vec![label], lines }).collect();
        let has_lines = model.is_none_or(|model| self.page.has_lines(model.value));
        let model = model.map_or(labels_in.first, |model| Some(model.value));
        self.page.in_list_as(model, items, has_lines)
    }

    /// New labels after the last one of their type.
    fn labels(&self, labels: ValueId, new: &[(&NewResource, Beside)]) -> (Range<usize>, String) {
        let Page { tree, style, .. } = self.page;
        let items = tree.items(labels);
        let last = items.last().copied().unwrap_or(labels);
        let bodies = tree.entries_inside(labels);
        let (brackets, model) = (Brackets::of(tree, &bodies), bodies.last().copied());
        let body = |resource: &NewResource| self.body(resource, brackets, model);
        if !items.is_empty() && items.iter().all(|&item| tree.entries(item).len() <= 1) {
            let lines = self.page.has_lines(last);
            let new: Vec<_> = new
                .iter()
                .map(|(resource, _)| {
                    let draft = Draft::Object { entries: vec![(resource.label.clone(), body(resource))], lines };
                    move |indent: &str| draft.render(style, indent)
                })
                .collect();
            return self.page.insert(labels, items.len() - 1, false, &new);
        }
        let new: Vec<_> = new
            .iter()
            .map(|(resource, _)| {
                let body = body(resource);
                move |indent: &str| render_entry(&resource.label, &body, style, indent)
            })
            .collect();
        self.page.insert(last, tree.entries(last).len().saturating_sub(1), false, &new)
    }

    /// The body of a resource, in brackets as the most of its siblings and on lines as one of them.
    fn body(&self, new: &NewResource, siblings: Brackets, model: Option<Entry>) -> Draft {
        let tree = self.page.tree;
        let model_body = model.map(|model| self.page.object(model.value));
        let is_empty = |body: &ValueId| tree.entries(*body).is_empty();
        let lines = match model_body.filter(|body| !is_empty(body)) {
            Some(body) => self.page.has_lines(body),
            None => {
                let around = model.and_then(|model| tree.parent(model.key));
                around.is_some_and(|around| self.page.has_lines(around))
            }
        };
        let value = |(name, value): &(&'static str, String)| {
            let draft = match *name {
                // The one argument that is a reference without `${}`.
                "provider" => expression(&format!("\"{}\"", value.trim_matches('"'))),
                _ => expression(value),
            };
            let draft = match draft {
                Draft::List { items, .. } => Draft::List { items, lines: lines && self.page.style.spread_values },
                draft => draft,
            };
            ((*name).to_owned(), draft)
        };
        let body = Draft::Object { entries: new.arguments.iter().map(value).collect(), lines };
        if !siblings.are_lists {
            return body;
        }
        let model = model.map(|model| model.value).filter(|&model| !tree.items(model).is_empty());
        let lines = model.map_or(lines, |model| self.page.has_lines(model));
        self.page.in_list_as(model.or(siblings.first), vec![body], lines)
    }
}
