//! What refers to what in a module, as far as that decides whether a fix is right.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

use crate::model::{Leaf, LeafUse, NodeId, ProfileAttr, Resolution, Unit};
use crate::terraform::lower::module::ModuleIndex;
use crate::terraform::lower::references;
use crate::terraform::lower::symbols::provider_alias;

/// The attributes of data sources that stand for the caller's own account and partition (Terraform AWS provider: `aws_caller_identity`,
/// `aws_partition`, `aws_region`), of the default provider configuration.
pub(crate) fn own_provider_alias(index: &ModuleIndex<'_>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for resource in
        index.resources.iter().filter(|resource| resource.data && provider_alias(index, resource).is_empty())
    {
        let attributes: &[&str] = match resource.kind {
            "aws_caller_identity" => &["account_id", "id"],
            "aws_partition" => &["partition", "id"],
            _ => &[],
        };
        out.extend(attributes.iter().map(|attribute| format!("{}.{attribute}", resource.address())));
    }
    out
}

/// The arguments of launchers that something else reads, with the address of the first that does.
pub(crate) fn read_back(unit: &Unit, index: &ModuleIndex<'_>) -> BTreeMap<(NodeId, String), String> {
    let owners: HashMap<&str, NodeId> =
        unit.slots.iter().map(|slot| (unit.node(slot.owner).address.as_str(), slot.owner)).collect();
    let mut out = BTreeMap::new();
    if unit.leaves.iter().all(is_plainly_right) {
        return out;
    }
    for &(_, block, node) in &index.blocks {
        let reader = || match node {
            Some(node) => unit.node(node).address.clone(),
            None => format!("a block of the type {}", block.ident.as_str()),
        };
        references::attributes(block, |address, attribute| {
            let owner = match address {
                "self" => node,
                _ => owners.get(address).copied(),
            };
            if let Some(owner) = owner {
                out.entry((owner, attribute.to_owned())).or_insert_with(reader);
            }
        });
    }
    for (name, _, value) in index.locals() {
        references::attributes_in(value, |address, attribute| {
            if let Some(&owner) = owners.get(address) {
                out.entry((owner, attribute.to_owned())).or_insert_with(|| format!("local.{name}"));
            }
        });
    }
    out
}

/// Names that stand for no block.
const NO_BLOCKS: [&str; 6] = ["var.", "path.", "each.", "count.", "self.", "terraform."];

fn is_plainly_right(leaf: &Leaf) -> bool {
    matches!(leaf.resolution, Resolution::Profile(_, ProfileAttr::Name, _) | Resolution::Absent)
}

/// What the roles and profiles depend on. Computed only if some slot is not plainly right.
/// `for_callers` asks for the outputs too.
pub(crate) fn link_nodes(unit: &mut Unit, index: &ModuleIndex<'_>, for_callers: bool) {
    if !for_callers && unit.leaves.iter().all(is_plainly_right) {
        return;
    }
    // What a text names may be waited for in another way.
    let is_text = |leaf_use: &LeafUse| {
        matches!(unit.leaf(leaf_use.leaf).resolution, Resolution::Text(_) | Resolution::Unknown(..))
    };
    let by_text = unit.slots.iter().filter(|slot| slot.leaves.iter().any(is_text)).map(|slot| slot.owner);
    let by_text: Vec<NodeId> = by_text.collect();
    // And so may what launches from a template.
    let everything = index.blocks.iter().filter_map(|&(_, _, node)| node);
    let by_text: Vec<NodeId> = if by_text.is_empty() { by_text } else { everything.collect() };
    // Only what roles and profiles depend on can close a cycle with a launcher, so the walk starts at them.
    let mut blocks: HashMap<NodeId, Vec<&Block>> = HashMap::new();
    for &(_, block, node) in &index.blocks {
        if let Some(node) = node {
            blocks.entry(node).or_default().push(block);
        }
    }
    let mut values: HashMap<NodeId, &Expression> = HashMap::new();
    for (name, _, value) in index.locals() {
        values.extend(index.node_at(&format!("local.{name}")).map(|node| (node, value)));
    }
    let roots = unit.roles.iter().map(|role| role.node).chain(unit.profiles.iter().map(|profile| profile.node));
    let is_output = |&&(_, block, _): &&(_, &Block, _)| for_callers && block.ident.as_str() == "output";
    let outputs = index.blocks.iter().filter(is_output).filter_map(|&(_, _, node)| node);
    let mut open: Vec<NodeId> = roots.flatten().chain(by_text).chain(outputs).collect();
    let mut seen: HashSet<NodeId> = open.iter().copied().collect();
    while let Some(node) = open.pop() {
        let mut reads = BTreeSet::new();
        let mut undeclared = false;
        let mut found = |address: String| match index.node_at(&address) {
            Some(read) => drop(reads.insert(read)),
            None => undeclared |= !NO_BLOCKS.iter().any(|root| address.starts_with(root)),
        };
        for block in blocks.get(&node).into_iter().flatten() {
            references::addresses(block, &mut found);
        }
        if let Some(value) = values.get(&node) {
            references::addresses_in(value, &mut found);
        }
        open.extend(reads.iter().copied().filter(|&next| seen.insert(next)));
        unit.nodes[node.index()].reads = reads;
        unit.nodes[node.index()].refers_to_undeclared = undeclared;
    }
}
