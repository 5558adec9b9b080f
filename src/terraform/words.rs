//! The words that decide, before anything is parsed, whether a module concerns us.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::aws::slots::TERRAFORM;

/// What a word stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Word {
    Profile,
    Launcher,
    Slot,
    RoleOrPolicy,
}

struct Words {
    automaton: AhoCorasick,
    meanings: Vec<Word>,
}

/// Which kinds of words occur in a module's bytes, gathered file by file.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Sighting {
    profile: bool,
    launcher: bool,
    slot: bool,
    role: bool,
}

impl Sighting {
    /// Adds the words of one file.
    pub fn see(&mut self, bytes: &[u8]) {
        let Some(words) = words() else {
            *self = Sighting { profile: true, launcher: true, slot: true, role: true };
            return;
        };
        for found in words.automaton.find_overlapping_iter(bytes) {
            match words.meanings[found.pattern().as_usize()] {
                Word::Profile => self.profile = true,
                Word::Launcher => self.launcher = true,
                Word::Slot => self.slot = true,
                Word::RoleOrPolicy => self.role = true,
            }
            if self.profile {
                break;
            }
        }
    }

    /// Whether the module is analysed: it holds a profile type, or a launcher type together with a slot's name, a role or a policy type.
    pub fn is_worth_parsing(self) -> bool {
        self.profile || self.launcher && (self.slot || self.role)
    }

    fn is_any(self) -> bool {
        self.profile || self.launcher || self.slot || self.role
    }
}

/// Whether a file that cannot be read may hold something that concerns us.
pub(super) fn concerns(bytes: &[u8]) -> bool {
    let mut sighting = Sighting::default();
    sighting.see(bytes);
    sighting.is_any()
}

/// Whether it may hold an instance profile.
pub(super) fn mentions_profile(bytes: &[u8]) -> bool {
    let mut sighting = Sighting::default();
    sighting.see(bytes);
    sighting.profile
}

/// None if the automaton cannot be built, which a test rules out; everything is parsed then.
fn words() -> Option<&'static Words> {
    static WORDS: OnceLock<Option<Words>> = OnceLock::new();
    WORDS
        .get_or_init(|| {
            let mut list: Vec<(&str, Word)> = vec![("aws_iam_instance_profile", Word::Profile)];
            list.extend(["aws_iam_role", "aws_iam_policy"].map(|kind| (kind, Word::RoleOrPolicy)));
            for spec in TERRAFORM {
                list.push((spec.resource, Word::Launcher));
                // The name of a key as common as `value` says nothing; the values that its block asks for do.
                let step = spec.within.last().filter(|step| !step.only_if.is_empty());
                match step {
                    Some(step) => list.extend(step.only_if.iter().map(|(_, value)| (*value, Word::Slot))),
                    None => list.push((spec.key, Word::Slot)),
                }
            }
            list.sort_by_key(|(word, _)| *word);
            list.dedup_by_key(|(word, _)| *word);
            let meanings = list.iter().map(|(_, meaning)| *meaning).collect();
            let automaton = AhoCorasick::new(list.iter().map(|(word, _)| word)).ok()?;
            Some(Words { automaton, meanings })
        })
        .as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth_parsing(text: &str) -> bool {
        let mut sighting = Sighting::default();
        sighting.see(text.as_bytes());
        sighting.is_worth_parsing()
    }

    #[test]
    fn the_automaton_is_built() {
        assert!(words().is_some());
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
