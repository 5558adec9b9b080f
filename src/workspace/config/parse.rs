//! Reads the text of a configuration file.
//!
//! By hand rather than by `serde`: everything that is wrong is reported in one go, each with its place and the known word that is closest to it.
//! A derived reader stops at the first error.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::aws::slots::{Attribute, ModuleInput};
use crate::plan::Naming;
use crate::workspace::config::glob::{AS_IN_GITIGNORE, Builder, Globs};
use crate::workspace::config::{Config, check_rule, did_you_mean};

/// All keys of a configuration file.
pub(crate) const KEYS: [&str; 8] = [
    "select",
    "ignore",
    "per-file-ignores",
    "exclude",
    "unsafe-fixes",
    "profile-name",
    "follow-modules",
    "module-input",
];

/// All keys of a `[[module-input]]`.
pub(crate) const MODULE_INPUT_KEYS: [&str; 3] = ["source", "input", "takes"];

/// The naming policies.
pub(crate) const NAMINGS: [(&str, Naming); 3] =
    [("role-name", Naming::RoleName), ("prefix", Naming::Prefix), ("none", Naming::Unnamed)];

/// What an input can take.
pub(crate) const TAKES: [(&str, Option<Attribute>); 3] =
    [("name", Some(Attribute::Name)), ("arn", Some(Attribute::Arn)), ("nothing", None)];

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
    let mut reader = Reader { problems: Vec::new() };
    if errors.is_empty() {
        let config = reader.config(document.get_ref());
        if reader.problems.is_empty() {
            return Ok(config);
        }
    }
    let syntax = errors.into_iter().map(|error| {
        let end = text.len();
        let at = error.span().unwrap_or(end..end);
        let help = match error.message() {
            "duplicate key" => "keep one of them",
            _ => "fix the TOML syntax",
        };
        ConfigProblem { at, message: error.message().to_owned(), help: Some(help.to_owned()) }
    });
    let mut problems = reader.problems;
    problems.extend(syntax);
    problems.sort_by_key(|problem| (problem.at.start, problem.at.end));
    Err(problems)
}

struct Reader {
    problems: Vec<ConfigProblem>,
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
                "follow-modules" => match value.get_ref() {
                    DeValue::Boolean(set) => config.follow_modules = Some(*set),
                    _ => self.wrong_type("follow-modules", "true or false", value),
                },
                "module-input" => config.module_inputs = self.module_inputs(value),
                "slot" => self.report(
                    key.span(),
                    "unknown key `slot`: it is now called `module-input`".to_owned(),
                    Some("write [[module-input]]".to_owned()),
                ),
                _ => self.unknown_key(key, &KEYS),
            }
        }
        config
    }

    fn report(&mut self, at: Range<usize>, message: String, help: Option<String>) {
        self.problems.push(ConfigProblem { at, message, help });
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
        self.report(value.span(), format!("{key} must be {wanted}, not {found}"), None);
    }

    fn unknown_key(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) {
        let word = key.get_ref();
        let help = did_you_mean(word, known.iter().copied());
        let help = help.unwrap_or_else(|| format!("expected one of {}", known.join(", ")));
        self.report(key.span(), format!("unknown key `{word}`"), Some(help));
    }

    fn text<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        match text {
            None => self.wrong_type(key, "text", value),
            Some("") => self.report(
                value.span(),
                format!("{key} must not be empty"),
                Some("set a value, or remove the key".to_owned()),
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
                Err(unknown) => self.report(item.span(), unknown.to_string(), None),
            }
        }
        rules
    }

    fn globs(&mut self, key: &str, value: &Value<'_>) -> Globs {
        let mut globs = Builder::new();
        for item in self.list(key, "globs", value) {
            let Some(glob) = self.text(&format!("a glob in {key}"), item) else { continue };
            if let Err((message, help)) = globs.add(glob) {
                self.report(item.span(), message, Some(help.to_owned()));
            }
        }
        self.built(globs, value.span())
    }

    fn built(&mut self, globs: Builder, at: Range<usize>) -> Globs {
        globs.build().unwrap_or_else(|error| {
            self.report(at, error.to_string(), Some(AS_IN_GITIGNORE.to_owned()));
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
                Err((message, help)) => self.report(glob.span(), message, Some(help.to_owned())),
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
            self.report(value.span(), format!("{key} must be one of {}", words.join(", ")), help);
        }
        found
    }

    fn module_inputs(&mut self, value: &Value<'_>) -> Vec<ModuleInput> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type("module-input", "a list of tables, each written as [[module-input]]", value);
            return Vec::new();
        };
        let mut inputs = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => inputs.extend(self.module_input(table, item.span())),
                _ => self.wrong_type("a module-input", "a table with source, input and takes", item),
            }
        }
        inputs
    }

    fn module_input(&mut self, table: &DeTable<'_>, at: Range<usize>) -> Option<ModuleInput> {
        for (key, _) in table.iter().filter(|(key, _)| !MODULE_INPUT_KEYS.contains(&key.get_ref().as_ref())) {
            self.unknown_key(key, &MODULE_INPUT_KEYS);
        }
        let missing: Vec<&str> = MODULE_INPUT_KEYS.into_iter().filter(|key| table.get(*key).is_none()).collect();
        if !missing.is_empty() {
            self.report(
                at.clone(),
                format!("this module-input is missing {}", missing.join(" and ")),
                Some("add the missing keys".to_owned()),
            );
        }
        let (source, input, takes) = (table.get("source"), table.get("input"), table.get("takes"));
        let glob = source.and_then(|source| self.text("source", source));
        let input = input.and_then(|input| self.text("input", input));
        let takes = takes.and_then(|takes| self.one_of("takes", &TAKES, takes));
        match ModuleInput::new(glob?, input?, takes?) {
            Ok(input) => Some(input),
            Err(message) => {
                let at = source.map_or(at, Spanned::span);
                self.report(at, format!("invalid glob: {message}"), Some(AS_IN_GITIGNORE.to_owned()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
