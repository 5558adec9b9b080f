//! "Did you mean ...?": the declared role or profile whose address is nearest to an undeclared one.

use crate::model::{Origin, RoleId, UnitIndex};

/// One letter in this many may differ: more than that is another word, not a typo.
const ONE_OF: usize = 5;

/// How many names are compared; this limits the time for large units.
const MAX_NAMES: usize = 1000;

/// The one declared role or profile whose label is near that of an undeclared role.
pub(super) fn role(index: &UnitIndex<'_>, undeclared: RoleId) -> Option<String> {
    let role = index.role(undeclared);
    (role.origin == Origin::Undeclared).then(|| address(index, &role.address)).flatten()
}

/// The one declared role or profile of the same type whose label is near that of an undeclared address.
pub(super) fn address(index: &UnitIndex<'_>, undeclared: &str) -> Option<String> {
    let roles = index.roles.iter().filter(|role| role.node.is_some()).map(|role| role.address.as_str());
    let profiles =
        index.profiles.iter().filter(|profile| profile.node.is_some()).map(|profile| profile.address.as_str());
    let (kind, label) = undeclared.rsplit_once('.').unwrap_or(("", undeclared));
    let is_near = |address: &&str| {
        let (own_kind, own_label) = address.rsplit_once('.').unwrap_or(("", address));
        own_kind == kind && strsim::damerau_levenshtein(label, own_label) * ONE_OF <= label.len().max(own_label.len())
    };
    let near: Vec<&str> = roles.chain(profiles).take(MAX_NAMES).filter(is_near).collect();
    match near.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}
