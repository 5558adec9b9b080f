//! A run to show in tests: one module with a role in one file and launchers in the other.

use std::path::PathBuf;

use crate::aws::naming::IdStyle;
use crate::aws::slots::{Attribute, Expected, SlotSpec, TERRAFORM};
use crate::aws::trust::Trust;
use crate::check::{Diagnostic, FileChange, Language, Related, Site, UnitReport};
use crate::model::{
    InstanceSelector, Instances, Leaf, LeafId, LeafUse, Node, NodeId, Origin, Reason, Resolution, Role, RoleAttr,
    RoleId, Slot, SlotId, SlotState, TemplateString, Unit,
};
use crate::plan::{Change, Fix, FixId, IndexEdit, InsertionPoint, NewName, Plan, PlannedId, PlannedProfile, Target};
use crate::report::Run;
use crate::rules::{Applicability, Rule, Severity, Suggestion};
use crate::text::{Edit, FileId, Location, Position, Source, Span, splice};

/// What to do about the file that cannot be read.
pub(crate) const HELP: &str = "ipfix cannot read this file; it is left as it is";

pub(crate) const IAM: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app-role\"\n}\n";

pub(crate) const MAIN: &str = r#"resource "aws_instance" "web" {
  ami                  = "ami-1"
  iam_instance_profile = aws_iam_role.app.name
}

resource "aws_launch_configuration" "batch" {
  iam_instance_profile = aws_iam_role.app.arn
}

data "aws_iam_role" "console" {
  name = "console"
}

resource "aws_instance" "old" {
  iam_instance_profile = data.aws_iam_role.console.name
}

resource "aws_instance" "dark" {
  iam_instance_profile = var.profile
}
"#;

pub(crate) static ROLE: Rule = Rule {
    code: "IPF001",
    name: "role-as-profile",
    summary: "IAM role used where an instance profile is expected",
    severity: Severity::Error,
    documentation: "# role-as-profile (IPF001)\n\nA role is not an instance profile.\n",
    ..Rule::BASE
};

pub(crate) static DARK: Rule = Rule {
    code: "IPF011",
    name: "unresolved-profile",
    summary: "The value cannot be resolved",
    severity: Severity::Note,
    documentation: "# unresolved-profile (IPF011)\n\nNeeds manual review.\n",
    ..Rule::BASE
};

pub(crate) static CHANCE: Rule = Rule {
    code: "IPF009",
    name: "accidental-match",
    summary: "It works by chance",
    severity: Severity::Warning,
    documentation: "# accidental-match (IPF009)\n\nCreation order is a race.\n",
    ..Rule::BASE
};

/// The rules of the sample.
pub(crate) static RULES: [&Rule; 3] = [&ROLE, &CHANCE, &DARK];

/// Where `part` is in a file of the sample.
fn place(file: u32, part: &str) -> Span {
    let text = [IAM, MAIN][file as usize];
    let start = text.find(part).expect("a part of the sample");
    Span::new(FileId(file), start..start + part.len())
}

fn spec(resource: &str) -> &'static SlotSpec {
    TERRAFORM.iter().find(|spec| spec.resource == resource).expect("a row of the table")
}

fn node(address: &str, file: u32, heading: &str) -> Node {
    let at = place(file, heading);
    Node {
        address: address.to_owned(),
        name_span: at,
        span: at,
        reads: Default::default(),
        accepts_insertions: true,
        condition: None,
        loops: Vec::new(),
        turns: 1,
        refers_to_undeclared: false,
        possible_override: None,
    }
}

fn role(node: u32, address: &str, origin: Origin, name: &str) -> Role {
    Role {
        family: &crate::aws::family::AWS,
        node: Some(NodeId(node)),
        address: address.to_owned(),
        label: address.rsplit('.').next().expect("a label").to_owned(),
        origin,
        name: Some(TemplateString::literal(name)),
        instances: Instances::One,
        provider_alias: String::new(),
        trust: Trust::Ec2,
        condition: None,
        passed_to_module: None,
        passed_to_caller: None,
        has_path: false,
        module: None,
    }
}

fn launcher(unit: &mut Unit, address: &str, heading: &str, value: &str, resolution: Resolution) {
    let at = place(1, value);
    let owner = NodeId::from(unit.nodes.len());
    unit.nodes.push(node(address, 1, heading));
    let leaf = LeafId::from(unit.leaves.len());
    unit.leaves.push(Leaf {
        span: at,
        resolution,
        definition: None,
        editable_in_place: true,
        index: None,
        shares_steps: false,
        ordered_by: None,
        is_list: false,
        may_fail: false,
        filtered: false,
        fallback: false,
        conditions: Vec::new(),
        crossing: None,
        reported_elsewhere: false,
    });
    unit.slots.push(Slot {
        family: &crate::aws::family::AWS,
        owner,
        spec: spec(address.split('.').next().expect("a type")),
        argument: "iam_instance_profile".to_owned(),
        value: at,
        argument_span: at,
        span: at,
        state: SlotState::Expected { expected: Expected::Name },
        leaves: vec![LeafUse { leaf, reference_span: None }],
        provider_alias: String::new(),
        instances: crate::model::Instances::One,
        overridden: false,
        uneditable_reason: None,
        reaches: Vec::new(),
        check: crate::model::InputCheck::None,
        unsafe_reason: None,
    });
}

fn unit() -> Unit {
    let mut unit = Unit::new(IdStyle::Label);
    unit.nodes.push(node("aws_iam_role.app", 0, "resource \"aws_iam_role\" \"app\""));
    unit.nodes.push(node("data.aws_iam_role.console", 1, "data \"aws_iam_role\" \"console\""));
    unit.roles.push(role(0, "aws_iam_role.app", Origin::Declared, "app-role"));
    unit.roles.push(role(1, "data.aws_iam_role.console", Origin::Data, "console"));
    let of = |id: u32, attribute: RoleAttr| Resolution::Role(RoleId(id), attribute, InstanceSelector::Whole);
    let web = "resource \"aws_instance\" \"web\"";
    launcher(&mut unit, "aws_instance.web", web, "aws_iam_role.app.name", of(0, RoleAttr::Name));
    let batch = "resource \"aws_launch_configuration\" \"batch\"";
    launcher(&mut unit, "aws_launch_configuration.batch", batch, "aws_iam_role.app.arn", of(0, RoleAttr::Arn));
    let old = "resource \"aws_instance\" \"old\"";
    launcher(&mut unit, "aws_instance.old", old, "data.aws_iam_role.console.name", of(1, RoleAttr::Name));
    let dark = Resolution::Unknown(Reason::Variable, TemplateString::interpolation("var.profile"));
    launcher(&mut unit, "aws_instance.dark", "resource \"aws_instance\" \"dark\"", "var.profile", dark);
    unit
}

fn planned(role: u32, id: &str, name: NewName) -> PlannedProfile {
    PlannedProfile {
        role: RoleId(role),
        id: id.to_owned(),
        name,
        insertion_point: InsertionPoint::After(NodeId(role)),
        unsafe_reason: None,
    }
}

fn fix(index: u32, profile: u32, applicability: Applicability, label: &str) -> Fix {
    Fix {
        violations: vec![index as usize],
        slots: vec![SlotId(index)],
        adds: vec![PlannedId(profile)],
        changes: vec![Change::Rewire {
            leaf: LeafId(index),
            to: Target::Planned(PlannedId(profile)),
            kind: Attribute::Name,
            index: IndexEdit::Keep,
        }],
        applicability,
        title: format!("add aws_iam_instance_profile.{label} and use its name"),
        unsafe_reasons: Vec::new(),
    }
}

fn block(file: u32, after: &str, label: &str, role: &str) -> Edit {
    let end = place(file, after).end;
    let text = format!(
        "\nresource \"aws_iam_instance_profile\" \"{label}\" {{\n  name = {role}.name\n  role = {role}.name\n}}\n"
    );
    Edit { span: Span::new(FileId(file), end..end), text, order: 0 }
}

fn rewired(old: &str, label: &str) -> Edit {
    Edit { span: place(1, old), text: format!("aws_iam_instance_profile.{label}.name"), order: 0 }
}

fn finding(
    index: u32,
    rule: &'static Rule,
    unit: &Unit,
    message: &str,
    related: Vec<Related>,
    edits: Vec<Edit>,
) -> Diagnostic {
    let source = Source::new("app/main.tf", MAIN.into(), true).expect("text");
    let span = unit.slots[index as usize].value;
    let (slot, leaf) = (SlotId(index), LeafId(index));
    Diagnostic {
        rule: Some(rule),
        site: Some(Site { slot, leaf, suggestion: Suggestion::DisplayOnly }),
        related,
        fix: (!edits.is_empty()).then_some(FixId(index)),
        edits,
        ..Diagnostic::at_span(&source, span, rule.severity, message.to_owned(), None)
    }
}

/// A run over that module: two safe fixes that share a new profile, one unsafe fix, one note; and a file that is none.
pub(crate) fn run() -> Run {
    let unit = unit();
    let declared =
        || vec![Related { location: Location::Here(unit.nodes[0].name_span), message: "the role".to_owned() }];
    let app = || block(0, IAM, "app", "aws_iam_role.app");
    let console = block(1, "name = \"console\"\n}\n", "console", "data.aws_iam_role.console");
    let is_role = |role: &str| format!("`{role}` is a role, not an instance profile");
    let web = vec![app(), rewired("aws_iam_role.app.name", "app")];
    let batch = vec![app(), rewired("aws_iam_role.app.arn", "app")];
    let old = vec![console, rewired("data.aws_iam_role.console.name", "console")];
    let mut findings = vec![
        finding(0, &ROLE, &unit, &is_role("aws_iam_role.app"), declared(), web.clone()),
        finding(1, &ROLE, &unit, &is_role("aws_iam_role.app"), declared(), batch.clone()),
        finding(2, &ROLE, &unit, &is_role("data.aws_iam_role.console"), Vec::new(), old),
        finding(3, &DARK, &unit, "`var.profile` may be a role or a profile", Vec::new(), Vec::new()),
    ];
    findings[0].applied = true;
    findings[1].applied = true;
    findings[2].notes.push("a role made in the console has a profile of its name".to_owned());
    findings[3].unfixable_reason = Some("the value of a variable comes from outside".to_owned());
    let source = |path: &str, text: &str| Source::new(path, text.as_bytes().to_vec(), true).expect("text");
    let sources = vec![source("app/iam.tf", IAM), source("app/main.tf", MAIN)];
    let in_main = vec![web[1].clone(), batch[1].clone()];
    let change = |file: u32, edits: Vec<Edit>| FileChange {
        file: FileId(file),
        after: splice(&sources[file as usize], &edits).expect("no overlap"),
        edits,
    };
    let changes = vec![change(0, vec![app()]), change(1, in_main)];
    let plan = Plan {
        profiles: vec![planned(0, "app", NewName::Default), planned(1, "console", NewName::Prefixed)],
        fixes: vec![
            fix(0, 0, Applicability::Safe, "app"),
            fix(1, 0, Applicability::Safe, "app"),
            fix(2, 1, Applicability::Unsafe, "console"),
        ],
        unfixed: Vec::new(),
    };
    let report = UnitReport {
        language: Language::Terraform,
        sources: sources.into(),
        unit,
        findings,
        plan,
        applied: vec![FixId(0), FixId(1)],
        changes,
        problems: Vec::new(),
        required_capability: None,
        suppressed: 0,
    };
    let help = Some(HELP.to_owned());
    let problem = Diagnostic {
        position: Some(Position { line: 3, column: 7 }),
        ..Diagnostic::about_file(Severity::Error, "app/broken.tf", "expected a value", help)
    };
    Run { units: vec![report], problems: vec![problem], files: 3, modules: 1, ..Run::default() }
}

/// The same with names that try to steer the terminal and to forge lines.
pub(crate) fn hostile() -> Run {
    let mut run = run();
    let nasty = "app/\u{1b}[31m\n::error::x%,:\u{202e}.tf";
    let unit = &mut run.units[0];
    unit.sources[crate::text::FileId(1)] =
        Source::new(nasty, MAIN.replace("ami-1", "\u{9b}31m\u{200f}").into_bytes(), true).expect("text");
    let shift = "\u{9b}31m\u{200f}".len() - "ami-1".len();
    for finding in &mut unit.findings {
        let span = finding.span.as_mut().expect("a span");
        span.start += shift;
        span.end += shift;
        finding.path = PathBuf::from(nasty);
        finding.message = "a\u{1b}[2Jb\nc\u{2067}d".to_owned();
        finding.notes = vec!["n\u{1b}\n::warning::m".to_owned()];
    }
    run.problems[0].path = PathBuf::from(nasty);
    run.problems[0].message = "p\u{9b}q\n::notice::r".to_owned();
    run
}

/// What no output may hold besides line feeds.
pub(crate) fn harmful(text: &str) -> Option<char> {
    text.chars().find(|&character| character != '\n' && crate::text::is_unsafe(character))
}
