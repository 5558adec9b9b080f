//! The most common mistake in every layout: the result means what it has to mean, as another parser reads it.

use proptest::prelude::*;

use crate::bytes::bytes;
use crate::invariants::Request;
use crate::print::layout;
use crate::templates::{file, role};
use crate::value::{Value, list, long_name, map, refer, text};
use crate::wirings::{LAUNCHERS, USUAL};
use crate::{config, held};

/// A template with one launcher wired to its one role; and what it has to become.
fn fault(role: &Value, launcher: fn(Value) -> Value, form: fn(&str) -> Value, launcher_first: bool) -> [Value; 2] {
    let template = |profile: Option<Value>, wiring: Value| {
        let mut resources = map([("AppRole", role.clone()), ("Topic", map([("Type", text("AWS::SNS::Topic"))]))]);
        profile.into_iter().for_each(|profile| resources.put(false, "AppInstanceProfile", profile));
        resources.put(launcher_first, "Web", launcher(wiring));
        map([("AWSTemplateFormatVersion", text("2010-09-09")), ("Resources", resources)])
    };
    let of_role = |name: &str| role.member("Properties").and_then(|properties| properties.member(name));
    let mut properties = map([("Roles", list([refer("AppRole")]))]);
    let path = of_role("Path").filter(|path| !matches!(path, Value::Text(path) if path == "/"));
    path.into_iter().for_each(|path| properties.put(true, "Path", path.clone()));
    let mut profile = map([("Type", text("AWS::IAM::InstanceProfile")), ("Properties", properties)]);
    let condition = role.member("Condition");
    condition.into_iter().for_each(|condition| profile.put(false, "Condition", condition.clone()));
    [template(None, form("AppRole")), template(Some(profile), refer("AppInstanceProfile"))]
}

/// What a value means, in one spelling. Whether the name or the ARN of the profile is expected depends on the argument, which cases show.
fn meaning(value: &serde_yaml::Value) -> String {
    use serde_yaml::Value as Yaml;
    let joined = |parts: Vec<String>| parts.join(",");
    match value {
        Yaml::Null => "null".to_owned(),
        Yaml::Bool(value) => value.to_string(),
        Yaml::Number(value) => value.to_string(),
        Yaml::String(text) => text.clone(),
        Yaml::Sequence(items) => format!("[{}]", joined(items.iter().map(meaning).collect())),
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            called(&long_name(tag.trim_start_matches('!')), &meaning(&tagged.value))
        }
        Yaml::Mapping(entries) => match entries.iter().next() {
            Some((Yaml::String(key), argument)) if entries.len() == 1 && (key == "Ref" || key.starts_with("Fn::")) => {
                called(key, &meaning(argument))
            }
            _ => {
                let entry = |(key, value)| format!("{}={}", meaning(key), meaning(value));
                let mut entries: Vec<String> = entries.iter().map(entry).collect();
                entries.sort();
                format!("{{{}}}", joined(entries))
            }
        },
    }
}

fn called(function: &str, argument: &str) -> String {
    let plain: String = argument.chars().filter(|letter| !"[]${}".contains(*letter)).collect();
    match (function, plain.as_str()) {
        ("Ref" | "Fn::Sub", "AppInstanceProfile") => "PROFILE".to_owned(),
        ("Fn::GetAtt", "AppInstanceProfile.Arn" | "AppInstanceProfile,Arn") => "PROFILE".to_owned(),
        ("Fn::Sub", "AppInstanceProfile.Arn") => "PROFILE".to_owned(),
        _ => format!("{function}({argument})"),
    }
}

fn read(text: &str) -> Result<serde_yaml::Value, TestCaseError> {
    let text = text.trim_start_matches('\u{feff}');
    // Some JSON is no YAML to libyaml.
    let json = serde_json::from_str::<serde_json::Value>(text).ok();
    let json = json.and_then(|json| serde_yaml::to_value(json).ok());
    json.map_or_else(|| serde_yaml::from_str(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}"))), Ok)
}

proptest! {
    #![proptest_config(config())]

    /// Found, rewired and nothing else.
    #[test]
    fn generated_mistakes_are_fixed(
        role in role(),
        launcher in prop::sample::select(&LAUNCHERS[..LAUNCHERS.len() - 1]),
        form in prop::sample::select(USUAL),
        launcher_first in any::<bool>(),
        layout in layout(true),
        bytes in bytes(),
    ) {
        let [before, after] = fault(&role, launcher, form, launcher_first);
        let tree = file("template.yaml", &before, &layout, &bytes);
        let request = Request { paths: vec![".".to_owned()], unsafe_fixes: false, format: false, arguments: Vec::new() };
        let outcome = held(&tree, &request)?;
        let got = String::from_utf8_lossy(&outcome.after.0["template.yaml"]).into_owned();
        prop_assert!(outcome.problems == 0 && outcome.fixable == 1, "{:?}\n{got}", outcome.report);
        let due = meaning(&read(&layout.plain().print(&after))?);
        prop_assert_eq!(meaning(&read(&got)?), due, "{}", got);
    }
}
