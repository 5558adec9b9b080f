//! What expressions resolve to.

use crate::language::{Frontend, Parsed, UnitText};
use crate::model::{Resolution, Unit};
use crate::terraform::Module;
use crate::text::Source;

/// What all expressions of the tables can name.
const AROUND: &str = r#"
resource "aws_iam_role" "app" {}
resource "aws_iam_role" "two" { count = 2 }
resource "aws_iam_instance_profile" "app" {}
resource "aws_iam_policy" "app" {}
locals {
  role    = aws_iam_role.app.name
  again   = local.role
  circle  = local.circle
  nothing = null
  env     = "prod"
  objects = { web = { role = aws_iam_role.app.name }, db = { role = "db" } }
  list    = [aws_iam_role.app.name, null]
}
"#;

fn read(text: &str) -> Module {
    let source = Source::new("main.tf", format!("{AROUND}{text}").into_bytes(), true).expect("text");
    let sources = vec![source].into();
    let Parsed { frontend: module, errors, .. } = Module::read(UnitText::of(&sources));
    assert_eq!(errors, [], "{text}");
    module
}

/// The leaves of the instance's profile, in words.
fn leaves(text: &str) -> Vec<String> {
    let module = read(text);
    let unit = module.unit();
    let slot = unit.slots.iter().find(|slot| unit.node(slot.owner).address == "aws_instance.web").expect("a slot");
    slot.leaves
        .iter()
        .map(|leaf_use| {
            let leaf = unit.leaf(leaf_use.leaf);
            let index = leaf.index.as_ref().map_or("", |index| &index.text);
            format!("{}{index}", words(unit, &leaf.resolution))
        })
        .collect()
}

fn words(unit: &Unit, resolution: &Resolution) -> String {
    match resolution {
        Resolution::Role(role, attribute, _) => format!("{} {attribute:?}", unit.role(*role).address),
        Resolution::Profile(profile, attribute, _) => format!("{} {attribute:?}", unit.profile(*profile).address),
        Resolution::Policy(_) => "policy".to_owned(),
        Resolution::Quoted { reads_as, .. } => format!("quoted {}", words(unit, reads_as)),
        Resolution::Text(text) => format!("text {:?}", text.as_literal().unwrap_or("computed")),
        Resolution::Absent => "absent".to_owned(),
        Resolution::Unknown(reason, _) => format!("{reason:?}"),
    }
}

fn assert_resolves(rows: &[(&str, &[&str])]) {
    for (expression, expected) in rows {
        let text = format!("resource \"aws_instance\" \"web\" {{\n  iam_instance_profile = {expression}\n}}\n");
        assert_eq!(leaves(&text), *expected, "{expression}");
    }
}

#[test]
fn references() {
    assert_resolves(&[
        ("aws_iam_role.app", &["aws_iam_role.app Bare"]),
        ("aws_iam_role.app.arn", &["aws_iam_role.app Arn"]),
        ("resource.aws_iam_role.app.id", &["aws_iam_role.app Name"]),
        ("\"${aws_iam_role.app.name}\"", &["aws_iam_role.app Name"]),
        ("(aws_iam_role.app).name", &["aws_iam_role.app Name"]),
        ("aws_iam_instance_profile.app.arn", &["aws_iam_instance_profile.app Arn"]),
        ("aws_iam_policy.app.arn", &["policy"]),
        ("\"aws_iam_role.app.name\"", &["quoted aws_iam_role.app Name"]),
        ("\"web-${local.env}\"", &["text \"web-prod\""]),
        ("\"web-${var.env}\"", &["text \"computed\""]),
        ("null", &["absent"]),
        ("\"\"", &["absent"]),
        ("var.profile", &["Variable"]),
        ("module.iam.profile", &["Module"]),
        ("aws_iam_role.app.tags", &["Computed"]),
        ("upper(aws_iam_role.app.name)", &["Computed"]),
    ]);
}

#[test]
fn indexes_and_splats() {
    assert_resolves(&[
        ("aws_iam_role.two[0].name", &["aws_iam_role.two Name[0]"]),
        ("aws_iam_role.two.0.name", &["aws_iam_role.two Name[0]"]),
        ("aws_iam_role.two[ count.index ].name", &["aws_iam_role.two Name[count.index]"]),
        ("aws_iam_role.two[*].name[1]", &["Computed"]),
        ("aws_iam_role.two.*.name[1]", &["aws_iam_role.two Name.*"]),
        ("element(aws_iam_role.two.*.name, 0)", &["aws_iam_role.two Name.*"]),
        ("one(aws_iam_role.two[*].name)", &["aws_iam_role.two Name[*]"]),
        ("[aws_iam_role.app.name, aws_iam_role.two[0].name][1]", &["aws_iam_role.two Name[0]"]),
        ("{ a = aws_iam_role.app.name, b = null }[\"b\"]", &["absent"]),
    ]);
}

#[test]
fn locals() {
    assert_resolves(&[
        ("local.role", &["aws_iam_role.app Name"]),
        ("local.again", &["aws_iam_role.app Name"]),
        ("local.nothing", &["absent"]),
        ("local.circle", &["Computed"]),
        ("local.missing", &["Undeclared"]),
        ("local.objects.web.role", &["aws_iam_role.app Name"]),
        ("local.objects[\"db\"].role", &["text \"db\""]),
        ("local.objects[var.key].role", &["aws_iam_role.app Name", "text \"db\""]),
        ("local.list[0]", &["aws_iam_role.app Name"]),
        ("local.list[7]", &["Undeclared"]),
    ]);
}

#[test]
fn functions_that_choose() {
    assert_resolves(&[
        ("var.on ? aws_iam_role.app.name : null", &["aws_iam_role.app Name", "absent"]),
        ("(var.on ? aws_iam_role.app : aws_iam_role.two[0]).arn", &["aws_iam_role.app Arn", "aws_iam_role.two Arn[0]"]),
        ("try(aws_iam_role.two[0].name, \"\")", &["aws_iam_role.two Name[0]", "absent"]),
        ("coalesce(var.profile, aws_iam_role.app.name)", &["Variable", "aws_iam_role.app Name"]),
        ("concat(local.list, [var.x])[0]", &["aws_iam_role.app Name", "absent", "Variable"]),
        ("lookup(local.objects, \"web\", null).role", &["aws_iam_role.app Name", "absent"]),
        ("tostring(sensitive(aws_iam_role.app.name))", &["aws_iam_role.app Name"]),
        ("format(\"%s\", aws_iam_role.app.name)", &["aws_iam_role.app Name"]),
        ("join(\"\", [aws_iam_role.app.name])", &["aws_iam_role.app Name"]),
        ("element(split(\"/\", aws_iam_role.app.arn), 1)", &["aws_iam_role.app Name"]),
    ]);
}

#[test]
fn loops() {
    assert_resolves(&[
        ("[for role in [aws_iam_role.app] : role.name][0]", &["aws_iam_role.app Name"]),
        ("[for key, role in local.objects : role.role][0]", &["aws_iam_role.app Name", "text \"db\""]),
        ("[for key, role in local.objects : key][0]", &["Computed"]),
        ("[for role in aws_iam_role.two : role.name][0]", &["aws_iam_role.two Name"]),
    ]);
    let each = "resource \"aws_instance\" \"web\" {\n  for_each             = local.objects\n  iam_instance_profile = each.value.role\n}\n";
    assert_eq!(leaves(each), ["aws_iam_role.app Name", "text \"db\""]);
    let set = "resource \"aws_instance\" \"web\" {\n  for_each             = toset([aws_iam_role.app.name])\n  iam_instance_profile = each.value\n}\n";
    assert_eq!(leaves(set), ["aws_iam_role.app Name"]);
}

#[test]
fn dynamic_blocks() {
    let dynamic = |collection: &str, value: &str| {
        let text = format!(
            "resource \"aws_launch_template\" \"web\" {{\n  dynamic \"iam_instance_profile\" {{\n    for_each = {collection}\n    content {{\n      \
             name = {value}\n    }}\n  }}\n}}\n"
        );
        let module = read(&text);
        let unit = module.unit();
        let of_template = |slot: &&crate::model::Slot| unit.node(slot.owner).address == "aws_launch_template.web";
        let slot = unit.slots.iter().find(of_template).expect("a slot");
        slot.leaves.iter().map(|leaf| words(unit, &unit.leaf(leaf.leaf).resolution)).collect::<Vec<_>>()
    };
    assert_eq!(dynamic("[aws_iam_role.app.name]", "iam_instance_profile.value"), ["aws_iam_role.app Name"]);
    assert_eq!(dynamic("[aws_iam_role.app]", "iam_instance_profile.value.name"), ["aws_iam_role.app Name"]);
    assert_eq!(dynamic("{ a = \"x\" }", "iam_instance_profile.key"), ["Computed"]);
    assert_eq!(dynamic("var.roles", "iam_instance_profile.value"), ["Variable"]);
}

#[test]
fn limits_are_kept() {
    let doubled = (0..40).map(|n| format!("  d{} = var.x ? local.d{n} : local.d{n}\n", n + 1)).collect::<String>();
    let text = format!(
        "locals {{\n  d0 = aws_iam_role.app.name\n{doubled}}}\nresource \"aws_instance\" \"web\" {{\n  iam_instance_profile = local.d20\n}}\n"
    );
    assert_eq!(leaves(&text), ["Computed"]);
    assert_eq!(leaves(&text.replace("local.d20\n}", "local.d3\n}")), ["aws_iam_role.app Name"]);
}
