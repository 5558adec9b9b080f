//! The words that decide, before anything is parsed, whether a module concerns us.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::aws::slots::{SlotSpec, TERRAFORM};
use crate::text::{Prefilter, WordSets};

const PROFILES: usize = 0;
const LAUNCHERS: usize = 1;
const SLOTS: usize = 2;
const ROLES: usize = 3;

/// Which kinds of words occur in a module's bytes, gathered file by file.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct KeywordScan(WordSets);

impl KeywordScan {
    /// Adds the words of one file.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if let Some(filter) = filter() {
            self.0 = self.0.or(filter.lists_in(bytes));
        }
    }

    /// Whether the module is analysed: it holds a profile type, or a launcher type together with a slot's name or a role or policy type.
    pub(crate) fn is_worth_parsing(self) -> bool {
        let has = |list| self.0.contains(list);
        filter().is_none() || has(PROFILES) || has(LAUNCHERS) && (has(SLOTS) || has(ROLES))
    }

    /// Whether a role or policy type occurs: with the input of a module that takes a profile, it is worth parsing too.
    pub(crate) fn has_roles(self) -> bool {
        filter().is_none() || self.0.contains(ROLES)
    }
}

/// Whether a file that cannot be read may hold something that concerns us.
pub(super) fn is_relevant(bytes: &[u8]) -> bool {
    filter().is_none_or(|filter| !filter.lists_in(bytes).is_empty())
}

/// Whether it may hold an instance profile.
pub(super) fn mentions_profile(bytes: &[u8]) -> bool {
    filter().is_none_or(|filter| filter.lists_in(bytes).contains(PROFILES))
}

/// All that may be a name in the bytes of a file that was not read.
pub(super) fn names(bytes: &[u8]) -> HashSet<&[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii();
    bytes.split(|byte| !is_part(byte)).filter(|name| !name.is_empty()).collect()
}

/// The word near a slot in any text: its key, or, where that is as common as `value`, the literal that makes it a slot.
fn slot_word(spec: &SlotSpec) -> &'static str {
    let literal = spec.within.last().and_then(|step| step.when.last()).map(|&(_, literal)| literal);
    literal.unwrap_or(spec.key)
}

/// None if no filter can be made of the table's words, which a test rules out; everything is parsed then.
fn filter() -> Option<&'static Prefilter> {
    static FILTER: OnceLock<Option<Prefilter>> = OnceLock::new();
    let make = || {
        let launchers: Vec<&str> = TERRAFORM.iter().map(|spec| spec.resource).collect();
        let slots: Vec<&str> = TERRAFORM.iter().map(slot_word).collect();
        let lists: [&[&str]; 4] =
            [&["aws_iam_instance_profile"], &launchers, &slots, &["aws_iam_role", "aws_iam_policy"]];
        Prefilter::new(&lists).ok()
    };
    FILTER.get_or_init(make).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth_parsing(text: &str) -> bool {
        let mut sighting = KeywordScan::default();
        sighting.add(text.as_bytes());
        sighting.is_worth_parsing()
    }

    #[test]
    fn the_filter_is_made() {
        assert!(filter().is_some());
    }

    #[test]
    fn names_stand_alone() {
        let found = names(b"${local.p} p2 p-q \xfcp _p");
        assert_eq!(found, [&b"local"[..], b"p", b"p2", b"p-q", b"\xfcp", b"_p"].into_iter().collect());
    }

    #[test]
    fn a_launcher_alone_is_not_worth_it() {
        assert!(!worth_parsing("resource \"aws_instance\" \"a\" {}"));
        assert!(!worth_parsing("resource \"aws_iam_role\" \"a\" {}"));
        assert!(worth_parsing("resource \"aws_instance\" \"a\" { iam_instance_profile = x }"));
        assert!(worth_parsing("resource \"aws_instance\" \"a\" {} resource \"aws_iam_role\" \"a\" {}"));
        assert!(worth_parsing("resource \"aws_iam_instance_profile\" \"a\" {}"));
    }
}
