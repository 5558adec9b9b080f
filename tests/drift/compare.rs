//! The slot table against schemas, both ways.

use std::collections::BTreeSet;

use ipfix_iac::aws::slots::{Shape, SlotSpec};

use crate::look_alikes::Entry;
use crate::schemas::{Schema, awscc, normalized};

/// A row of the slot table.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) place: String,
    /// The keys of a nested block, if the slot is one.
    keys: Option<BTreeSet<String>>,
    /// Places that the table says do not exist.
    unknown: Vec<String>,
}

impl Row {
    pub(crate) fn of(spec: &SlotSpec) -> Row {
        let within = spec.within.iter().map(|step| step.key);
        let path: Vec<&str> = std::iter::once(spec.resource).chain(within).chain([spec.key]).collect();
        let place = path.join(".");
        let names = spec.unknown_arguments.iter().chain(spec.aliases);
        let mut unknown: Vec<String> = names.map(|name| format!("{}.{name}", spec.resource)).collect();
        let keys = match spec.shape {
            Shape::Keys { keys, unknown_keys } => {
                unknown.extend(unknown_keys.iter().map(|key| format!("{place}.{key}")));
                Some(keys.iter().map(|&(key, _)| key.to_owned()).collect())
            }
            _ => None,
        };
        Row { place, keys, unknown }
    }

    /// The row of the `awscc` provider with the names of [`Schema::as_awscc`].
    pub(crate) fn as_awscc(&self) -> Row {
        Row {
            place: awscc(&self.place),
            keys: self.keys.as_ref().map(|keys| keys.iter().map(|key| normalized(key)).collect()),
            unknown: self.unknown.iter().map(|place| awscc(place)).collect(),
        }
    }

    pub(crate) fn resource(&self) -> &str {
        self.place.split('.').next().unwrap_or_default()
    }

    /// The provider whose resource type it is: `aws`, `awscc`.
    pub(crate) fn provider(&self) -> &str {
        self.place.split('_').next().unwrap_or_default()
    }

    fn covers(&self, place: &str) -> bool {
        match place.strip_prefix(&self.place) {
            Some("") => true,
            Some(key) => self.keys.iter().flatten().any(|it| key.strip_prefix('.') == Some(it)),
            None => false,
        }
    }
}

/// What is compared.
pub(crate) struct Comparison {
    pub(crate) rows: Vec<Row>,
    /// The newest one last.
    pub(crate) schemas: Vec<Schema>,
    pub(crate) look_alikes: Vec<Entry>,
    pub(crate) absent: Vec<Entry>,
    /// Whether the last schema is a newer release than those of the oracle.
    pub(crate) is_newer: bool,
    /// Whether the schemas of the oracle are among them. Without them, nothing can be said to match nothing.
    pub(crate) is_complete: bool,
}

const LOOK_ALIKES: &str = "tests/drift/look_alikes.toml";

impl Comparison {
    /// All that is wrong with the slot table and the table of exceptions.
    pub(crate) fn problems(&self) -> BTreeSet<String> {
        let mut problems = BTreeSet::new();
        self.compare_places(&mut problems);
        if let Some(newest) = self.schemas.last() {
            for row in &self.rows {
                problems.extend(self.problem_of(row, newest));
                let known = row.unknown.iter().filter(|place| newest.places.contains_key(*place));
                problems.extend(known.map(|place| {
                    format!("{place}: the slot table says that there is no such argument, and {} has it", newest.name)
                }));
            }
        }
        if self.is_complete {
            self.find_stale(&mut problems);
        }
        problems
    }

    /// Each place that mentions an instance profile must be a row or a look-alike.
    fn compare_places(&self, problems: &mut BTreeSet<String>) {
        // The newest schema first: it is the one to name.
        let mut seen = BTreeSet::new();
        for schema in self.schemas.iter().rev() {
            for (place, _) in schema.places.iter().filter(|(_, it)| it.is_suspicious) {
                let is_row = self.rows.iter().any(|row| row.covers(place));
                let is_look_alike = self.look_alikes.iter().any(|entry| entry.is_of(place));
                if is_row == is_look_alike && seen.insert(place) {
                    problems.insert(match is_row {
                        true => format!("{place}: both a row of src/aws/slots/ and a look-alike in {LOOK_ALIKES}"),
                        false => format!(
                            "{place} ({}): neither a row of src/aws/slots/ nor a look-alike in {LOOK_ALIKES}",
                            schema.name
                        ),
                    });
                }
            }
        }
    }

    /// A row must be what the newest schema says.
    fn problem_of(&self, row: &Row, newest: &Schema) -> Option<String> {
        let place = &row.place;
        if !newest.places.contains_key(place) {
            let entry = self.absent.iter().find(|entry| entry.is_of(place));
            return match entry {
                None => Some(format!(
                    "{place}: a row, but {} has no such argument; if that is right, say why in {LOOK_ALIKES}",
                    newest.name
                )),
                Some(entry) if entry.since.is_some() && self.is_newer => Some(format!(
                    "{place}: {LOOK_ALIKES} says that a newer release has it, but {} does not",
                    newest.name
                )),
                Some(_) => None,
            };
        }
        let below = newest.below(place);
        match &row.keys {
            None if below.is_empty() => None,
            None => Some(format!("{place}: a row for a value, but {} has a block with {below:?}", newest.name)),
            Some(keys) if keys.iter().map(String::as_str).eq(below.iter().copied()) => None,
            Some(keys) => Some(format!("{place}: a row with the keys {keys:?}, but {} has {below:?}", newest.name)),
        }
    }

    /// Each exception must have a use.
    fn find_stale(&self, problems: &mut BTreeSet<String>) {
        let is_early = |entry: &Entry| entry.since.is_some() && !self.is_newer;
        for entry in self.look_alikes.iter().filter(|entry| !is_early(entry)) {
            let mut places = self.schemas.iter().flat_map(|schema| &schema.places);
            if !places.any(|(place, it)| it.is_suspicious && entry.is_of(place)) {
                problems.insert(format!("{}: the look-alike in {LOOK_ALIKES} matches nothing", entry.place));
            }
        }
        for entry in &self.absent {
            let has_it = |schema: &Schema| schema.places.keys().any(|place| entry.is_of(place));
            let is_known_now = self.schemas.last().is_some_and(has_it) && (entry.since.is_none() || !self.is_newer);
            if is_known_now || !self.rows.iter().any(|row| entry.is_of(&row.place)) {
                problems.insert(format!("{}: the entry in {LOOK_ALIKES} that it is absent is not needed", entry.place));
            }
        }
    }
}
