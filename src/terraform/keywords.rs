//! The words that decide, before anything is parsed, whether a module concerns us.

use std::collections::HashSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::aws::family::{self, Family};
use crate::aws::slots::{self, SlotSpec};
use crate::text::{Prefilter, WordSets};

const PROFILES: usize = 0;
const LAUNCHERS: usize = 1;
const SLOTS: usize = 2;
const ROLES: usize = 3;

/// Which kinds of words occur in a module's bytes, gathered file by file.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct KeywordScan {
    words: WordSets,
    /// Whether an argument for a profile may get its value from somewhere else than a profile of the module.
    has_open_slot: bool,
}

impl KeywordScan {
    /// Adds the words of one file.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if let Some(filter) = filter() {
            let words = filter.lists_in(bytes);
            self.words = self.words.or(words);
            self.has_open_slot = self.has_open_slot || words.contains(SLOTS) && has_open_slot(bytes);
        }
    }

    /// Whether the module is analysed: it holds a profile type, or a launcher type together with a slot's name or a role or policy type.
    pub(crate) fn is_worth_parsing(self) -> bool {
        let has = |list| self.words.contains(list);
        filter().is_none() || has(PROFILES) || has(LAUNCHERS) && (has(SLOTS) || has(ROLES))
    }

    /// Whether a profile type occurs.
    pub(crate) fn has_profiles(self) -> bool {
        filter().is_none() || self.words.contains(PROFILES)
    }

    /// Whether an argument for a profile may get its value from an input.
    pub(crate) fn has_open_slot(self) -> bool {
        filter().is_none() || self.has_open_slot
    }

    /// Whether a role or policy type occurs: with the input of a module that takes a profile, it is worth parsing too.
    pub(crate) fn has_roles(self) -> bool {
        filter().is_none() || self.words.contains(ROLES)
    }
}

/// Whether a word near a slot is followed by something else than a reference to a profile.
fn has_open_slot(bytes: &[u8]) -> bool {
    let Some(words) = slot_words() else { return true };
    words.find_iter(bytes).any(|word| {
        // `aws_iam_instance_profile` is a type.
        let before = &bytes[..word.start()];
        let is_of = |family: &&Family| {
            before.strip_suffix(b"_").is_some_and(|before| before.ends_with(family.provider.as_bytes()))
        };
        !family::TERRAFORM.iter().any(is_of) && !is_closed(&bytes[word.end()..])
    })
}

/// Whether the text behind the name of an argument, or of a block, gives it a profile of the module, or nothing.
fn is_closed(behind: &[u8]) -> bool {
    let behind = behind.trim_ascii_start();
    let (mut values, is_block) = match behind.first() {
        Some(b'=') => (behind, false),
        Some(b'{') => (&behind[..behind.iter().position(|&byte| byte == b'}').unwrap_or(behind.len())], true),
        _ => return false,
    };
    while let Some(at) = values.iter().position(|&byte| byte == b'=') {
        values = values[at + 1..].trim_ascii_start();
        let value = values.strip_prefix(b"\"${".as_slice()).unwrap_or(values).trim_ascii_start();
        if !is_closed_value(value) {
            return false;
        }
        if !is_block {
            return true;
        }
    }
    is_block
}

/// Whether a value starts like one that does not come from an input.
fn is_closed_value(value: &[u8]) -> bool {
    let resource = value.strip_prefix(b"data.").unwrap_or(value);
    let is_of = |family: &&Family| {
        resource.strip_prefix(family.profile.as_bytes()).is_some_and(|behind| behind.starts_with(b"."))
    };
    family::TERRAFORM.iter().any(is_of) || value.starts_with(b"null\n") || value.starts_with(b"\"\"\n")
}

fn slot_words() -> Option<&'static AhoCorasick> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    WORDS.get_or_init(|| AhoCorasick::new(slots::terraform().map(slot_word)).ok()).as_ref()
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
        let launchers: Vec<&str> = slots::terraform().map(|spec| spec.resource).collect();
        let slots: Vec<&str> = slots::terraform().map(slot_word).collect();
        let profiles = family::TERRAFORM.map(|family| family.profile);
        let roles: Vec<&str> =
            family::TERRAFORM.iter().flat_map(|family| family.policies.iter().chain([&family.role])).copied().collect();
        let lists: [&[&str]; 4] = [&profiles, &launchers, &slots, &roles];
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
    fn a_slot_is_open_unless_it_gets_a_profile() {
        let is_open = |text: &str| {
            let mut scan = KeywordScan::default();
            scan.add(text.as_bytes());
            scan.has_open_slot()
        };
        for text in [
            "iam_instance_profile = var.p",
            "iam_instance_profile = a ? aws_iam_instance_profile.p.name : var.p",
            "iam_instance_profile {\n  arn = var.p\n}",
            "iam_instance_profile {\n  arn = null\n  name = local.p\n}",
            "dynamic \"iam_instance_profile\" {\n}",
            "variable \"iam_instance_profile\" {}",
            "iam_instance_profile = null != var.p ? var.p : null",
        ] {
            assert!(is_open(text), "{text}");
        }
        for text in [
            "iam_instance_profile = aws_iam_instance_profile.p.name\n",
            "iam_instance_profile = \"${aws_iam_instance_profile.p.name}\"\n",
            "iam_instance_profile = null\n",
            "iam_instance_profile {\n  name = data.aws_iam_instance_profile.p.name\n}\n",
            "resource \"aws_iam_instance_profile\" \"p\" {}\n",
            "aws_iam_instance_profile.p.name",
        ] {
            assert!(!is_open(text), "{text}");
        }
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
