//! CloudFormation templates, as values.

use std::cell::Cell;

use proptest::prelude::*;

use crate::bytes::{Bytes, bytes};
use crate::harness::tree::Tree;
use crate::invariants::Request;
use crate::print::{Language, Layout, layout};
use crate::value::{Value, call, get_att, list, map, refer, resource, sub, text};
use crate::wirings::{LAUNCHERS, LOOPED, ODD_LAUNCHERS, OTHERWISE, ROUNDABOUT, USUAL};
use crate::{config, held};

/// Logical IDs of roles. The first is always there; a wiring may name one that is not.
const ROLES: [&str; 4] = ["AppRole", "Role", "Db2", "WebRole"];

/// An argument with what may be its value.
type Choices = (&'static str, &'static [fn() -> Value]);

/// Arguments of a role, each left out or with one of these.
const ROLE_PROPERTIES: &[Choices] = &[
    ("RoleName", &[|| text("app"), || text("app"), || text("AppRole"), || sub("${AWS::StackName}-app")]),
    (
        "RoleName",
        &[
            || text("app role"),
            || text("AWSRDSCustomApp"),
            || refer("Given"),
            || call("Join", list([text("-"), list([refer("AWS::StackName"), text("app")])])),
        ],
    ),
    (
        "Path",
        &[
            || text("/"),
            || text("/web/"),
            || sub("/${AWS::Region}/"),
            || call("Join", list([text("/"), list([text(""), text("web"), text("")])])),
        ],
    ),
    (
        "Description",
        &[|| text("of the web servers"), || text("two\nlines\n"), || text("kept\n\n\n"), || text("a\n\nb")],
    ),
    ("ManagedPolicyArns", &[|| list([text("arn:aws:iam::aws:policy/ReadOnlyAccess")]), || list([refer("Managed")])]),
    (
        "Tags",
        &[|| list([map([("Key", text("a")), ("Value", text("b"))]), map([("Key", text("c")), ("Value", text(""))])])],
    ),
];

/// Other keys beside the properties of a role or of a launcher.
const ATTRIBUTES: &[Choices] = &[
    ("Condition", &[|| text("A"), || text("B")]),
    ("DeletionPolicy", &[|| text("Retain")]),
    ("DependsOn", &[|| text("AppRole"), || list([text("Nested"), text("L0")])]),
    ("Metadata", &[|| map([("note", text("x"))]), || map([("ipfix", map([("ignore", list([text("IPF001")]))]))])]),
    ("UpdateReplacePolicy", &[|| text("Retain")]),
];

fn statement(service: Value) -> Value {
    let statement =
        [("Effect", text("Allow")), ("Principal", map([("Service", service)])), ("Action", text("sts:AssumeRole"))];
    map([("Version", text("2012-10-17")), ("Statement", list([map(statement)]))])
}

const TRUST: &[fn() -> Value] = &[
    || statement(text("ec2.amazonaws.com")),
    || statement(list([text("ec2.amazonaws.com"), text("lambda.amazonaws.com")])),
    || statement(text("lambda.amazonaws.com")),
    || statement(sub("ec2.${AWS::URLSuffix}")),
    || map([]),
];

/// A name, and what makes the value under it.
type Named = (&'static str, fn() -> Value);

/// Resources among roles and launchers.
const OTHERS: &[Named] = &[
    ("P", || profile([("Roles", list([refer("AppRole")]))])),
    ("P", || profile([("Path", text("/web/")), ("Roles", list([get_att("AppRole", "Arn")]))])),
    ("P", || profile([("Roles", refer("AppRole"))])),
    ("P", || profile([("Role", refer("AppRole"))])),
    ("P", || profile([("Roles", list([text("app")])), ("InstanceProfileName", text("app"))])),
    ("P", || profile([("InstanceProfileName", refer("AppRole")), ("Roles", list([refer("Role")]))])),
    ("P", || profile([("Roles", list([call("If", list([text("A"), refer("AppRole"), refer("Db2")]))]))])),
    ("P", || profile([("Roles", refer("Given"))])),
    ("P", || profile([("Roles", list([text("AppRole.Arn"), refer("Role")]))])),
    ("P", || profile([("Roles", list([sub("${AppRole.Arn}")]))])),
    ("Q", || profile([("InstanceProfileName", text("app")), ("Roles", list([refer("Role")]))])),
    ("Q", || profile([("Roles", list([refer("AppRole")]))])),
    ("AppInstanceProfile", || resource("AWS::EC2::EIP", [])),
    ("AppInstanceProfile", || profile([("Roles", list([refer("Db2")]))])),
    ("AppRoleInstanceProfile", || map([("Type", text("AWS::SNS::Topic"))])),
    ("Rights", || resource("AWS::IAM::Policy", [("PolicyName", text("p")), ("Roles", list([refer("AppRole")]))])),
    ("Rights", || resource("AWS::IAM::Policy", [("Roles", list([refer("AppRole"), text("other")]))])),
    ("Managed", || resource("AWS::IAM::ManagedPolicy", [("Roles", list([refer("Role")]))])),
    ("Nested", || resource("AWS::CloudFormation::Stack", [("TemplateURL", text("https://x/iam.yml"))])),
    ("Boot", || {
        resource("AWS::SSM::Document", [("Content", text("#!/bin/sh\n# IamInstanceProfile: !Ref AppRole\nexit\n"))])
    }),
];

fn profile<const N: usize>(properties: [(&str, Value); N]) -> Value {
    resource("AWS::IAM::InstanceProfile", properties)
}

/// Other sections beside `Resources`, which is always there.
const SECTIONS: &[Named] = &[
    ("AWSTemplateFormatVersion", || text("2010-09-09")),
    ("Description", || text("a template: of roles")),
    ("Metadata", || map([("IamInstanceProfile", refer("AppRole"))])),
    ("Parameters", || map([("Given", map([("Type", text("String")), ("Default", text("app"))]))])),
    ("Conditions", || {
        map([
            ("A", call("Equals", list([refer("Given"), text("a")]))),
            ("B", call("Not", list([call("Condition", text("A"))]))),
        ])
    }),
    ("Mappings", || map([("M", map([("prod", map([("AppRole", text("app"))]))]))])),
    ("Outputs", || {
        map([("Profile", map([("Value", refer("AppRole")), ("Export", map([("Name", sub("${AWS::StackName}-x"))]))]))])
    }),
];

/// Mostly none, else one of these under its name.
fn some_of(choices: &'static [Choices], chance: f64) -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let each: Vec<_> = choices
        .iter()
        .map(|&(name, values)| {
            prop::option::weighted(chance, prop::sample::select(values).prop_map(move |value| (name, value())))
        })
        .collect();
    each.prop_map(|chosen| {
        let mut out: Vec<(&str, Value)> = Vec::new();
        for (name, value) in chosen.into_iter().flatten() {
            if out.iter().all(|(other, _)| *other != name) {
                out.push((name, value));
            }
        }
        out
    })
}

prop_compose! {
    pub(crate) fn role()(
        properties in some_of(ROLE_PROPERTIES, 0.2),
        attributes in some_of(ATTRIBUTES, 0.06),
        trust in prop::sample::select(TRUST),
        trust_first in any::<bool>(),
        properties_first in prop::bool::weighted(0.1),
    ) -> Value {
        let mut inside = map([]);
        properties.into_iter().for_each(|(name, value)| inside.put(false, name, value));
        inside.put(trust_first, "AssumeRolePolicyDocument", trust());
        let mut role = map([("Type", text("AWS::IAM::Role"))]);
        attributes.into_iter().for_each(|(name, value)| role.put(false, name, value));
        role.put(properties_first, "Properties", inside);
        role
    }
}

/// A wiring of a template without loops.
fn wiring() -> impl Strategy<Value = Value> {
    let role = prop_oneof![6 => Just(ROLES[0]), 3 => prop::sample::select(&ROLES[1..])];
    let form = prop_oneof![
        5 => prop::sample::select(USUAL),
        3 => prop::sample::select(ROUNDABOUT),
        2 => prop::sample::select(OTHERWISE),
    ];
    let leaf = (role, form).prop_map(|(role, form)| form(role));
    let condition = prop::sample::select(vec!["A", "B"]);
    prop_oneof![
        5 => leaf.clone(),
        1 => leaf.prop_recursive(3, 6, 2, move |inner| {
            (condition.clone(), inner.clone(), inner)
                .prop_map(|(condition, yes, no)| call("If", list([text(condition), yes, no])))
        }),
    ]
}

prop_compose! {
    fn launcher(wiring: impl Strategy<Value = Value> + 'static)(
        launcher in prop_oneof![4 => prop::sample::select(LAUNCHERS), 1 => prop::sample::select(ODD_LAUNCHERS)],
        wiring in wiring,
        attributes in some_of(ATTRIBUTES, 0.04),
    ) -> Value {
        let mut body = launcher(wiring);
        attributes.into_iter().for_each(|(name, value)| match name {
            "Metadata" => {}
            _ => body.put(false, name, value),
        });
        body
    }
}

/// `Fn::ForEach` around a role and launchers; sometimes a loop in a loop.
fn a_loop() -> impl Strategy<Value = Value> {
    let looped = prop::sample::select(LOOPED).prop_map(|form| form(ROLES[0]));
    let launchers = prop::collection::vec(launcher(looped), 1..3);
    (prop::option::weighted(0.8, role()), launchers, prop::bool::weighted(0.2)).prop_map(|(role, launchers, nested)| {
        let mut body = map([]);
        role.into_iter().for_each(|role| body.put(false, "Role${N}", role));
        for (number, launcher) in launchers.into_iter().enumerate() {
            body.put(false, &format!("Web{number}${{N}}"), launcher);
        }
        let around = |variable, body| list([text(variable), list([text("X"), text("Y")]), body]);
        let inner = around("N", body);
        if nested { around("O", map([("Fn::ForEach::Inner", inner)])) } else { inner }
    })
}

/// What two resources may share in YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    Nothing,
    Wiring,
    Properties,
    Merge,
    Body,
}

/// Has the last launcher repeat something of the first.
fn share(resources: &mut [(String, Value)], sharing: Sharing) {
    let launchers: Vec<usize> = (0..resources.len()).filter(|&at| resources[at].0.starts_with('L')).collect();
    let (Some(&first), Some(&last)) = (launchers.first(), launchers.last()) else { return };
    if first == last || sharing == Sharing::Nothing {
        return;
    }
    let shared = match sharing {
        Sharing::Body => Some(&mut resources[first].1),
        _ => member(&mut resources[first].1, "Properties"),
    };
    let shared = match sharing {
        Sharing::Wiring => shared.and_then(|properties| member(properties, "IamInstanceProfile")),
        _ => shared,
    };
    let Some(shared) = shared else { return };
    *shared = Value::Anchor("same", Box::new(std::mem::replace(shared, Value::Word("0"))));
    let reader = &mut resources[last].1;
    match sharing {
        Sharing::Wiring => {
            let kind =
                if member(reader, "Condition").is_some() { "AWS::Lambda::Function" } else { "AWS::EC2::Instance" };
            let key = if kind == "AWS::EC2::Instance" { "IamInstanceProfile" } else { "Role" };
            *reader = resource(kind, [(key, Value::Alias("same"))]);
        }
        Sharing::Body => *reader = Value::Alias("same"),
        _ => {
            let Some(properties) = member(reader, "Properties") else { return };
            *properties = match sharing {
                Sharing::Merge => map([("<<", Value::Alias("same")), ("EbsOptimized", Value::Word("true"))]),
                _ => Value::Alias("same"),
            };
        }
    }
}

fn member<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    match value {
        Value::Map(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
        _ => None,
    }
}

prop_compose! {
    fn resources()(
        roles in prop::collection::vec(role(), 1..4),
        launchers in prop::collection::vec(launcher(wiring()), 1..4),
        looped in prop::option::weighted(0.12, a_loop()),
        others in prop::sample::subsequence(OTHERS, 0..6),
        in_order in any::<bool>(),
    )(
        resources in {
            let mut out: Vec<(String, Value)> = Vec::new();
            out.extend(ROLES.iter().zip(roles).map(|(id, role)| ((*id).to_owned(), role)));
            for (id, other) in others {
                if out.iter().all(|(taken, _)| taken != id) {
                    out.push((id.to_owned(), other()));
                }
            }
            out.extend(launchers.into_iter().enumerate().map(|(number, launcher)| (format!("L{number}"), launcher)));
            out.extend(looped.map(|looped| ("Fn::ForEach::W".to_owned(), looped)));
            if in_order { Just(out).boxed() } else { Just(out).prop_shuffle().boxed() }
        },
    ) -> Vec<(String, Value)> {
        resources
    }
}

/// Where the resources are in the file, and its name.
#[derive(Clone, Copy, Debug)]
enum Frame {
    Template,
    Sam,
    Serverless,
}

prop_compose! {
    pub(crate) fn template()(
        resources in resources(),
        sharing in prop_oneof![
            8 => Just(Sharing::Nothing),
            1 => Just(Sharing::Wiring),
            1 => prop::sample::select(vec![Sharing::Properties, Sharing::Merge, Sharing::Body]),
        ],
        sections in prop::sample::subsequence(SECTIONS, 0..=SECTIONS.len()).prop_shuffle(),
        at in any::<prop::sample::Index>(),
        frame in prop_oneof![20 => Just(Frame::Template), 1 => Just(Frame::Sam), 1 => Just(Frame::Serverless)],
        layout in layout(false),
        bytes in bytes(),
        path in prop::sample::select(vec!["", "web.template", "t.yml", "a/b/t.yaml"]),
        unsafe_fixes in any::<bool>(),
        all in any::<bool>(),
    ) -> (Tree, Request, Language) {
        let mut resources = resources;
        if layout.language != Language::Json {
            share(&mut resources, sharing);
        }
        let looped = resources.iter().any(|(id, _)| id.starts_with("Fn::"));
        let mut root: Vec<(String, Value)> = sections.iter().map(|(name, value)| ((*name).to_owned(), value())).collect();
        let whole = ("Resources".to_owned(), Value::Map(resources));
        root.insert(at.index(root.len() + 1), whole);
        let mut root = Value::Map(root);
        match frame {
            Frame::Sam => root.put(true, "Transform", text("AWS::Serverless-2016-10-31")),
            _ if looped => root.put(true, "Transform", text("AWS::LanguageExtensions")),
            Frame::Template => {}
            Frame::Serverless => root = map([("service", text("web")), ("resources", root)]),
        }
        let path = match (path, layout.language) {
            ("", Language::Json) => "template.json",
            ("", _) => "template.yaml",
            _ => path,
        };
        let paths = vec![if all { ".".to_owned() } else { path.to_owned() }];
        let request = Request { paths, unsafe_fixes, format: false, arguments: Vec::new() };
        (file(path, &root, &layout, &bytes), request, layout.language)
    }
}

pub(crate) fn file(path: &str, value: &Value, layout: &Layout, bytes: &Bytes) -> Tree {
    Tree(std::iter::once((path.to_owned(), bytes.of(&layout.print(value)))).collect())
}

/// Whatever a template has in its slots and however it is laid out, the invariants hold.
#[test]
fn generated_templates() {
    let (seen, changed) = (Cell::new([0; 3]), Cell::new([0; 3]));
    let count = |counts: &Cell<[u32; 3]>, language: Language| {
        let mut now = counts.get();
        now[language as usize] += 1;
        counts.set(now);
    };
    proptest!(config(), |((tree, request, language) in template())| {
        let outcome = held(&tree, &request)?;
        count(&seen, language);
        if outcome.after != tree {
            count(&changed, language);
        }
    });
    // The generator would be worth little if it made templates of which ipfix has nothing to say.
    for (seen, changed) in seen.get().into_iter().zip(changed.get()) {
        assert!(seen < 20 || changed * 3 > seen, "{changed} of {seen} templates change");
    }
    println!("changed: {:?} of {:?}", changed.get(), seen.get());
}
