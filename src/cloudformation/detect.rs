//! Which files are templates: their contents decide, not their names.

use std::sync::OnceLock;

use crate::syntax::tree::{Tree, ValueId, ValueKind};
use aho_corasick::AhoCorasick;

use crate::aws::slots::{CLOUDFORMATION, CLOUDFORMATION_PROFILE_ROLE};
use crate::text::Prefilter;

/// What kind of template a document is, and where its parts are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Layout {
    /// The mapping that has `Resources`, `Parameters`, `Conditions`, `Metadata`, ...
    pub(crate) root: ValueId,
    /// The mappings of resources: one, but for Serverless Framework files that list several.
    pub(crate) resources: Vec<ValueId>,
    /// Whether `${...}` in any text is filled in before CloudFormation sees it (Serverless Framework).
    pub(crate) serverless: bool,
    /// Whether SAM makes resources that are not in the file.
    pub(crate) sam: bool,
}

/// Recognises one document.
///
/// A template has `AWSTemplateFormatVersion`, or `Resources` with an entry of a `Type` `AWS::...`, or SAM's `Transform`. A file of the
/// Serverless Framework has such `Resources` under `resources`. Nothing else is a template: not a chart, a manifest, a package.json.
pub(crate) fn layout(tree: &Tree, document: ValueId) -> Option<Layout> {
    let resources = tree.member(document, "Resources");
    let sam = tree.member(document, "Transform").is_some_and(|transform| is_sam(tree, transform));
    let version = tree.entry(document, "AWSTemplateFormatVersion").is_some();
    if version || sam || resources.is_some_and(|resources| has_aws_type(tree, resources)) {
        return Some(Layout { root: document, resources: resources.into_iter().collect(), serverless: false, sam });
    }
    let custom = tree.member(document, "resources")?;
    let parts: Vec<ValueId> = match tree.kind(custom) {
        ValueKind::List(items) => items.iter().map(|&item| tree.resolve(item)).collect(),
        _ => vec![custom],
    };
    let resources: Vec<ValueId> = parts.iter().filter_map(|&part| tree.member(part, "Resources")).collect();
    let recognised = resources.iter().any(|&resources| has_aws_type(tree, resources));
    let root = parts.into_iter().find(|&part| tree.entry(part, "Resources").is_some())?;
    recognised.then_some(Layout { root, resources, serverless: true, sam: false })
}

fn is_sam(tree: &Tree, transform: ValueId) -> bool {
    let named = |id: ValueId| tree.text(id).is_some_and(|text| text.starts_with("AWS::Serverless-"));
    named(transform) || tree.items(transform).iter().any(|&item| named(item))
}

/// Whether resources, or parts of the template, are included from another file when it is deployed.
///
/// Other macros could add resources too. Nearly all of them only change what is there, so that is not held against them.
pub(crate) fn has_inclusion(tree: &Tree, layout: &Layout) -> bool {
    let includes = |id: ValueId| tree.member(id, "Name").and_then(|name| tree.text(name)) == Some("AWS::Include");
    let inside = |&mapping: &ValueId| tree.entry(mapping, "Fn::Transform").is_some();
    let top = tree.member(layout.root, "Transform");
    layout.resources.iter().any(inside)
        || inside(&layout.root)
        || top.is_some_and(|top| includes(top) || tree.items(top).iter().any(|&item| includes(tree.resolve(item))))
}

fn has_aws_type(tree: &Tree, resources: ValueId) -> bool {
    tree.entries(resources).iter().any(|entry| {
        let declared = tree.resolve(entry.value);
        let body = match tree.kind(declared) {
            // The body of a loop: `Fn::ForEach::X: [identifier, collection, {key: resource}]`.
            ValueKind::List(items) if tree.scalar(entry.key).is_some_and(|key| key.starts_with("Fn::ForEach::")) => {
                return items.last().is_some_and(|&body| has_aws_type(tree, body));
            }
            _ => declared,
        };
        let kind = tree.member(body, "Type").and_then(|kind| tree.text(kind));
        kind.is_some_and(|kind| kind.starts_with("AWS::"))
    })
}

/// Whether a file's raw bytes make it worth parsing: a profile type, or a launcher type together with a slot's name or a role or policy type.
pub(crate) fn is_worth_parsing(bytes: &[u8]) -> bool {
    let Some(filter) = filter() else { return true };
    let found = filter.lists_in(bytes);
    found.contains(ALONE) || found.contains(LAUNCHERS) && (found.contains(WIRINGS) || names_slot_in_any_case(bytes))
}

/// Whether the type of a launcher occurs.
pub(crate) fn has_launchers(bytes: &[u8]) -> bool {
    filter().is_none_or(|filter| filter.lists_in(bytes).contains(LAUNCHERS))
}

/// Whether the type of an instance profile occurs.
pub(crate) fn has_profiles(bytes: &[u8]) -> bool {
    filter().is_none_or(|filter| filter.lists_in(bytes).contains(ALONE))
}

/// Whether the name of a slot occurs, in whatever case: in the wrong one CloudFormation refuses it, whatever its value is.
fn names_slot_in_any_case(bytes: &[u8]) -> bool {
    static NAMES: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let make = || {
        let names = CLOUDFORMATION.iter().map(slot_word);
        AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok()
    };
    NAMES.get_or_init(make).as_ref().is_none_or(|names| names.is_match(bytes))
}

/// Whether any of the words occurs.
pub(super) fn is_relevant(bytes: &[u8]) -> bool {
    filter().is_none_or(|filter| !filter.lists_in(bytes).is_empty())
}

const ALONE: usize = 0;
const LAUNCHERS: usize = 1;
const WIRINGS: usize = 2;

/// None if no filter can be made of the table's words, which a test rules out; everything is parsed then.
fn filter() -> Option<&'static Prefilter> {
    static FILTER: OnceLock<Option<Prefilter>> = OnceLock::new();
    let make = || {
        let words = words();
        Prefilter::new(&[words.alone, &words.launchers, &words.wirings]).ok()
    };
    FILTER.get_or_init(make).as_ref()
}

/// The words that decide whether a file is worth parsing.
struct Words {
    /// The type of an instance profile.
    alone: &'static [&'static str],
    /// The types of launchers.
    launchers: Vec<&'static str>,
    /// The names of slots, and the types of roles and policies.
    wirings: Vec<&'static str>,
}

/// The words of the slot table.
fn words() -> Words {
    let mut launchers: Vec<&str> = CLOUDFORMATION.iter().map(|spec| spec.resource).collect();
    launchers.sort_unstable();
    launchers.dedup();
    let mut wirings: Vec<&str> = CLOUDFORMATION.iter().map(slot_word).collect();
    wirings.extend(["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"]);
    wirings.sort_unstable();
    wirings.dedup();
    Words { alone: &[CLOUDFORMATION_PROFILE_ROLE.resource], launchers, wirings }
}

/// The word that is near a slot in any text: its key, or, where that is as common as `Value`, the literal that makes it a slot.
fn slot_word(spec: &crate::aws::slots::SlotSpec) -> &'static str {
    let literal = spec.within.last().and_then(|step| step.when.last()).map(|&(_, literal)| literal);
    literal.unwrap_or(spec.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(text: &str) -> bool {
        let tree = Tree::parse(text, false).expect("text");
        tree.documents.iter().any(|&document| layout(&tree, document).is_some())
    }

    #[test]
    fn templates_are_known_by_content() {
        for text in [
            "AWSTemplateFormatVersion: 2010-09-09\n",
            "Resources:\n  A:\n    Type: AWS::SNS::Topic\n",
            "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}}",
            "Transform: [AWS::Serverless-2016-10-31]\n",
            "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::W:\n  - N\n  - [A]\n  - '${N}': {Type: AWS::SNS::Topic}\n",
            "service: x\nresources:\n  Resources:\n    A: {Type: AWS::SNS::Topic}\n",
            "resources:\n- Resources: {A: {Type: AWS::SNS::Topic}}\n- ${file(x.yml)}\n",
        ] {
            assert!(recognised(text), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_template() {
        for text in [
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - resources: {limits: {cpu: 1}}\n",
            "resources:\n  limits: {cpu: 1}\n",
            "{\"name\": \"x\", \"version\": \"1\"}",
            "Resources:\n  A: {Type: Thing}\n",
            "Resources: [AWS::EC2::Instance]\n",
            "on: push\njobs: {}\n",
            "- Type: AWS::EC2::Instance\n",
            "",
        ] {
            assert!(!recognised(text), "{text}");
        }
    }

    #[test]
    fn the_filter_is_made() {
        assert!(filter().is_some());
        assert!(!is_worth_parsing(b"Type: AWS::EC2::Instance"));
        assert!(is_worth_parsing(b"Type: AWS::EC2::Instance, IamInstanceProfile: x"));
        assert!(is_worth_parsing(b"Type: AWS::IAM::InstanceProfile"));
    }

    #[test]
    fn the_words_name_every_slot() {
        let words = words();
        assert!(words.launchers.contains(&"AWS::EC2::LaunchTemplate"));
        assert!(words.wirings.contains(&"resourceRole") && !words.wirings.contains(&"Value"));
    }
}
