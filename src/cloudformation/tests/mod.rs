//! Reading and editing together, with the real rules and the real plan.

mod capabilities;
mod examples;
mod placing;
mod reading;
mod rewiring;

use std::collections::BTreeMap;

use crate::cloudformation::Template;
use crate::language::{EditError, Frontend, Parsed, UnitText};
use crate::model::UnitIndex;
use crate::plan::{self, FixId, Naming, Plan};
use crate::rules;
use crate::text::{FileId, ReadError, Source, Sources, splice};

pub(super) fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec(), true).expect("text")
}

pub(super) fn read(text: &str) -> Template {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let (template, errors) = parsed(&vec![source(name, text)].into());
    assert_eq!(errors, [], "{text}");
    template
}

/// A template and what is wrong with it.
pub(super) fn parsed(sources: &Sources) -> (Template, Vec<ReadError>) {
    let Parsed { frontend, errors, .. } = Template::read(UnitText::of(sources));
    (frontend, errors)
}

/// The plan for all findings of a template.
pub(super) fn plan(template: &Template) -> Plan {
    let index = UnitIndex::of(template.unit());
    plan::plan(&index, &rules::check(&index), &|_| true, Naming::default(), &BTreeMap::new())
}

/// The text after all fixes, safe or not; the second parser checks it.
pub(super) fn fixed(text: &str) -> String {
    try_fixed(text).expect("edits")
}

/// The same, or why there are no edits.
pub(super) fn try_fixed(text: &str) -> Result<String, EditError> {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let sources: Sources = vec![source(name, text)].into();
    let source = &sources[FileId(0)];
    let (template, errors) = parsed(&sources);
    assert_eq!(errors, [], "{text}");
    let plan = plan(&template);
    let chosen: Vec<FixId> = plan.ids().collect();
    let edits = template.edits(&sources, &plan, &chosen)?;
    let after = source.with_text(splice(source, &edits).unwrap_or_else(|error| panic!("{error}: {edits:#?}")));
    assert_eq!(template.crosscheck(FileId(0), source), Ok(()));
    let after = vec![after].into();
    let (read_again, _) = parsed(&after);
    let after = &after[FileId(0)];
    assert_eq!(read_again.crosscheck(FileId(0), after), Ok(()), "{}", after.text());
    Ok(after.text().to_owned())
}
