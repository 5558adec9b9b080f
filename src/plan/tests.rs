//! What fixes do, why they are unsafe and why there is none, each from a snippet.

use std::collections::BTreeMap;

use crate::cloudformation::Template;
use crate::language::{Frontend, UnitText};
use crate::model::UnitIndex;
use crate::plan::{Naming, plan};
use crate::rules::{Applicability, check};
use crate::terraform::Module;
use crate::text::{Source, Sources};

/// The fixes of a module or template, each with its reasons after `|`, then the reasons for no fix.
fn planned(text: &str) -> Vec<String> {
    let name = if text.starts_with("Resources:") { "t.yaml" } else { "main.tf" };
    let sources: Sources = vec![Source::new(name, text.into(), true).expect("text")].into();
    let unit = match name {
        "main.tf" => Module::read(UnitText::of(&sources)).frontend.into_unit(),
        _ => Template::read(UnitText::of(&sources)).frontend.into_unit(),
    };
    let index = UnitIndex::of(&unit);
    let plan = plan(&index, &check(&index), &|_| true, Naming::default(), &BTreeMap::new());
    let fixes = plan.fixes.iter().map(|fix| {
        let safe = if fix.applicability == Applicability::Safe { "safe" } else { "unsafe" };
        let reasons: String = fix.unsafe_reasons.iter().map(|reason| format!(" | {reason}")).collect();
        format!("{safe}: {}{reasons}", fix.title)
    });
    fixes.chain(plan.unfixed.iter().map(|(_, reason)| format!("no fix: {reason}"))).collect()
}

#[track_caller]
fn assert_planned(cases: &[(String, &str)]) {
    for (text, expected) in cases {
        let mut planned = planned(text);
        planned.dedup();
        assert_eq!(planned.join("\n"), *expected, "{text}");
    }
}

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app-role\"\n}\n";
const PROFILE: &str =
    "resource \"aws_iam_instance_profile\" \"app\" {\n  name = \"app-profile\"\n  role = aws_iam_role.app.name\n}\n";
const TEMPLATE: &str = "Resources:\n  AppRole: {Type: AWS::IAM::Role}\n";

fn web(arguments: &str) -> String {
    format!("resource \"aws_instance\" \"web\" {{\n  {arguments}\n}}\n")
}

/// An instance with this value.
fn value(value: &str) -> String {
    web(&format!("iam_instance_profile = {value}"))
}

/// A launch template with these arguments.
fn template(arguments: &str) -> String {
    format!("resource \"aws_launch_template\" \"web\" {{\n  {arguments}\n}}\n")
}

#[test]
fn titles() {
    let database = "resource \"aws_db_instance\" \"db\" {\n  custom_iam_instance_profile = aws_iam_role.app.name\n}\n";
    assert_planned(&[
        (value("aws_iam_role.app.name") + ROLE, "safe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name"),
        (value("aws_iam_role.app.name") + ROLE + PROFILE, "safe: use the name of `aws_iam_instance_profile.app`"),
        (web("iam_role = aws_iam_role.app.name") + ROLE + PROFILE, "safe: use the name of `aws_iam_instance_profile.app` and rename the argument to `iam_instance_profile`"),
        (web("iam_role = aws_iam_role.app.name") + ROLE, "safe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name, and rename the argument to `iam_instance_profile`"),
        (web("iam_role = aws_iam_role.app.name\n  iam_instance_profile = aws_iam_instance_profile.app.name") + ROLE + PROFILE, "safe: delete `iam_role`"),
        (template("iam_instance_profile = aws_iam_instance_profile.app.arn") + ROLE + PROFILE, "safe: use the ARN of `aws_iam_instance_profile.app` and write the argument as `iam_instance_profile.arn`"),
        (value("[aws_iam_instance_profile.app.name]") + ROLE + PROFILE, "safe: use the name of `aws_iam_instance_profile.app` and write `iam_instance_profile` as a single value"),
        ("Resources:\n  AppRole: {Type: AWS::IAM::Role}\n  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties: {Roles: !Ref AppRole}\n".to_owned(), "safe: use the name of `AppRole` and write `Roles` as a list"),
        (ROLE.to_owned() + &PROFILE.replace("app.name", "app.arn"), "safe: use the name of `aws_iam_role.app`"),
        (value("\"arn:aws:iam::123456789012:instance-profile/other\""), "safe: use the name in the ARN"),
        (value("local.p") + &value("local.p").replace("web", "db") + "locals {\n  p = aws_iam_role.app.name\n}\n" + ROLE, "safe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name (in 2 places)"),
        (TEMPLATE.to_owned() + "  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref AppRole}\n", "safe: add `AppInstanceProfile` for `AppRole` and use its name"),
        (value("aws_iam_role.app.name") + ROLE + &PROFILE.replace("aws_iam_role.app.name", "\"aws_iam_role.app.name\""), "safe: use the name of `aws_iam_instance_profile.app`\nsafe: use the name of `aws_iam_role.app`"),
        (database.to_owned() + &ROLE.replace("app-role", "AWSRDSCustom-app"), "safe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name"),
        (value("local.p") + "locals {\n  p = aws_iam_role.app.name\n}\n" + ROLE + "output \"x\" {\n  value = local.p\n}\n", "safe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name"),
    ]);
}

#[test]
fn unsafe_reasons() {
    let database = "resource \"aws_db_instance\" \"db\" {\n  custom_iam_instance_profile = aws_iam_role.app.name\n}\n";
    assert_planned(&[
        (value("aws_iam_role.app.name") + ROLE + "module \"m\" {\n  source = \"x\"\n  role = aws_iam_role.app.name\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `module.m` receives `aws_iam_role.app` and may create an instance profile with its name"),
        (value("aws_iam_role.app.name") + ROLE + "import {\n  to = aws_iam_instance_profile.old\n  id = \"x\"\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `aws_iam_instance_profile.old` is imported without a block here; it may have the name of the role"),
        (value("aws_iam_role.app.name") + ROLE + "removed {\n  from = aws_iam_instance_profile.old\n  lifecycle {\n    destroy = false\n  }\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `aws_iam_instance_profile.old` is removed from the state but stays in the account; it may have the name of the role"),
        (value("aws_iam_role.app.name") + ROLE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = var.x\n  role = var.y\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | the name and the role of `aws_iam_instance_profile.x` are unknown; it may be the instance profile of this role"),
        (value("aws_iam_role.app.name") + ROLE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = \"App-role\"\n  role = \"other\"\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `aws_iam_instance_profile.x` may have the name of `aws_iam_role.app`; AWS rejects a second instance profile with the same name"),
        (value("aws_iam_role.app.arn") + ROLE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = \"App-role\"\n  role = \"other\"\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `aws_iam_instance_profile.x` may have the name of `aws_iam_role.app`; AWS rejects a second instance profile with the same name"),
        (value("aws_iam_role.app.name") + ROLE + PROFILE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = \"app-${var.x}\"\n  role = \"other\"\n}\n", "unsafe: use the name of `aws_iam_instance_profile.app` | `aws_iam_instance_profile.x` may have the name of `aws_iam_role.app`; if so, the instances run with the role of that instance profile today"),
        (template("iam_instance_profile {\n  name = aws_iam_role.app.name\n}") + ROLE + "output \"x\" {\n  value = aws_launch_template.web.iam_instance_profile\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `output.x` reads `iam_instance_profile` of `aws_launch_template.web`; how it uses a role there is unknown"),
        (value("aws_iam_role.app.name") + ROLE + "resource \"aws_iam_role_policy\" \"x\" {\n  role = aws_instance.web.iam_instance_profile\n}\n", "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | `aws_iam_role_policy.x` reads `iam_instance_profile` of `aws_instance.web`; how it uses a role there is unknown"),
        (database.to_owned() + ROLE, "unsafe: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name | the name of the instance profile must start with `AWSRDSCustom`, and it is unknown whether the name of the role does"),
        (TEMPLATE.to_owned() + "  P: {Type: AWS::IAM::InstanceProfile, Condition: C, Properties: {Roles: [!Ref AppRole]}}\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref AppRole}\nConditions: {C: !Equals [a, b]}\n", "unsafe: use the name of `P` | `P` exists only if `C` is true, and `X` always does"),
        ("Resources:\n  AppRole: {Type: AWS::IAM::Role, Condition: C, Properties: {RoleName: app}}\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: app}\nConditions: {C: !Equals [a, b]}\n".to_owned(), "unsafe: add `AppInstanceProfile` for `AppRole` and use its name | `AppRole` exists only if `C` is true, and `X` always does; today it names the role as text, which creates no dependency"),
    ]);
}

#[test]
fn reasons_for_no_fix() {
    let role =
        |arguments: &str| format!("resource \"aws_iam_role\" \"app\" {{\n  name = \"app-role\"\n{arguments}\n}}\n");
    let database = "resource \"aws_db_instance\" \"db\" {\n  custom_iam_instance_profile = aws_iam_role.app.name\n}\n";
    assert_planned(&[
        (web("iam_role = aws_iam_role.app.name\n  iam_instance_profile = aws_iam_role.app.name") + &role("  tags = { a = aws_instance.web.id }"), "no fix: `aws_iam_role.app` depends on `aws_instance.web`, so a reference back would be a cycle\nno fix: `iam_instance_profile` is also set, is also wrong, and has no fix"),
        (value("aws_iam_role.app.name") + &role("  tags = { a = aws_instance.web.id }"), "no fix: `aws_iam_role.app` depends on `aws_instance.web`, so a reference back would be a cycle"),
        (value("aws_iam_role.app.name") + ROLE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = \"app-role\"\n  role = \"other\"\n}\n", "no fix: the instances run with the role of `aws_iam_instance_profile.x` today: decide which of the two is right"),
        (value("aws_iam_role.app.arn") + ROLE + "resource \"aws_iam_instance_profile\" \"x\" {\n  name = \"app-role\"\n  role = \"other\"\n}\n", "no fix: `aws_iam_instance_profile.x` already has the name of the role and is not known to contain it; AWS rejects a second instance profile with the same name"),
        (value("aws_iam_role.app.name") + &role("  lifecycle {\n    enabled = var.x\n  }"), "no fix: `aws_iam_role.app` exists only if `var.x` is true (its `lifecycle.enabled`): add an instance profile with the same lifecycle manually"),
        (database.to_owned() + ROLE + PROFILE, "no fix: this argument requires an instance profile whose name starts with `AWSRDSCustom`, and the name of `aws_iam_instance_profile.app` does not"),
        (value("aws_iam_role.app.name") + ROLE + PROFILE + &PROFILE.replace("\"app\"", "\"b\"").replace("app-profile", "b"), "no fix: several instance profiles contain `aws_iam_role.app`: choose one of them"),
        (value("aws_iam_role.app[0].name") + &role("  count = 2") + &PROFILE.replace("app.name", "app[1].name"), "no fix: the instance profiles of `aws_iam_role.app` contain other instances of it than the one referenced here"),
        (value("aws_iam_role.app.name") + ROLE + &PROFILE.replace("= aws_iam_role.app.name", "= var.x ? aws_iam_role.app.name : null"), "no fix: `aws_iam_instance_profile.app` contains `aws_iam_role.app` only under a condition, and otherwise another role or none: use it, or add an instance profile for this role"),
        (value("aws_iam_role.app.name") + &role("  count = 2"), "no fix: `aws_iam_role.app` has several instances, and the reference selects none of them: write the index"),
        (value("aws_iam_role.app[5].name") + &role("  count = 2"), "no fix: `aws_iam_role.app` has no instance with that index; Terraform rejects the reference"),
        (value("aws_iam_role.app.name") + ROLE + &PROFILE.replace("{\n  name = \"app-profile\"", "{\n  count = 2\n  name = \"app-profile-${count.index}\""), "no fix: several instances of `aws_iam_instance_profile.app` contain `aws_iam_role.app`: write the index of one of them"),
        (value("aws_iam_role.app.name") + ROLE + &PROFILE.replace("{\n", "{\n  count = var.x ? 1 : 0\n"), "no fix: `aws_iam_instance_profile.app` may not exist (its count may be 0), and `aws_iam_role.app` always does"),
        (value("aws_iam_role.app[var.i].name") + &role("  count = 2") + &PROFILE.replace("app.name", "app[1].name"), "no fix: it is unknown which instance of `aws_iam_instance_profile.app` contains which instance of `aws_iam_role.app`: write the index"),
        (value("sort(aws_iam_role.app[*].name)[0]") + &role("  count = 2"), "no fix: `sort` orders or drops elements by value, and the instance profile has a different value than the role: rewrite the reference without `sort`"),
        (value("(var.x ? aws_iam_role.app : aws_iam_instance_profile.b).arn") + ROLE + &PROFILE.replace("\"app\"", "\"b\""), "no fix: its attribute or index also applies to another value, which does not change: write one reference for each"),
        (value("one(local.p)") + "locals {\n  p = aws_iam_role.app[*].name\n}\n" + &role("  count = 1") + "output \"x\" {\n  value = local.p\n}\n", "no fix: `local.p` is also read elsewhere or is in a file that was not named, and it is not a single value that could be written here"),
        ("Resources:\n  Fn::ForEach::L:\n    - N\n    - [A, B]\n    - Role${N}: {Type: AWS::IAM::Role}\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref RoleA}\nTransform: AWS::LanguageExtensions\n".to_owned(), "no fix: a loop creates `Role${N}`, and `X` is outside of that loop"),
    ]);
}
