//! Right wirings of the cases, broken one at a time: each fault must be found where it was made. HCL and JSON are broken by the same code, which
//! knows of both only how a string and a reference are written.
#![allow(missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use std::ops::Range;

mod harness;
mod invariants;
mod tables;

use harness::case::Case;
use harness::library::Library;
use harness::tree::{Tree, is_terraform_json};
use invariants::{Request, Subject as _};

/// The argument that most launchers have.
const KEY: &str = "iam_instance_profile";

/// A right reference to a profile: `iam_instance_profile = aws_iam_instance_profile.app.name` in one of the two languages.
struct Wiring {
    path: String,
    /// The key, without quotes.
    key: Range<usize>,
    /// All between the sign after the key and the end of the value, in the file's language.
    value: Range<usize>,
    /// `aws_iam_instance_profile.app.name`
    reference: Range<usize>,
    /// `app`
    label: String,
    /// `name`
    attribute: String,
}

/// A way to break it, and the rules that may say so.
type Fault = (&'static str, fn(&Wiring, &mut String), &'static [&'static str]);

const FAULTS: &[Fault] = &[
    ("the role", |wiring, text| text.replace_range(wiring.reference.clone(), &wiring.role()), &["IPF001", "IPF009"]),
    (
        "the role as text",
        |wiring, text| text.replace_range(wiring.value.clone(), &format!("\"{}\"", wiring.role())),
        &["IPF007"],
    ),
    (
        "a made-up argument",
        |wiring, text| {
            text.replace_range(wiring.reference.clone(), &wiring.role());
            text.replace_range(wiring.key.clone(), "iam_role");
        },
        &["IPF003"],
    ),
    (
        "a made-up argument with a right value",
        |wiring, text| text.replace_range(wiring.key.clone(), "instance_profile"),
        &["IPF003"],
    ),
    (
        "an object for a string",
        |wiring, text| {
            let sign = if is_terraform_json(&wiring.path) { ":" } else { " =" };
            let quote = if is_terraform_json(&wiring.path) { "\"" } else { "" };
            let value = format!("{{{quote}name{quote}{sign} {}}}", &text[wiring.value.clone()]);
            text.replace_range(wiring.value.clone(), &value);
        },
        &["IPF006", "IPF011"],
    ),
    (
        "a reference to no profile",
        |wiring, text| text.replace_range(wiring.reference.clone(), "aws_iam_role.zz_no_such_role.name"),
        &["IPF001", "IPF002", "IPF008", "IPF009"],
    ),
];

impl Wiring {
    fn role(&self) -> String {
        let attribute = if self.attribute == "arn" { "arn" } else { "name" };
        format!("aws_iam_role.{}.{attribute}", self.label)
    }

    /// All of a file in which nothing else stands between the key and the reference.
    fn all(path: &str, text: &str) -> Vec<Wiring> {
        let is_json = is_terraform_json(path);
        let [before, open, close] = if is_json { ["\"", "\"${", "}\""] } else { ["", "", ""] };
        let starts = text.match_indices("aws_iam_instance_profile.");
        let wiring = |(start, kind): (usize, &str)| {
            let name = |from: usize| {
                let rest = &text[from..];
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '-');
                rest[..end.unwrap_or(rest.len())].to_owned()
            };
            let label = name(start + kind.len());
            let attribute = text[start + kind.len() + label.len()..]
                .strip_prefix('.')
                .map(|_| name(start + kind.len() + label.len() + 1))?;
            let end = start + kind.len() + label.len() + 1 + attribute.len();
            let rest = text[end..].strip_prefix(close)?;
            let ends = rest.trim_start_matches([' ', '\t', '\r']);
            if !ends.starts_with(['\n', ',', '}']) {
                return None;
            }
            let value = start.checked_sub(open.len())?;
            let key = text[..start].strip_suffix(open)?.trim_end();
            let key = key.strip_suffix(['=', ':'])?.trim_end().strip_suffix(before)?;
            let key_start = key.strip_suffix(KEY)?.len();
            let is_whole = text[..key_start].ends_with(['"', ' ', '\t', '\n', '{']);
            let has_role = text.contains(&format!("aws_iam_role.{label}."));
            (is_whole && has_role && matches!(attribute.as_str(), "name" | "id" | "arn")).then(|| Wiring {
                path: path.to_owned(),
                key: key_start..key.len(),
                value: value..end + close.len(),
                reference: start..end,
                label,
                attribute,
            })
        };
        starts.filter_map(wiring).collect()
    }
}

fn request() -> Request {
    Request { paths: vec![".".to_owned()], unsafe_fixes: true, format: false, arguments: Vec::new() }
}

/// The results of all cases, in which nothing is left to say. Suppressions, configuration and override files would hide faults, and of the inputs of
/// modules other things are said.
fn right_trees() -> Vec<(String, Tree)> {
    let cases =
        Case::all("terraform").into_iter().map(|(name, case)| case.unwrap_or_else(|error| panic!("{name}: {error}")));
    let cases = cases.chain(tables::all("terraform"));
    let result = |case: Case| (case.name.clone(), case.before.with(&case.after));
    let is_plain = |(_, tree): &(String, Tree)| {
        let text = |bytes: &Vec<u8>| {
            std::str::from_utf8(bytes).is_ok_and(|text| !text.contains("ipfix:") && !text.contains("module"))
        };
        tree.0
            .iter()
            .all(|(path, bytes)| !["/", ".toml", "override"].iter().any(|word| path.contains(word)) && text(bytes))
    };
    let is_right = |(_, tree): &(String, Tree)| {
        Library.check(tree, &request()).is_ok_and(|outcome| outcome.report.findings.is_empty() && outcome.problems == 0)
    };
    cases.map(result).filter(is_plain).filter(is_right).collect()
}

#[test]
fn every_fault_is_found() {
    let (mut made, mut missed) = ([0, 0], Vec::new());
    for (name, tree) in right_trees() {
        for (path, bytes) in &tree.0 {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            if !path.ends_with(".tf") && !is_terraform_json(path) {
                continue;
            }
            for wiring in Wiring::all(path, text) {
                // Of the blocks of a fleet, no made-up arguments are known.
                let is_nested = text.contains("launch_specification");
                for (fault, make, codes) in FAULTS.iter().filter(|(.., codes)| !is_nested || *codes != ["IPF003"]) {
                    let mut broken = text.to_owned();
                    make(&wiring, &mut broken);
                    let mut tree = tree.clone();
                    tree.0.insert(path.clone(), broken.into_bytes());
                    made[usize::from(is_terraform_json(path))] += 1;
                    if let Err(error) = found(&tree, &wiring, codes) {
                        missed.push(format!("{name} {path}:{}: {fault}: {error}", wiring.key.start));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} of {made:?} faults missed:\n{}", missed.len(), missed.join("\n"));
    assert!(made[0] > 500 && made[1] > 200, "{made:?} faults in HCL and JSON");
}

/// Whether one of these rules is broken at the wiring.
fn found(tree: &Tree, wiring: &Wiring, codes: &[&str]) -> Result<(), String> {
    let outcome = Library.check(tree, &request())?;
    // The value may be a little longer now.
    let near = wiring.key.start.saturating_sub(1)..wiring.value.end + 20;
    let is_it = |finding: &&harness::json::Finding| {
        codes.contains(&finding.code.as_str()) && finding.file == wiring.path && near.contains(&finding.start.offset)
    };
    let findings = &outcome.report.findings;
    // A made-up argument may be there already: Terraform refuses the second one.
    let is_refused = outcome.report.problems.iter().any(|problem| problem.message.starts_with("duplicate argument"));
    if is_refused || findings.iter().any(|finding| is_it(&finding)) {
        return Ok(());
    }
    let said = findings.iter().map(|finding| format!("{} at {}", finding.code, finding.start.offset));
    Err(format!("{:?} {:?}", said.collect::<Vec<_>>(), outcome.report.problems))
}
