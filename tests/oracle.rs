//! Deploys the cases against a simulation of AWS, before and after.
//!
//! The simulations are not part of this repository: `IPFIX_ORACLE_DIR` names a directory with the programs `tf-oracle` and `cfn-oracle`, which take
//! modules or templates on standard input and print one JSON object for each. Without it these tests are *ignored*, never passed.
//! A case takes part by `oracle = "apply"` (refused before, goes through after) or `oracle = "applies"` (goes through after).
//! Its twin in Terraform's JSON syntax must be as valid as it is.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::exit, missing_docs, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

mod harness;
mod hcl_to_json;
mod invariants;
mod tables;

use harness::case::{Case, Oracle};
use harness::tree::{is_source, is_terraform_json};
use hcl_to_json::twin;

/// Terraform modules are deployed in so many processes at once.
const PARTS: usize = 2;

/// Of so many twins one is validated; `IPFIX_ALL_TWINS=1` validates all of them, which takes minutes.
const SOME_TWINS: usize = 4;

fn main() {
    let arguments = Arguments::from_args();
    let oracle = std::env::var_os("IPFIX_ORACLE_DIR").map(PathBuf::from).filter(|directory| directory.is_dir());
    if oracle.is_none() {
        harness::tools::skipped("IPFIX_ORACLE_DIR names no directory, so NO case is deployed");
    }
    let ignored = oracle.is_none();
    let directory = oracle.unwrap_or_default();
    let mut trials = Vec::new();
    for part in 0..PARTS {
        let program = directory.join("tf-oracle");
        let deploy = move || Ok(deploy(&program, &cases("terraform", part)?, judge_module)?);
        trials.push(
            Trial::test(format!("terraform_cases_deploy_{}_of_{PARTS}", part + 1), deploy).with_ignored_flag(ignored),
        );
    }
    for part in 0..PARTS {
        let program = directory.join("tf-oracle");
        let validate = move || {
            let every = if std::env::var_os("IPFIX_ALL_TWINS").is_some() { 1 } else { SOME_TWINS };
            let cases: Vec<Case> = cases("terraform", part)?.into_iter().step_by(every).collect();
            Ok(validate_twins(&program, &cases)?)
        };
        trials.push(
            Trial::test(format!("json_twins_are_valid_{}_of_{PARTS}", part + 1), validate).with_ignored_flag(ignored),
        );
    }
    let program = directory.join("cfn-oracle");
    let deploy = move || {
        let cases: Vec<Case> = (0..PARTS)
            .map(|part| cases("cloudformation", part))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect();
        Ok(deploy(&program, &cases, judge_template)?)
    };
    trials.push(Trial::test("cloudformation_cases_deploy", deploy).with_ignored_flag(ignored));
    libtest_mimic::run(&arguments, trials).exit();
}

/// One part of an engine's cases that can be deployed.
fn cases(engine: &str, part: usize) -> Result<Vec<Case>, String> {
    let cases = Case::all(engine).into_iter().map(|(_, case)| case).collect::<Result<Vec<_>, _>>()?;
    let cases = cases.into_iter().chain(tables::all(engine)).skip(part).step_by(PARTS);
    Ok(cases.filter(|case| case.settings.oracle.is_some()).collect())
}

/// What the oracle says of a case: before, after.
type Verdicts = [Value; 2];

/// Hands all cases, before and after, to one process, and has `judge` look at what it says of each.
fn deploy(program: &Path, cases: &[Case], judge: fn(&Case, &Verdicts) -> Vec<String>) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut inputs = Vec::new();
    for case in cases {
        for (name, tree) in [("before", &case.before), ("after", &case.after)] {
            let directory = scratch.path().join(&case.name).join(name);
            tree.write(&directory);
            let mut sources = tree.0.keys().filter(|path| is_source(path));
            let input = match (sources.next(), sources.next()) {
                (Some(template), None) if !template.ends_with(".tf") && !is_terraform_json(template) => {
                    directory.join(template)
                }
                _ => directory,
            };
            inputs.push(input);
        }
    }
    let said = ask(program, &[], &inputs)?;
    let mut wrong = Vec::new();
    for (case, said) in cases.iter().zip(said.chunks_exact(2)) {
        let verdicts = [said[0].clone(), said[1].clone()];
        let complaints = judge(case, &verdicts);
        wrong.extend(complaints.into_iter().map(|complaint| format!("{}: {complaint}", case.name)));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// A twin in JSON is valid, unless the case itself is not: it would else be the twin of something else.
fn validate_twins(program: &Path, cases: &[Case]) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut inputs = Vec::new();
    for case in cases {
        for (name, tree) in [("before", &case.before), ("after", &case.after)] {
            let json = twin(tree);
            if (name == "after" && case.before == case.after) || json == *tree {
                continue;
            }
            let directories = ["native", "json"].map(|syntax| scratch.path().join(&case.name).join(name).join(syntax));
            tree.write(&directories[0]);
            json.write(&directories[1]);
            inputs.push(directories);
        }
    }
    let ask = |inputs: Vec<PathBuf>| ask(program, &["--no-apply"], &inputs);
    let error = |verdict: &Value| {
        let failed = ["init", "validate"].into_iter().find(|step| verdict[step] != "ok");
        failed.map(|step| format!("{step}: {}", verdict[step]))
    };
    let said = ask(inputs.iter().map(|[_, json]| json.clone()).collect())?;
    let invalid = inputs.iter().zip(&said).filter_map(|([native, _], said)| Some((native, error(said)?)));
    let invalid: Vec<(&PathBuf, String)> = invalid.collect();
    let said = ask(invalid.iter().map(|(native, _)| (*native).clone()).collect())?;
    let wrong = invalid.iter().zip(&said).filter(|(_, said)| error(said).is_none());
    let wrong: Vec<String> = wrong.map(|((native, error), _)| format!("{}: {error}", native.display())).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// One process for all inputs; what it says, in their order.
fn ask(program: &Path, arguments: &[&str], inputs: &[PathBuf]) -> Result<Vec<Value>, String> {
    let mut child = Command::new(program)
        .arg("--stdin")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let list: String = inputs.iter().map(|input| format!("{}\n", input.display())).collect();
    let writer = std::thread::spawn(move || stdin.write_all(list.as_bytes()));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    writer.join().expect("the writer").map_err(|error| error.to_string())?;
    let stdout = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    let said: Result<Vec<Value>, _> = stdout.lines().map(serde_json::from_str).collect();
    let said = said.map_err(|error| format!("{error}\n{stdout}"))?;
    if said.len() == inputs.len() {
        return Ok(said);
    }
    Err(format!("{} inputs, {} answers\n{}", inputs.len(), said.len(), String::from_utf8_lossy(&output.stderr)))
}

fn judge_module(case: &Case, [before, after]: &Verdicts) -> Vec<String> {
    let step = |verdict: &Value| {
        let failed = ["init", "validate", "apply"].into_iter().find(|step| verdict[step] != "ok");
        failed.map(|step| format!("{step}: {}", verdict[step]))
    };
    let mut wrong = Vec::new();
    if case.settings.oracle == Some(Oracle::Apply) {
        match step(before) {
            None => wrong.push("goes through as it was".to_owned()),
            Some(error) if !is_about_the_profile(&error) => {
                wrong.push(format!("before, refused for another reason: {error}"))
            }
            Some(_) => {}
        }
    }
    wrong.extend(step(after).map(|error| format!("still refused: {error}")));
    wrong.extend(wrong_roles(case, after));
    wrong
}

/// Whether an error is one that ipfix fixes: AWS's message for an invalid profile or role, or Terraform's for an invalid argument.
fn is_about_the_profile(error: &str) -> bool {
    let words = [
        "Invalid IAM Instance Profile",
        "Invalid IamInstanceProfile",
        "roleName",
        "Unsupported argument",
        "Unsupported block type",
        "Extraneous JSON object property",
        "Incorrect JSON value type",
        "Incorrect attribute value type",
        "Invalid function argument",
        "string required",
        "is an invalid ARN",
    ];
    words.iter().any(|word| error.contains(word))
}

fn judge_template(case: &Case, [before, after]: &Verdicts) -> Vec<String> {
    let mut wrong = Vec::new();
    if case.settings.oracle == Some(Oracle::Apply) && before["ok"] == true {
        wrong.push("goes through as it was".to_owned());
    }
    if after["ok"] != true {
        wrong.push(format!("still refused: {after}"));
    }
    wrong.extend(wrong_roles(case, after));
    wrong
}

/// Each launcher has a profile with the role that the case names, by name or (where the deployment generates one) by logical ID.
fn wrong_roles(case: &Case, after: &Value) -> Vec<String> {
    let instances: BTreeMap<String, Value> = serde_json::from_value(after["instances"].clone()).unwrap_or_default();
    let mut wrong = Vec::new();
    for (address, role) in &case.settings.roles {
        let got = instances.get(address).and_then(|instance| instance["role"].as_str());
        let right = got.is_some_and(|got| got == role || got.starts_with(&format!("oracle-{role}-")));
        if !right {
            wrong.push(format!("{address} runs with {got:?} instead of {role}"));
        }
    }
    for (address, instance) in &instances {
        if !instance["profile"].is_null() && instance["role"].is_null() {
            wrong.push(format!("{address} has a profile without a role"));
        }
    }
    wrong
}
