//! Reads the text of a configuration file. All that is wrong with it is said at once, each with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::aws::slots::{Attribute, ModuleSlot};
use crate::plan::Naming;
use crate::workspace::config::glob::{AS_IN_GITIGNORE, Builder, Globs};
use crate::workspace::config::{Config, check_rule, did_you_mean};

/// All keys of a configuration file.
pub(crate) const KEYS: [&str; 7] =
    ["select", "ignore", "per-file-ignores", "exclude", "unsafe-fixes", "profile-name", "slot"];

/// All keys of a `[[slot]]`.
pub(crate) const SLOT_KEYS: [&str; 3] = ["source", "input", "takes"];

/// The naming policies.
pub(crate) const NAMINGS: [(&str, Naming); 3] =
    [("role-name", Naming::RoleName), ("prefix", Naming::Prefix), ("none", Naming::Unnamed)];

/// What an input can take.
pub(crate) const TAKES: [(&str, Attribute); 2] = [("name", Attribute::Name), ("arn", Attribute::Arn)];

/// Something wrong in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ConfigProblem {
    /// Where.
    pub(crate) at: Range<usize>,
    /// What, in one sentence without a full stop.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

type Value<'t> = Spanned<DeValue<'t>>;

/// Reads a configuration.
///
/// # Errors
/// All that is wrong, in the order of the text.
pub(crate) fn parse(text: &str) -> Result<Config, Vec<ConfigProblem>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { faults: Vec::new() };
    if errors.is_empty() {
        let config = reader.config(document.get_ref());
        if reader.faults.is_empty() {
            return Ok(config);
        }
    }
    let syntax = errors.into_iter().map(|error| {
        let end = text.len();
        let at = error.span().unwrap_or(end..end);
        let help = match error.message() {
            "duplicate key" => "keep one of them",
            _ => "correct this place: the file is written in TOML",
        };
        ConfigProblem { at, message: error.message().to_owned(), help: Some(help.to_owned()) }
    });
    let mut faults = reader.faults;
    faults.extend(syntax);
    faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
    Err(faults)
}

struct Reader {
    faults: Vec<ConfigProblem>,
}

impl Reader {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "select" => config.select = self.rules("select", value),
                "ignore" => config.ignore = self.rules("ignore", value),
                "per-file-ignores" => config.ignore_in = self.ignores_by_file(value),
                "exclude" => config.exclude = self.globs("exclude", value),
                "unsafe-fixes" => match value.get_ref() {
                    DeValue::Boolean(set) => config.unsafe_fixes = *set,
                    _ => self.wrong_type("unsafe-fixes", "true or false", value),
                },
                "profile-name" => config.naming = self.one_of("profile-name", &NAMINGS, value).unwrap_or_default(),
                "slot" => config.slots = self.slots(value),
                _ => self.unknown_key(key, &KEYS),
            }
        }
        config
    }

    fn fault(&mut self, at: Range<usize>, message: String, help: Option<String>) {
        self.faults.push(ConfigProblem { at, message, help });
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, value: &Value<'_>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(value.span(), format!("{key} must be {wanted}, not {found}"), None);
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) {
        let word = key.get_ref();
        let help = did_you_mean(word, known.iter().copied());
        let help = help.unwrap_or_else(|| format!("known here are {}", known.join(", ")));
        self.fault(key.span(), format!("there is no key {word}"), Some(help));
    }

    fn text<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        match text {
            None => self.wrong_type(key, "text", value),
            Some("") => self.fault(
                value.span(),
                format!("{key} must not be empty"),
                Some("fill it in, or leave it out".to_owned()),
            ),
            Some(_) => {}
        }
        text.filter(|text| !text.is_empty())
    }

    fn list<'v, 't>(&mut self, key: &str, of: &str, value: &'v Value<'t>) -> &'v [Value<'t>] {
        match value.get_ref() {
            DeValue::Array(items) => items,
            _ => {
                self.wrong_type(key, &format!("a list of {of}"), value);
                &[]
            }
        }
    }

    fn rules(&mut self, key: &str, value: &Value<'_>) -> Vec<String> {
        let mut rules = Vec::new();
        for item in self.list(key, "rules", value) {
            let Some(word) = self.text(&format!("a rule in {key}"), item) else { continue };
            match check_rule(word) {
                Ok(()) => rules.push(word.to_owned()),
                Err(message) => self.fault(item.span(), message, None),
            }
        }
        rules
    }

    fn globs(&mut self, key: &str, value: &Value<'_>) -> Globs {
        let mut globs = Builder::new();
        for item in self.list(key, "globs", value) {
            let Some(glob) = self.text(&format!("a glob in {key}"), item) else { continue };
            if let Err((message, help)) = globs.add(glob) {
                self.fault(item.span(), message, Some(help.to_owned()));
            }
        }
        self.built(globs, value.span())
    }

    fn built(&mut self, globs: Builder, at: Range<usize>) -> Globs {
        globs.build().unwrap_or_else(|message| {
            self.fault(at, message, Some(AS_IN_GITIGNORE.to_owned()));
            Globs::default()
        })
    }

    fn ignores_by_file(&mut self, value: &Value<'_>) -> Vec<(Globs, Vec<String>)> {
        const KEY: &str = "per-file-ignores";
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(KEY, "a table of globs with their rules", value);
            return Vec::new();
        };
        let mut ignores = Vec::new();
        for (glob, rules) in table {
            let mut globs = Builder::new();
            let added = match glob.get_ref().starts_with('!') {
                true => Err(("a glob that starts with ! would match nothing".to_owned(), "leave out the !")),
                false => globs.add(glob.get_ref()),
            };
            match added {
                Ok(()) => ignores.push((self.built(globs, glob.span()), self.rules(KEY, rules))),
                Err((message, help)) => self.fault(glob.span(), message, Some(help.to_owned())),
            }
        }
        ignores
    }

    fn one_of<T: Copy>(&mut self, key: &str, known: &[(&str, T)], value: &Value<'_>) -> Option<T> {
        let word = self.text(key, value)?;
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let words: Vec<String> = known.iter().map(|(name, _)| format!("{name:?}")).collect();
            let help = did_you_mean(word, known.iter().map(|(name, _)| *name));
            self.fault(value.span(), format!("{key} must be one of {}", words.join(", ")), help);
        }
        found
    }

    fn slots(&mut self, value: &Value<'_>) -> Vec<ModuleSlot> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("slot", "a list of tables, each written as [[slot]]", value);
            return Vec::new();
        };
        self.each_slot(items)
    }

    fn each_slot(&mut self, items: &DeArray<'_>) -> Vec<ModuleSlot> {
        let mut slots = Vec::new();
        for item in items {
            let DeValue::Table(table) = item.get_ref() else {
                self.wrong_type("a slot", "a table with source, input and takes", item);
                continue;
            };
            slots.extend(self.slot(table, item.span()));
        }
        slots
    }

    fn slot(&mut self, table: &DeTable<'_>, at: Range<usize>) -> Option<ModuleSlot> {
        for (key, _) in table.iter().filter(|(key, _)| !SLOT_KEYS.contains(&key.get_ref().as_ref())) {
            self.unknown_key(key, &SLOT_KEYS);
        }
        let missing: Vec<&str> = SLOT_KEYS.into_iter().filter(|key| table.get(*key).is_none()).collect();
        if !missing.is_empty() {
            self.fault(
                at.clone(),
                format!("this slot lacks {}", missing.join(" and ")),
                Some("add what it lacks".to_owned()),
            );
        }
        let (source, input, takes) = (table.get("source"), table.get("input"), table.get("takes"));
        let glob = source.and_then(|source| self.text("source", source));
        let input = input.and_then(|input| self.text("input", input));
        let takes = takes.and_then(|takes| self.one_of("takes", &TAKES, takes));
        match ModuleSlot::new(glob?, input?, takes?) {
            Ok(slot) => Some(slot),
            Err(message) => {
                let at = source.map_or(at, Spanned::span);
                self.fault(at, format!("this is no glob: {message}"), Some(AS_IN_GITIGNORE.to_owned()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
