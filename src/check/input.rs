//! What is asked: the files of one unit, and the options.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::slots::ModuleInput;
use crate::language::{Callers, Child, UnitText, UnreadableFile};
use crate::plan::Naming;
use crate::rules::Rule;
use crate::text::{Source, Sources};

/// Which language a unit is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Language {
    /// A Terraform (or OpenTofu) module: all files of one directory.
    Terraform,
    /// A CloudFormation template: one file.
    CloudFormation,
}

/// What to look for and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Apply fixes that a person should agree to.
    pub unsafe_fixes: bool,
    /// Only these rules (codes or beginnings of codes); empty means all.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// Work out the edits of every fix alone, applied or not, as machine formats show them.
    pub resolve_fixes: bool,
    /// Not these rules in these files, which are called as [`Source::path`] has it.
    pub ignore_in: BTreeMap<PathBuf, Vec<String>>,
    /// How new profiles are called.
    pub naming: Naming,
    /// Do not follow values into the modules that are called.
    pub ignore_modules: bool,
    /// Inputs of the user's own modules that take an instance profile (Terraform).
    pub module_inputs: Vec<ModuleInput>,
}

impl Options {
    pub(crate) fn is_enabled(&self, rule: &Rule, path: &Path) -> bool {
        let named = |list: &[String]| list.iter().any(|name| rule.matches_selector(name));
        let ignored_there = || self.ignore_in.get(path).is_some_and(|ignored| named(ignored));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore) && !ignored_there()
    }
}

/// The files of one unit.
#[derive(Debug)]
#[non_exhaustive]
pub struct Input {
    /// The language.
    pub language: Language,
    /// All files of the unit in the order of their paths, context included.
    pub sources: Sources,
    /// Files of the unit that are no text.
    pub unreadable: Vec<UnreadableFile>,
    /// Child modules by their sources, and nested templates by their paths, as they are written; of one that is not here nothing is known.
    pub children: BTreeMap<String, Child>,
    /// What is known of the units that call this one.
    pub callers: Callers,
    /// Whether Terraform and OpenTofu read different files of the unit, so that its interface is unknown.
    pub is_ambiguous: bool,
    /// Whether the unit is only read for what it gives to the modules that it calls: a file that cannot be read is no error then.
    pub is_incidental: bool,
    /// Whether the user named the template itself and not a directory above it: then it is an error if it cannot be read.
    pub is_explicit: bool,
}

impl Input {
    pub(crate) fn text<'u>(&'u self, options: &'u Options) -> UnitText<'u> {
        UnitText {
            sources: &self.sources,
            unreadable: &self.unreadable,
            children: &self.children,
            module_inputs: &options.module_inputs,
            callers: &self.callers,
            follows_modules: !options.ignore_modules,
            wants_interface: false,
        }
    }

    /// A unit of readable files.
    pub fn new(language: Language, sources: Vec<Source>) -> Self {
        Input {
            language,
            sources: sources.into(),
            unreadable: Vec::new(),
            children: BTreeMap::new(),
            callers: Callers::default(),
            is_ambiguous: false,
            is_incidental: false,
            is_explicit: true,
        }
    }
}
