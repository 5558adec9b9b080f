//! Which instance of a repeated resource is meant, and which instance of its role each instance of a profile holds.

use std::collections::BTreeSet;

/// How many instances a resource has.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Instances {
    /// Exactly one.
    One,
    /// Numbered ones (Terraform's `count`).
    Count(Repeat),
    /// One for each key (`for_each`).
    ForEach(Repeat),
    /// That is not known (the resource is declared nowhere that was read).
    Unknown,
}

/// What a resource is repeated over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Repeat {
    /// What decides the number or the keys, in canonical spelling: resources that repeat over equal text have the same keys.
    pub over: String,
    /// Each key with the text of its value, where all of them are written out.
    pub keys: Option<Vec<(String, Option<String>)>>,
    /// Whether there is at most one instance, whatever is put in.
    pub at_most_one: bool,
    /// Whether each value is its own key.
    pub is_set: bool,
}

impl Repeat {
    /// A number or keys of which only the expression is known.
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

    /// Whether one of the instances is certainly called so.
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

    /// The index that picks this instance: `[0]`, `["web"]`. None if the key cannot be written plainly.
    pub(super) fn index_of(&self, key: &str) -> Option<String> {
        let plain = |character: char| !character.is_control() && !matches!(character, '"' | '\\' | '$' | '%');
        match self {
            Instances::Count(_) => Some(format!("[{key}]")),
            Instances::ForEach(_) => key.chars().all(plain).then(|| format!("[\"{key}\"]")),
            Instances::One | Instances::Unknown => None,
        }
    }

    /// The index by which a block that repeats alike picks its own instance.
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

/// Where the names of an expression mean something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scoped {
    /// In the whole unit.
    Nowhere,
    /// In the block of the launcher (`count.index`, `each.key`).
    Block,
    /// In a block or loop that is not (or not only) the launcher's own.
    Elsewhere,
}

/// The step of a reference that picks an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    /// As it is written, without white space: `[0]`, `["web"]`, `[count.index]`, `[*]`.
    pub text: String,
    /// The key, if it is written out.
    pub key: Option<String>,
    /// Where its names mean something.
    pub scoped: Scoped,
    /// If it takes all: which of them is taken in the end (`element(x.*.name, count.index)`, `x.*.name[0]`).
    pub element: Option<Box<Index>>,
}

impl Index {
    /// The key that it comes to in the instance of this key and value.
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
