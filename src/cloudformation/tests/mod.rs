//! Reading and editing together, with the real rules and the real plan.

mod capabilities;
mod placing;
mod reading;
mod rewiring;

use std::collections::BTreeMap;

use crate::cloudformation::Template;
use crate::language::Frontend;
use crate::model::UnitIndex;
use crate::plan::{self, FixId, Naming, Plan};
use crate::rules;
use crate::text::{FileId, Source, Sources, splice};

pub(super) fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec(), true).expect("text")
}

pub(super) fn read(text: &str) -> Template {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let (template, errors) = Template::read(&vec![source(name, text)].into());
    assert_eq!(errors, [], "{text}");
    template
}

/// The plan for all findings of a template.
pub(super) fn plan(template: &Template) -> Plan {
    let index = UnitIndex::of(template.unit());
    plan::plan(&index, &rules::check(&index), &|_| true, Naming::default(), &BTreeMap::new())
}

/// The text after all fixes, safe or not; the second parser checks it.
pub(super) fn fixed(text: &str) -> String {
    let name = if text.trim_start().starts_with('{') { "t.json" } else { "t.yaml" };
    let sources: Sources = vec![source(name, text)].into();
    let source = &sources[FileId(0)];
    let (template, errors) = Template::read(&sources);
    assert_eq!(errors, [], "{text}");
    let plan = plan(&template);
    let chosen: Vec<FixId> = plan.ids().collect();
    let edits = template.edits(&sources, &plan, &chosen).expect("edits");
    let after = source.with_text(splice(source, &edits).unwrap_or_else(|error| panic!("{error}: {edits:#?}")));
    assert_eq!(template.crosscheck_before(&sources), None);
    let after = vec![after].into();
    let (read_again, _) = Template::read(&after);
    let after = &after[FileId(0)];
    read_again.crosscheck(after).unwrap_or_else(|error| panic!("{error}\n{}", after.text()));
    after.text().to_owned()
}
