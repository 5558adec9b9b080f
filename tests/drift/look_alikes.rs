//! The table of what only looks like an argument for an instance profile: `look_alikes.toml`.

use serde::Deserialize;

/// The table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Exceptions {
    /// Places that take no instance profile, although they are called so or described so.
    #[serde(rename = "look-alike")]
    pub(crate) look_alikes: Vec<Entry>,
    /// Rows of the slot table that the newest schema lacks.
    #[serde(rename = "absent")]
    pub(crate) absent: Vec<Entry>,
    /// Places of CloudFormation that the provider `awscc` lacks.
    #[serde(rename = "not-in-awscc")]
    pub(crate) not_in_awscc: Vec<Entry>,
}

/// A place, and why it is an exception.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// A place, or a type and `.*`: all of its arguments.
    pub(crate) place: String,
    pub(crate) reason: String,
    /// The release that introduced the place, if the schemas of the oracle are older.
    pub(crate) since: Option<String>,
}

impl Entry {
    pub(crate) fn is_of(&self, place: &str) -> bool {
        match self.place.strip_suffix('*') {
            Some(start) => place.starts_with(start),
            None => self.place == place,
        }
    }
}

impl Exceptions {
    pub(crate) fn read() -> Result<Exceptions, String> {
        let table: Exceptions = toml::from_str(include_str!("look_alikes.toml")).map_err(|error| error.to_string())?;
        let entries = table.look_alikes.iter().chain(&table.absent).chain(&table.not_in_awscc);
        match entries.filter(|entry| !entry.reason.ends_with('.')).map(|entry| &entry.place).next() {
            Some(place) => Err(format!("look_alikes.toml: the reason of {place} is not a sentence")),
            None => Ok(table),
        }
    }
}
