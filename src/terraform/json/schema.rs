//! What the parts of Terraform's JSON syntax are: JSON writes blocks and arguments alike, and some strings are no templates.
//!
//! Source: Terraform documentation, "JSON Configuration Syntax"; what it leaves open was run through Terraform 1.11.

use crate::aws::slots::{Shape, TERRAFORM};

/// How many labels a block at the root has; none for what Terraform does not know.
pub(super) fn labels(block: &str) -> Option<usize> {
    Some(match block {
        "resource" | "data" | "ephemeral" => 2,
        "module" | "variable" | "output" | "provider" | "check" => 1,
        "locals" | "terraform" | "moved" | "removed" | "import" => 0,
        _ => return None,
    })
}

/// How the strings of an argument are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strings {
    /// As templates.
    Templates,
    /// As references without `${}`, or keywords.
    References,
    /// As they are.
    Literals,
}

/// A body: what its properties mean depends on where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Body<'t> {
    /// The block at the root that it is in.
    root: &'t str,
    /// The type, of a resource or data source.
    kind: &'t str,
    /// The nested blocks that lead to it.
    path: Vec<&'t str>,
}

/// Nested blocks of any resource.
const META_BLOCKS: &[&str] = &["lifecycle", "connection", "provisioner"];

/// A block of which the content belongs to the one around it, so that an argument may be called like one of Terraform's own.
pub(super) const ESCAPE: &str = "_";

/// The nested blocks that have a label.
const LABELED: &[&str] = &["dynamic", "provisioner", "backend", "provider_meta"];

/// Nested blocks by the last names that lead to them.
const NESTED_BLOCKS: &[&[&str]] = &[
    &["lifecycle", "precondition"],
    &["lifecycle", "postcondition"],
    &["provisioner", "connection"],
    &["dynamic", "content"],
    &["check", "assert"],
    &["check", "data"],
    &["variable", "validation"],
    &["output", "precondition"],
    &["removed", "lifecycle"],
    &["removed", "provisioner"],
];

/// Nested blocks of a policy document.
const POLICY_BLOCKS: &[&[&str]] =
    &[&["statement"], &["statement", "principals"], &["statement", "not_principals"], &["statement", "condition"]];

/// Arguments whose strings are references or keywords, by the block that they are in.
const REFERENCES: &[(&str, &str)] = &[
    ("resource", "provider"),
    ("data", "provider"),
    ("ephemeral", "provider"),
    ("lifecycle", "ignore_changes"),
    ("lifecycle", "replace_triggered_by"),
    ("import", "to"),
    ("import", "provider"),
    ("moved", "from"),
    ("moved", "to"),
    ("removed", "from"),
    ("dynamic", "iterator"),
    ("variable", "type"),
    ("module", "providers"),
    ("provisioner", "when"),
    ("provisioner", "on_failure"),
];

/// Arguments whose strings are no templates, by the block that they are in. None in the `terraform` block is.
const LITERALS: &[(&str, &str)] = &[
    ("variable", "default"),
    ("variable", "description"),
    ("output", "description"),
    ("module", "source"),
    ("module", "version"),
    ("provider", "alias"),
    ("provider", "version"),
];

impl<'t> Body<'t> {
    /// The body of a block at the root.
    pub(super) fn of(root: &'t str, kind: &'t str) -> Self {
        Body { root, kind, path: Vec::new() }
    }

    /// The body of a nested block.
    pub(super) fn nested(&self, key: &'t str) -> Self {
        Body { path: self.path.iter().copied().chain([key]).collect(), ..Body::of(self.root, self.kind) }
    }

    /// The name of the block that it is of. In the path, the label of a `dynamic` block comes after it.
    fn name(&self) -> &str {
        match self.path.as_slice() {
            [.., "dynamic", _] => "dynamic",
            [.., last] => last,
            [] => self.root,
        }
    }

    /// Whether it is the body of a resource, not of a block in one.
    fn is_resource(&self) -> bool {
        self.path.is_empty() && matches!(self.root, "resource" | "data" | "ephemeral")
    }

    /// The path without the blocks that leave no trace in the resource: `dynamic`, its `content`, and the escape block.
    fn schema_path(&self) -> Vec<&str> {
        self.path.iter().copied().filter(|step| !matches!(*step, "dynamic" | "content" | ESCAPE)).collect()
    }

    /// Whether a property is a nested block, and not an argument.
    pub(super) fn is_block(&self, key: &str) -> bool {
        let here = [self.name(), key];
        match key {
            "dynamic" => matches!(self.root, "resource" | "data" | "ephemeral" | "provider"),
            ESCAPE => {
                self.path.is_empty() && matches!(self.root, "resource" | "data" | "ephemeral" | "provider" | "module")
            }
            _ if self.is_resource() && META_BLOCKS.contains(&key) => true,
            _ if NESTED_BLOCKS.contains(&here.as_slice()) => true,
            _ => self.is_block_of_provider(key),
        }
    }

    /// Whether it is a block in the schema of the provider, as far as ipfix has to know.
    fn is_block_of_provider(&self, key: &str) -> bool {
        let mut path = self.schema_path();
        path.push(key);
        if (self.root, self.kind) == ("data", "aws_iam_policy_document") {
            return POLICY_BLOCKS.contains(&path.as_slice());
        }
        self.root == "resource"
            && TERRAFORM.iter().filter(|spec| spec.resource == self.kind).any(|spec| {
                let steps = spec.within.iter().map(|step| step.key);
                let own = matches!(spec.shape, Shape::Keys { .. }).then_some(spec.key);
                let steps: Vec<&str> = steps.chain(own).collect();
                steps.starts_with(&path)
            })
    }

    /// How many labels a nested block has.
    pub(super) fn labels(&self, key: &str) -> usize {
        match (self.root, key) {
            ("check", "data") => 2,
            _ => usize::from(LABELED.contains(&key)),
        }
    }

    /// How the strings of an argument are read.
    pub(super) fn strings(&self, key: &str) -> Strings {
        let here = (self.name(), key);
        match key {
            _ if self.root == "terraform" => Strings::Literals,
            "depends_on" => Strings::References,
            _ if REFERENCES.contains(&here) => Strings::References,
            _ if LITERALS.contains(&here) => Strings::Literals,
            _ => Strings::Templates,
        }
    }
}
