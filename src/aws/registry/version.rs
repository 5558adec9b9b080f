//! Versions of modules and constraints on them, as Terraform reads both (github.com/hashicorp/go-version).
//!
//! The `semver` crate is of little help here: its `~1.2` is Terraform's `~> 1.2.0`, and it joins no `!=`.

/// A version of a module.
///
/// Prereleases of one version are equal: they sort before the release, and no row of the table tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    is_release: bool,
}

/// The release with these numbers.
pub(super) const fn v(major: u64, minor: u64, patch: u64) -> Version {
    Version { major, minor, patch, is_release: true }
}

impl Version {
    /// A version of three numbers, such as `1.2.3`, `v1.2.3` or `1.2.3-rc1`.
    pub fn parse(text: &str) -> Option<Version> {
        let (version, numbers) = parse(text)?;
        (numbers == 3).then_some(version)
    }

    /// The next release that could exist.
    pub(super) const fn next(self) -> Version {
        if self.is_release {
            v(self.major, self.minor, self.patch.saturating_add(1))
        } else {
            v(self.major, self.minor, self.patch)
        }
    }

    /// The versions from this one up to and including `last`.
    pub(super) const fn through(self, last: Version) -> VersionRange {
        VersionRange { from: self, below: last.next() }
    }

    /// The versions from this one up to but not including `below`.
    pub(super) const fn below(self, below: Version) -> VersionRange {
        VersionRange { from: self, below }
    }
}

/// A version with one to three numbers, and how many it has; those that are absent count as zero.
fn parse(text: &str) -> Option<(Version, usize)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(version, _build)| version);
    let (numbers, is_release) = match text.split_once('-') {
        Some((_, "")) => return None,
        Some((numbers, _prerelease)) => (numbers, false),
        None => (text, true),
    };
    let mut parsed = [0; 3];
    let mut count = 0;
    for number in numbers.split('.') {
        // The standard library would accept a sign.
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *parsed.get_mut(count)? = number.parse().ok()?;
        count += 1;
    }
    let [major, minor, patch] = parsed;
    Some((Version { major, minor, patch, is_release }, count))
}

/// The versions of a module that one row of the table describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct VersionRange {
    /// The first version.
    pub from: Version,
    /// The first version that no longer belongs to the range.
    pub below: Version,
}

impl VersionRange {
    /// Whether a version lies in the range.
    pub fn contains(self, version: Version) -> bool {
        self.from <= version && version < self.below
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    AtLeast,
    Less,
    AtMost,
}

/// A version constraint: a version is allowed if all comparisons hold.
#[derive(Debug)]
pub(super) struct Constraint(Vec<(Operator, Version)>);

impl Constraint {
    /// The value of a `version` argument, or nothing if Terraform would reject it or the meaning is uncertain.
    pub(super) fn parse(text: &str) -> Option<Constraint> {
        let mut comparisons = Vec::new();
        for term in text.split(',') {
            add_term(term.trim(), &mut comparisons)?;
        }
        Some(Constraint(comparisons))
    }

    /// The constraint that allows one version only.
    pub(super) fn exactly(version: Version) -> Constraint {
        Constraint(vec![(Operator::Equal, version)])
    }

    /// Whether the constraint allows a version. A prerelease is allowed only by its exact version
    /// (developer.hashicorp.com/terraform/language/expressions/version-constraints).
    pub(super) fn allows(&self, version: Version) -> bool {
        self.0.iter().all(|&(operator, bound)| match operator {
            Operator::Equal => version == bound,
            _ if !version.is_release => false,
            Operator::NotEqual => version != bound,
            Operator::Greater => version > bound,
            Operator::AtLeast => version >= bound,
            Operator::Less => version < bound,
            Operator::AtMost => version <= bound,
        })
    }

    /// The versions at which the answer of [`Constraint::allows`] can change.
    pub(super) fn bounds(&self) -> impl Iterator<Item = Version> {
        self.0.iter().map(|&(_, bound)| bound)
    }
}

/// Adds one term of a constraint, such as `>= 1.2` or `~> 4.0`.
fn add_term(term: &str, comparisons: &mut Vec<(Operator, Version)>) -> Option<()> {
    let digits = term.find(|c: char| c == 'v' || c.is_ascii_digit())?;
    let (operator, version) = term.split_at(digits);
    let (version, numbers) = parse(version)?;
    let operator = match operator.trim_end() {
        "" | "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        ">=" => Operator::AtLeast,
        "<" => Operator::Less,
        "<=" => Operator::AtMost,
        // Only prereleases satisfy `~> 1.0.0-rc1`. Nobody means that, so nothing is concluded from it.
        "~>" if version.is_release => {
            comparisons.push((Operator::AtLeast, version));
            // Only the last number that is written may grow. So `~> 1` has no upper bound.
            match numbers {
                1 => return Some(()),
                2 => comparisons.push((Operator::Less, v(version.major.checked_add(1)?, 0, 0))),
                _ => comparisons.push((Operator::Less, v(version.major, version.minor.checked_add(1)?, 0))),
            }
            return Some(());
        }
        _ => return None,
    };
    comparisons.push((operator, version));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_sort_as_numbers_and_prereleases_first() {
        let version = |text| Version::parse(text).expect("a version");
        assert!(version("1.9.0") < version("1.10.0"));
        assert!(version("v4.2.0") == version("4.2.0"));
        assert!(version("4.1.9") < version("4.2.0-rc1") && version("4.2.0-rc1") < version("4.2.0"));
        assert_eq!(version("1.2.3+build"), v(1, 2, 3));
        for text in
            ["", "1", "1.2", "1.2.3.4", "1.2.x", "main", "+1.2.3", "1.-2.3", "1.2.3-", "99999999999999999999.0.0"]
        {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn constraints_allow_what_terraform_allows() {
        for (constraint, allowed, refused) in [
            ("1.2.3", &["1.2.3"][..], &["1.2.2", "1.2.4"][..]),
            ("1.2", &["1.2.0"], &["1.2.1"]),
            ("= v1.2.3", &["1.2.3"], &["1.2.4"]),
            ("!= 1.2.3", &["1.2.2", "2.0.0"], &["1.2.3"]),
            ("> 1.2.3", &["1.2.4", "2.0.0"], &["1.2.3", "1.2.4-rc1"]),
            (">=1.2", &["1.2.0", "9.0.0"], &["1.1.9", "1.3.0-beta"]),
            ("< 2.0.0", &["1.9.9", "0.0.0"], &["2.0.0", "2.0.0-rc1"]),
            ("<= 2.0.0", &["2.0.0"], &["2.0.1"]),
            ("~> 1", &["1.0.0", "2.5.0"], &["0.9.0"]),
            ("~> 1.2", &["1.2.0", "1.9.0"], &["1.1.9", "2.0.0"]),
            ("~> 1.2.3", &["1.2.3", "1.2.9"], &["1.2.2", "1.3.0"]),
            (">= 1.0, != 1.5.0, < 2.0", &["1.0.0", "1.5.1"], &["0.9.0", "1.5.0", "2.0.0"]),
            ("= 1.2.3-rc1", &["1.2.3-rc1"], &["1.2.3"]),
        ] {
            let parsed = Constraint::parse(constraint).expect(constraint);
            let allows = |text: &&&str| parsed.allows(Version::parse(text).expect("a version"));
            assert!(allowed.iter().all(|text| allows(&text)), "{constraint}");
            assert!(!refused.iter().any(|text| allows(&text)), "{constraint}");
        }
    }

    #[test]
    fn malformed_constraints() {
        for text in
            ["", "latest", ">= 1.0,", "=> 1.0", "^1.2", "~> 1.0.0-rc1", "1.2.3.4", ">= ", "1.x", "${var.version}"]
        {
            assert!(Constraint::parse(text).is_none(), "{text}");
        }
    }
}
