//! How many instances a resource has, and which of them an index selects.

use std::collections::BTreeSet;

/// How many instances a resource has.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Instances {
    /// Exactly one.
    One,
    /// Numbered instances (Terraform's `count`).
    Count(Repeat),
    /// One for each key (`for_each`).
    ForEach(Repeat),
    /// Unknown: no readable file declares the resource.
    Unknown,
}

/// What a resource is repeated over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Repeat {
    /// The expression of the number or the keys, in canonical spelling. Resources that repeat over equal text have the same keys.
    pub over: String,
    /// Each key with the text of its value, if all of them are literals.
    pub keys: Option<Vec<(String, Option<String>)>>,
    /// Whether there is at most one instance, whatever the inputs are.
    pub at_most_one: bool,
    /// Whether each value is its own key.
    pub is_set: bool,
}

impl Repeat {
    /// A number or keys that are known only as an expression.
    pub fn over(expression: impl Into<String>) -> Self {
        Repeat { over: expression.into(), ..Repeat::default() }
    }

    pub(super) fn only_key(&self) -> Option<&str> {
        match self.keys.as_deref() {
            Some([(key, _)]) => Some(key),
            _ => None,
        }
    }
}

impl Instances {
    /// What it is repeated over, if it is.
    pub fn repeat(&self) -> Option<&Repeat> {
        match self {
            Instances::Count(repeat) | Instances::ForEach(repeat) => Some(repeat),
            Instances::One | Instances::Unknown => None,
        }
    }

    /// Whether both certainly have the same keys.
    pub fn repeat_alike(&self, other: &Instances) -> bool {
        match (self, other) {
            (Instances::Count(one), Instances::Count(other)) | (Instances::ForEach(one), Instances::ForEach(other)) => {
                one.over == other.over || one.key_names().is_some_and(|keys| other.key_names() == Some(keys))
            }
            _ => false,
        }
    }

    /// Whether one of the instances certainly has this key.
    pub(super) fn has_key(&self, key: &str) -> bool {
        let keys = self.repeat().and_then(|repeat| repeat.keys.as_ref());
        keys.is_some_and(|keys| keys.iter().any(|(own, _)| own == key))
    }

    /// Whether there is certainly no second instance.
    pub fn at_most_one(&self) -> bool {
        match self {
            Instances::One => true,
            Instances::Count(repeat) | Instances::ForEach(repeat) => repeat.at_most_one,
            Instances::Unknown => false,
        }
    }

    /// The index that selects this instance: `[0]`, `["web"]`. None if the key needs escapes.
    pub(super) fn index_of(&self, key: &str) -> Option<String> {
        let plain = |character: char| !character.is_control() && !matches!(character, '"' | '\\' | '$' | '%');
        match self {
            Instances::Count(_) => Some(format!("[{key}]")),
            Instances::ForEach(_) => key.chars().all(plain).then(|| format!("[\"{key}\"]")),
            Instances::One | Instances::Unknown => None,
        }
    }

    /// The index by which a block with the same keys selects its own instance.
    pub(super) fn own_index(&self) -> Option<&'static str> {
        match self {
            Instances::Count(_) => Some("[count.index]"),
            Instances::ForEach(_) => Some("[each.key]"),
            Instances::One | Instances::Unknown => None,
        }
    }
}

impl Repeat {
    pub(super) fn key_names(&self) -> Option<BTreeSet<&str>> {
        Some(self.keys.as_ref()?.iter().map(|(key, _)| key.as_str()).collect())
    }
}

/// Where the names in an index are valid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum IndexScope {
    /// In the whole unit.
    Unit,
    /// Only in the block of the launcher (`count.index`, `each.key`).
    Block,
    /// In another block or loop.
    Other,
}

/// The step of a reference that selects an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    /// As it is written, without white space: `[0]`, `["web"]`, `[count.index]`, `[*]`.
    pub text: String,
    /// The key, if it is a literal.
    pub key: Option<String>,
    /// Where its names are valid.
    pub scope: IndexScope,
    /// If it selects all instances: which of them is selected in the end (`element(x.*.name, count.index)`, `x.*.name[0]`).
    pub element: Option<Box<Index>>,
}

impl Index {
    /// The key that it evaluates to in the instance with this key and value.
    pub(super) fn key_for(&self, key: &str, value: Option<&str>) -> Option<String> {
        if let Some(written) = &self.key {
            return Some(written.clone());
        }
        let inner = self.text.strip_prefix('[')?.strip_suffix(']')?;
        match inner {
            "count.index" | "each.key" => return Some(key.to_owned()),
            "each.value" => return value.map(str::to_owned),
            _ => {}
        }
        let number: i64 = key.parse().ok()?;
        let shift = inner.strip_prefix("count.index")?;
        let (sign, amount) = shift.split_at_checked(1)?;
        let amount: i64 = amount.parse().ok().filter(|_| amount.bytes().all(|byte| byte.is_ascii_digit()))?;
        match sign {
            "+" => Some((number + amount).to_string()),
            "-" => Some((number - amount).to_string()),
            _ => None,
        }
    }
}
