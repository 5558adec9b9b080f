//! What a deployment left: Terraform's state, as far as it can be compared.

use std::collections::BTreeMap;

use serde_json::Value;

/// Resources and outputs.
pub(crate) struct State {
    /// Attributes by address.
    pub(crate) resources: BTreeMap<String, Resource>,
    /// Outputs by name.
    pub(crate) outputs: BTreeMap<String, Value>,
}

/// One instance of a resource.
pub(crate) struct Resource {
    /// Its type.
    pub(crate) kind: String,
    /// Its label.
    pub(crate) label: String,
    /// `[0]`, `["key"]` or nothing.
    pub(crate) key: String,
    /// Its attributes.
    pub(crate) attributes: Value,
}

/// What is written by the module's author, and so must be as before.
const COMPARED: [&str; 11] = [
    "name",
    "tags",
    "role",
    "policy_arn",
    "path",
    "ami",
    "image_id",
    "instance_type",
    "tag",
    "tag_specifications",
    "input",
];

/// The one that all launchers name.
pub(crate) const AMI: &str = "ami-12345678";

impl State {
    /// From a state file.
    pub(crate) fn read(state: &Value) -> State {
        let mut resources = BTreeMap::new();
        for resource in state["resources"].as_array().into_iter().flatten().filter(|one| one["mode"] == "managed") {
            let (kind, label) = (text(&resource["type"]), text(&resource["name"]));
            for instance in resource["instances"].as_array().into_iter().flatten() {
                let key = instance.get("index_key").map_or(String::new(), |key| format!("[{key}]"));
                let attributes = instance["attributes"].clone();
                let one = Resource { kind: kind.clone(), label: label.clone(), key: key.clone(), attributes };
                let module = resource["module"].as_str().map_or(String::new(), |module| format!("{module}."));
                resources.insert(format!("{module}{kind}.{label}{key}"), one);
            }
        }
        let outputs = state["outputs"].as_object().into_iter().flatten();
        let outputs = outputs.map(|(name, output)| (name.clone(), without_chance(&output["value"]))).collect();
        State { resources, outputs }
    }

    /// What stood in the slot of each instance of a launcher, by its key.
    pub(crate) fn probed(&self, label: &str) -> BTreeMap<String, Value> {
        let probes = self.resources.values().filter(|one| one.kind == "terraform_data");
        let of = probes.filter(|one| one.label.strip_prefix("probe_") == Some(label));
        of.map(|one| (one.key.clone(), one.attributes["input"]["value"].clone())).collect()
    }

    /// The role that a value names, by name, ARN or unique ID.
    pub(crate) fn role_called(&self, value: &str) -> Option<String> {
        let mut roles = self.resources.values().filter(|one| one.kind == "aws_iam_role");
        let role =
            roles.find(|one| ["name", "arn", "unique_id"].iter().any(|known| one.attributes[*known] == value))?;
        role.attributes["name"].as_str().map(str::to_owned)
    }

    /// What differs in everything but the launchers' profiles; `whole`: nothing may be missing either.
    pub(crate) fn differences(&self, after: &State, whole: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        for (address, before) in self.resources.iter().filter(|(_, one)| one.kind != "terraform_data") {
            let Some(after) = after.resources.get(address) else {
                wrong.extend(whole.then(|| format!("gone: {address}")));
                continue;
            };
            let drawn = before.attributes["name_prefix"].as_str().is_some_and(|prefix| !prefix.is_empty());
            for attribute in COMPARED.into_iter().filter(|attribute| !(drawn && *attribute == "name")) {
                let [old, new] = [before, after].map(|one| without_chance(&one.attributes[attribute]));
                if old != new {
                    wrong.push(format!("changed: {address}.{attribute} was {old} and is {new}"));
                }
            }
        }
        for (address, one) in &after.resources {
            if one.kind != "aws_iam_instance_profile" && !self.resources.contains_key(address) {
                wrong.push(format!("new: {address}"));
            }
        }
        for (name, old) in &self.outputs {
            let new = after.outputs.get(name);
            if new.is_some_and(|new| new != old) || (whole && new.is_none()) {
                wrong.push(format!("changed: output {name} was {old} and is {}", new.unwrap_or(&Value::Null)));
            }
        }
        wrong
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A value without what is drawn anew in each deployment.
fn without_chance(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("terraform-") || text.starts_with("AROA") => Value::Null,
        Value::String(text) if text.starts_with("ami-") && text != AMI => Value::Null,
        Value::String(text) if text.starts_with("instance_type-") => Value::Null,
        Value::Array(items) => items.iter().map(without_chance).collect(),
        Value::Object(entries) => {
            let drawn = |key: &str| matches!(key, "unique_id" | "id" | "create_date");
            let kept = entries.iter().filter(|(key, _)| !drawn(key) || entries.len() < 3);
            Value::Object(kept.map(|(key, value)| (key.clone(), without_chance(value))).collect())
        }
        other => other.clone(),
    }
}
