//! What was meant by a name that is declared nowhere.

use crate::model::{Origin, RoleId, UnitIndex};

/// Of so many letters one may differ: a typing error, and not another word.
const ONE_OF: usize = 5;

/// More names than this are not compared: nobody would look through them either.
const MOST_NAMES: usize = 1000;

/// The one declared role whose label is near that of a role that is declared nowhere.
pub(super) fn role(index: &UnitIndex<'_>, undeclared: RoleId) -> Option<String> {
    let role = index.role(undeclared);
    (role.origin == Origin::Undeclared).then(|| address(index, &role.address)).flatten()
}

/// The declared role or profile whose address is nearest to one that is declared nowhere, if it is near at all.
pub(super) fn address(index: &UnitIndex<'_>, undeclared: &str) -> Option<String> {
    let roles = index.roles.iter().filter(|role| role.node.is_some()).map(|role| role.address.as_str());
    let profiles =
        index.profiles.iter().filter(|profile| profile.node.is_some()).map(|profile| profile.address.as_str());
    let (kind, label) = undeclared.rsplit_once('.').unwrap_or(("", undeclared));
    let is_near = |address: &&str| {
        let (own_kind, own_label) = address.rsplit_once('.').unwrap_or(("", address));
        own_kind == kind && strsim::damerau_levenshtein(label, own_label) * ONE_OF <= label.len().max(own_label.len())
    };
    let near: Vec<&str> = roles.chain(profiles).take(MOST_NAMES).filter(is_near).collect();
    match near.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}
