//! Identifiers by which services recognize a finding in the next report.

use std::collections::HashMap;

use crate::report::escape;
use crate::report::view::{Entry, RuleEntry};

/// Identifiers that do not change when lines move. Each is unique within a run.
#[derive(Default)]
pub(crate) struct Fingerprints {
    seen: HashMap<u64, usize>,
}

impl Fingerprints {
    /// The identifier of a finding: a hash of rule, file, resource, argument and the text that is wrong.
    pub(crate) fn of(&mut self, finding: &RuleEntry<'_>) -> String {
        let path = escape::forward_slashes(finding.source().path());
        let text: Vec<&str> = finding.text().split_whitespace().collect();
        self.unique(&[finding.rule.code, &path, finding.owner(), &finding.slot.argument, &text.join(" ")])
    }

    /// The identifier of a problem: a hash of file and message.
    pub(crate) fn of_problem(&mut self, problem: &Entry<'_>) -> String {
        let path = escape::forward_slashes(&problem.diagnostic.path);
        self.unique(&["", &path, &problem.diagnostic.message])
    }

    /// Equal ones (two equal blocks in one resource) are numbered in the order of the file.
    fn unique(&mut self, parts: &[&str]) -> String {
        let hash = fnv1a(parts.join("\0").as_bytes());
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}:{number}")
    }
}

/// The 64-bit FNV-1a hash: the same in every build, unlike the standard library's.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv1a() {
        // From the vectors of the algorithm's authors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
