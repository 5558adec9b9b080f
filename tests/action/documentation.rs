//! What the documentation says about the action.

use std::collections::BTreeSet;

use serde_yaml::Value;

use crate::runner::action;

/// The section of the action.
fn section() -> &'static str {
    let text = include_str!("../../docs/integrations.md");
    let start = text.find("\n## GitHub Actions\n").unwrap() + 1;
    let end = text[start..].find("\n## ").unwrap();
    &text[start..start + end]
}

/// The blocks of YAML in the section.
fn blocks() -> Vec<Value> {
    let blocks = section().split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| serde_yaml::from_str(block).unwrap()).collect()
}

/// All steps in a block, which is a workflow or a list of steps.
fn steps(block: &Value) -> Vec<&Value> {
    match block.as_sequence() {
        Some(steps) => steps.iter().collect(),
        None => block["jobs"]
            .as_mapping()
            .unwrap()
            .iter()
            .flat_map(|(_, job)| job["steps"].as_sequence().unwrap())
            .collect(),
    }
}

/// The names in the first column of the table below this heading cell, and their second column.
fn table(title: &str) -> BTreeSet<(String, String)> {
    let rows = section().lines().skip_while(|line| !line.starts_with(&format!("| {title} |"))).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        (cells[1].to_owned(), cells[2].to_owned())
    })
    .collect()
}

fn names(of: &Value) -> BTreeSet<String> {
    of.as_mapping().unwrap().iter().map(|(name, _)| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn tables_are_complete() {
    let action = action();
    let inputs: BTreeSet<(String, String)> = names(&action["inputs"])
        .into_iter()
        .map(|name| (name.clone(), action["inputs"][name.as_str()]["default"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(table("input"), inputs);
    let outputs: BTreeSet<String> = table("output").into_iter().map(|(name, _)| name).collect();
    assert_eq!(outputs, names(&action["outputs"]));
}

#[test]
fn examples_use_the_action_as_it_is() {
    let action = action();
    let (inputs, outputs) = (names(&action["inputs"]), names(&action["outputs"]));
    let blocks = blocks();
    let mut uses = 0;
    for block in &blocks {
        let mut ids = BTreeSet::new();
        for step in steps(block) {
            let Some(name) = step["uses"].as_str() else { continue };
            if !name.starts_with("ipfix-iac/ipfix@") {
                continue;
            }
            uses += 1;
            if let Some(id) = step["id"].as_str() {
                ids.insert(id.to_owned());
            }
            if !step["with"].is_null() {
                let unknown: Vec<String> = names(&step["with"]).difference(&inputs).cloned().collect();
                assert!(unknown.is_empty(), "{unknown:?}");
            }
        }
        let text = serde_yaml::to_string(block).unwrap();
        for rest in text.split("steps.").skip(1) {
            let mut parts = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let (id, word, output) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            assert!(ids.contains(id) && word == "outputs" && outputs.contains(output), "steps.{id}.{word}.{output}");
        }
    }
    assert!(uses > 0);
}

/// The workflow gives no more than it must.
#[test]
fn workflows_are_hardened() {
    let workflows: Vec<Value> = blocks().into_iter().filter(Value::is_mapping).collect();
    assert!(!workflows.is_empty());
    for workflow in &workflows {
        assert!(workflow["permissions"].as_mapping().unwrap().is_empty());
        for (_, job) in workflow["jobs"].as_mapping().unwrap() {
            assert!(job["permissions"].is_mapping());
        }
        for step in steps(workflow) {
            let (name, reference) = step["uses"].as_str().unwrap().split_once('@').unwrap();
            let is_hash = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash || name == "ipfix-iac/ipfix" && reference == "COMMIT", "{name}@{reference}");
            if name == "actions/checkout" {
                assert_eq!(step["with"]["persist-credentials"].as_bool(), Some(false));
            }
        }
    }
}
