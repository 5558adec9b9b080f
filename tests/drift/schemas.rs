//! What a release of a provider, or of CloudFormation, can be given: all arguments and properties that are not read-only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::harness::tools::tool;

/// Parts of names of arguments that take an instance profile, in lower case and without underscores. Some are called roles.
const NAMES: [&str; 4] = ["instanceprofile", "instancerole", "jobflowrole", "iamprofile"];

/// The same, where the whole name is meant.
const WHOLE_NAMES: [&str; 1] = ["resourcerole"];

/// Parts of descriptions, patterns and formats, in lower case.
const WORDS: [&str; 3] = ["instance profile", "instance-profile", "instanceprofile"];

/// The arguments of the resource types of one release.
#[derive(Default)]
pub(crate) struct Schema {
    pub(crate) name: String,
    /// By place: the type and the names on the way down, `aws_spot_fleet_request.launch_specification.iam_instance_profile`.
    pub(crate) places: BTreeMap<String, Place>,
}

/// An argument or nested block.
#[derive(Clone, Default)]
pub(crate) struct Place {
    /// Whether its name, or what is said of it, mentions an instance profile.
    pub(crate) is_suspicious: bool,
}

/// A name without what differs between the languages: `ec_2_instance_profile_arn` is `Ec2InstanceProfileArn`.
pub(crate) fn normalized(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '_' | ':')).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_suspicious(name: &str, text: &str) -> bool {
    let (name, text) = (normalized(name), text.to_ascii_lowercase());
    NAMES.iter().any(|part| name.contains(part))
        || WHOLE_NAMES.contains(&name.as_str())
        || WORDS.iter().any(|word| text.contains(word))
}

impl Schema {
    fn add(&mut self, place: &str, name: &str, text: &str) {
        self.places.entry(place.to_owned()).or_default().is_suspicious |= is_suspicious(name, text);
    }

    /// The names one level below a place.
    pub(crate) fn below(&self, place: &str) -> BTreeSet<&str> {
        let start = format!("{place}.");
        let below = self.places.range(start.clone()..).map_while(|(name, _)| name.strip_prefix(&start));
        below.filter(|name| !name.contains('.')).collect()
    }

    /// Whether there is a type of this provider (`aws`), the part of its types' names before the first underscore.
    pub(crate) fn has_provider(&self, provider: &str) -> bool {
        let start = format!("{provider}_");
        self.places.range(start.clone()..).next().is_some_and(|(name, _)| name.starts_with(&start))
    }

    /// The CloudFormation schemas under the names of the `awscc` provider, normalized. The provider is generated from them.
    pub(crate) fn as_awscc(&self) -> Schema {
        let places = self.places.iter().map(|(name, place)| (awscc(name), place.clone()));
        Schema { name: format!("{} for awscc", self.name), places: places.collect() }
    }

    /// A release in the form of `terraform providers schema -json`, or of the oracle: `[type, flags]` for an argument, and
    /// `[nesting, minimum, maximum, arguments, blocks]` for a block.
    pub(crate) fn of_provider(bytes: &[u8]) -> Result<Schema, String> {
        let json: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut schema = Schema::default();
        if let Some(providers) = json["provider_schemas"].as_object() {
            schema.name = providers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            for (resource, it) in providers.values().flat_map(|it| members(&it["resource_schemas"])) {
                schema.add_block(resource, &it["block"]);
            }
        } else {
            schema.name = format!("aws {}", json["version"].as_str().unwrap_or("?"));
            for (resource, it) in members(&json["resource"]) {
                schema.add_compact(resource, &it[0], &it[1]);
            }
        }
        if schema.places.is_empty() { Err("no resource types in it".to_owned()) } else { Ok(schema) }
    }

    /// A block, or an attribute's nested type.
    fn add_block(&mut self, place: &str, block: &Value) {
        for (name, attribute) in members(&block["attributes"]) {
            if attribute["optional"] != true && attribute["required"] != true {
                continue;
            }
            let inner = format!("{place}.{name}");
            self.add(&inner, name, attribute["description"].as_str().unwrap_or_default());
            self.add_type(&inner, &attribute["type"]);
            self.add_block(&inner, &attribute["nested_type"]);
        }
        for (name, nested) in members(&block["block_types"]) {
            let inner = format!("{place}.{name}");
            self.add(&inner, name, nested["block"]["description"].as_str().unwrap_or_default());
            self.add_block(&inner, &nested["block"]);
        }
    }

    /// The attributes of an object, in whatever collections: `["list", ["object", {...}]]`.
    fn add_type(&mut self, place: &str, kind: &Value) {
        let attributes = if kind[0] == "object" { members(&kind[1]) } else { return self.add_collection(place, kind) };
        for (name, kind) in attributes {
            let inner = format!("{place}.{name}");
            self.add(&inner, name, "");
            self.add_type(&inner, kind);
        }
    }

    fn add_collection(&mut self, place: &str, kind: &Value) {
        if kind.is_array() {
            self.add_type(place, &kind[1]);
        }
    }

    fn add_compact(&mut self, place: &str, attributes: &Value, blocks: &Value) {
        for (name, attribute) in members(attributes) {
            if attribute[1].as_str().is_some_and(|flags| flags.contains(['o', 'r'])) {
                let inner = format!("{place}.{name}");
                self.add(&inner, name, "");
                self.add_type(&inner, &attribute[0]);
            }
        }
        for (name, block) in members(blocks) {
            let inner = format!("{place}.{name}");
            self.add(&inner, name, "");
            self.add_compact(&inner, &block[3], &block[4]);
        }
    }

    /// A release of the oracle, compressed.
    pub(crate) fn of_compressed(file: &Path) -> Result<Schema, String> {
        let directory = file.parent().ok_or("no directory")?;
        let path = file.to_str().ok_or("a path that is not UTF-8")?;
        Schema::of_provider(&tool(directory, "gzip", &["-dc", path])?).map_err(|error| format!("{path}: {error}"))
    }

    /// A directory of resource schemas of CloudFormation, one JSON file for each type, or several if they differ by region. Only types that one
    /// of `resources` names, or whose schema mentions an instance profile, are read.
    pub(crate) fn of_directory(directory: &Path, resources: &BTreeSet<&str>) -> Result<Schema, String> {
        let mut schema = Schema { name: directory.display().to_string(), ..Schema::default() };
        let files = std::fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        for file in files {
            let path = file.map_err(|error| error.to_string())?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let text = std::fs::read_to_string(&path).map_err(|error| at(&error))?;
            let json: Value = serde_json::from_str(&text).map_err(|error| at(&error))?;
            let Some(resource) = json["typeName"].as_str() else { continue };
            if resources.contains(resource) || is_suspicious(&text, &text) || text.contains("esourceRole") {
                Properties { schema: &mut schema, json: &json, within: Vec::new() }.add(resource, "", &json);
            }
        }
        if schema.places.is_empty() { Err(format!("{}: no schemas", directory.display())) } else { Ok(schema) }
    }
}

/// The place of the `awscc` provider that a place of CloudFormation is, or a place of that provider itself, normalized.
pub(crate) fn awscc(place: &str) -> String {
    let place = normalized(place);
    if place.starts_with("awscc") { place } else { place.replacen("aws", "awscc", 1) }
}

fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

/// The walk through the properties of one resource schema of CloudFormation.
struct Properties<'a> {
    schema: &'a mut Schema,
    json: &'a Value,
    /// The definitions that the walk is inside of: some contain themselves.
    within: Vec<&'a str>,
}

impl<'a> Properties<'a> {
    /// `pointer` is the place as `readOnlyProperties` has it, without its beginning.
    fn add(&mut self, place: &str, pointer: &str, node: &'a Value) {
        if let Some(reference) = node["$ref"].as_str()
            && !self.within.contains(&reference)
        {
            self.within.push(reference);
            let target = self.json.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
            self.add(place, pointer, target);
            self.within.pop();
        }
        for (name, property) in members(&node["properties"]) {
            let (inner, pointer) = (format!("{place}.{name}"), format!("{pointer}/{name}"));
            if !self.is_read_only(&pointer) {
                self.schema.add(&inner, name, &self.said(property));
                self.add(&inner, &pointer, property);
            }
        }
        let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| node[*key].as_array()).flatten();
        for node in lists.chain(node.get("items")) {
            self.add(place, pointer, node);
        }
    }

    fn is_read_only(&self, pointer: &str) -> bool {
        let list = self.json["readOnlyProperties"].as_array();
        list.into_iter().flatten().filter_map(Value::as_str).any(|it| it.strip_prefix("/properties") == Some(pointer))
    }

    /// What a property says of its value.
    fn said(&self, property: &Value) -> String {
        let target = property["$ref"].as_str().and_then(|it| self.json.pointer(it.trim_start_matches('#')));
        let keys = ["description", "pattern", "format", "relationshipRef"];
        let said = [Some(property), target].into_iter().flatten().flat_map(|it| keys.map(|key| it[key].to_string()));
        said.collect::<Vec<_>>().join(" ")
    }
}
