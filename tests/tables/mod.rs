//! Cases that differ in one word or in their spelling: a row of a table is a case (or one for each spelling) with files of its own, and it is run as
//! the cases on disk are. What a row expects is written in the table or put together here, never by ipfix's own code.

// The oracle and the mutations take the rows alone.
#![allow(dead_code, reason = "each test program uses its part")]

mod modules;
mod spelling;
mod templates;

use crate::harness::case::{Case, Oracle, Settings};
use crate::harness::json::Report;
use crate::harness::library::Library;
use crate::harness::tree::Tree;
use crate::invariants::{Request, Subject as _};
use spelling::Spelling;

/// The rows of all tables of an engine.
pub(crate) fn all(engine: &str) -> Vec<Case> {
    if engine == "terraform" {
        return modules::all();
    }
    let tables = [
        ("spellings", templates::SPELLINGS),
        ("slots", templates::SLOTS),
        ("profile-arguments", templates::PROFILE_ARGUMENTS),
        ("role-arguments", templates::ROLE_ARGUMENTS),
    ];
    let rows = tables.into_iter().flat_map(|(topic, rows)| rows.iter().map(move |row| (topic, row)));
    rows.flat_map(|(topic, row)| row.spellings.iter().map(move |&spelling| row.case(topic, spelling))).collect()
}

/// Whether each fix of a row is complete alone: with nothing but its edits, fewer findings can be fixed, and the file can still be read.
pub(crate) fn fixes_alone(case: &Case) -> Result<(), String> {
    let request = Request { paths: vec![".".to_owned()], unsafe_fixes: true, format: false, arguments: Vec::new() };
    let first = Library.check(&case.before, &request)?;
    let fixes = |report: &Report| report.findings.iter().filter(|finding| finding.fix.is_some()).count();
    for fix in first.report.findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let after = Report::splice_alone(fix, &case.before)?;
        let second = Library.check(&after, &request)?;
        if fixes(&second.report) >= fixes(&first.report) || second.problems > first.problems {
            return Err(format!("fix {} is not complete alone: {:?}\n{after:?}", fix.id, second.report));
        }
    }
    Ok(())
}

/// A template, and what ipfix must make of it.
struct Row {
    name: &'static str,
    about: &'static str,
    /// Which spellings are run.
    spellings: &'static [Spelling],
    /// Code, place in each spelling (short, long, JSON), and the fix's safety.
    findings: &'static [(&'static str, [&'static str; 3], &'static str)],
    /// The exit statuses of the dry run and of `--write`.
    status: [i32; 2],
    oracle: Option<Oracle>,
    roles: &'static [(&'static str, &'static str)],
    unsafe_fixes: bool,
    /// In short YAML, after a line end: lines start with `-` (before), `+` (after) or a blank (both). `ROLE` is a role `AppRole`,
    /// `PROFILE ID` for a profile with that role.
    template: &'static str,
}

const ROLE: &str = r#"  AppRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
"#;

impl Row {
    /// A row that expects nothing.
    const NONE: Row = Row {
        name: "",
        about: "",
        spellings: &[Spelling::Short, Spelling::Long, Spelling::Json],
        findings: &[],
        status: [0, 0],
        oracle: None,
        roles: &[],
        unsafe_fixes: false,
        template: "",
    };

    /// The row in one spelling.
    fn case(&self, topic: &str, spelling: Spelling) -> Case {
        let file = if spelling == Spelling::Json { "template.json" } else { "template.yaml" };
        let (code, place, safety) = (
            |it: &(&str, [&str; 3], &str)| it.0.to_owned(),
            spelling as usize,
            |safety: &str| {
                if safety.is_empty() { String::new() } else { format!(" {safety}") }
            },
        );
        let findings = self.findings.iter().map(|it| format!("{} {file}:{}{}", code(it), it.1[place], safety(it.2)));
        let settings = Settings {
            about: self.about.to_owned(),
            unsafe_fixes: self.unsafe_fixes,
            exit: self.status[0],
            exit_write: self.status[1],
            oracle: self.oracle,
            roles: self.roles.iter().map(|(launcher, role)| ((*launcher).to_owned(), (*role).to_owned())).collect(),
            findings: findings.collect(),
            ..Settings::default()
        };
        let tree = |left_out| Tree::of(file, &spelling.write(&self.side(left_out)));
        let spelling = format!("{spelling:?}").to_ascii_lowercase();
        Case::new(format!("cloudformation/{topic}/{}/{spelling}", self.name), settings, tree('+'), tree('-'))
    }

    /// The template without the lines of the other side.
    fn side(&self, left_out: char) -> String {
        let mut text = String::new();
        for line in self.template.trim_start_matches('\n').split_inclusive('\n') {
            let Some(line) = (!line.starts_with(left_out)).then(|| &line[1..]) else { continue };
            match line.trim_end().split_once(' ') {
                _ if line == "ROLE\n" => text += ROLE,
                Some(("PROFILE", id)) => text += &profile(id),
                _ => text += line,
            }
        }
        // The last line of one side may not be the last one of the table's text.
        let length = if self.template.ends_with('\n') { text.len() } else { text.trim_end_matches('\n').len() };
        text.truncate(length);
        text
    }
}

fn profile(id: &str) -> String {
    format!("  {id}:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref AppRole\n")
}
