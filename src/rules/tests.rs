//! What each rule says, in every form. Cases assert codes and locations only.

use crate::cloudformation::Template;
use crate::language::{Frontend, UnitText};
use crate::model::UnitIndex;
use crate::rules::{Finding, check};
use crate::terraform::Module;
use crate::text::{Source, Sources};

/// What the findings of a rule in a module or template say: message, then each note after `|` and each label of a related location after `@`.
fn said(code: &str, text: &str) -> Vec<String> {
    let name = if text.starts_with("Resources:") { "t.yaml" } else { "main.tf" };
    let sources: Sources = vec![Source::new(name, text.into(), true).expect("text")].into();
    let unit = match name {
        "main.tf" => Module::read(UnitText::of(&sources)).frontend.into_unit(),
        _ => Template::read(UnitText::of(&sources)).frontend.into_unit(),
    };
    let of_rule = check(&UnitIndex::of(&unit)).into_iter().filter(|finding| finding.rule.code == code);
    let mut said: Vec<String> = of_rule
        .map(|Finding { violation, .. }| {
            let notes = violation.notes.iter().map(|note| format!(" | {note}"));
            let labels = violation.related.iter().map(|(_, label)| format!(" @ {label}"));
            violation.message + &notes.chain(labels).collect::<String>()
        })
        .collect();
    said.dedup();
    said
}

#[track_caller]
fn assert_says(code: &str, cases: &[(String, &str)]) {
    for (text, expected) in cases {
        assert_eq!(said(code, text), [*expected], "{text}");
    }
}

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app-role\"\n}\n";
const PROFILE: &str =
    "resource \"aws_iam_instance_profile\" \"app\" {\n  name = \"app-profile\"\n  role = aws_iam_role.app.name\n}\n";

fn web(arguments: &str) -> String {
    format!("resource \"aws_instance\" \"web\" {{\n  {arguments}\n}}\n")
}

/// An instance with this value.
fn value(value: &str) -> String {
    web(&format!("iam_instance_profile = {value}"))
}

#[test]
fn role_as_profile() {
    assert_says("IPF001", &[
        (value("aws_iam_role.app.name") + ROLE, "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app`; an instance profile is expected @ IAM role defined here"),
        (value("aws_iam_role.app.name") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app`; an instance profile is expected @ IAM role defined here; its instance profile is `aws_iam_instance_profile.app`"),
        (value("data.aws_iam_role.app.name") + "data \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n", "`aws_instance.web`: `iam_instance_profile` references the IAM role `data.aws_iam_role.app`; an instance profile is expected | `data.aws_iam_role.app` already exists; if it was created in the console, a profile with its name exists too, and this reference works @ IAM role defined here"),
        (value("aws_iam_role.far.name"), "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.far`; an instance profile is expected | `aws_iam_role.far` is not declared in this module"),
        (value("aws_iam_role.app_role.name") + &ROLE.replace("\"app\"", "\"app_rolle\""), "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app_role`; an instance profile is expected | `aws_iam_role.app_role` is not declared in this module; did you mean `aws_iam_role.app_rolle`?"),
        (value("aws_iam_role.web.name") + ROLE + &PROFILE.replace("\"app\"", "\"web\""), "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.web`; an instance profile is expected | `aws_iam_role.web` is not declared in this module, but `aws_iam_instance_profile.web` is: the resource type is probably wrong @ instance profile with this label defined here"),
        (web("provider = aws.west\n iam_instance_profile = aws_iam_role.app.name") + ROLE, "`aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app`; an instance profile is expected | the role, its profile and the resource use different provider configurations; an instance profile cannot be used across accounts @ IAM role defined here"),
        ("Resources:\n  R: {Type: AWS::IAM::Role, Condition: Prod}\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref R}\nConditions: {Prod: !Equals [a, b]}\n".to_owned(), "`X`: `IamInstanceProfile` references the IAM role `R`; an instance profile is expected | `R` exists only if `Prod` is true, but `X` references it unconditionally; the fix does not change that @ IAM role defined here"),
        ("resource \"aws_elastic_beanstalk_environment\" \"e\" {\n  setting {\n    namespace = \"aws:autoscaling:launchconfiguration\"\n    name = \"IamInstanceProfile\"\n    value = aws_iam_role.app.name\n  }\n}\n".to_owned() + ROLE, "`aws_elastic_beanstalk_environment.e`: setting `IamInstanceProfile` references the IAM role `aws_iam_role.app`; an instance profile is expected @ IAM role defined here"),
    ]);
}

#[test]
fn role_name_as_profile() {
    assert_says(
        "IPF002",
        &[
            (
                value("\"app-role\"") + ROLE,
                "`aws_instance.web`: `iam_instance_profile` is the name of an IAM role; an instance profile is expected @ IAM role defined here",
            ),
            (
                value("\"app-role\"") + ROLE + &ROLE.replace("\"app\"", "\"other\""),
                "`aws_instance.web`: `iam_instance_profile` is the name of an IAM role; an instance profile is expected @ IAM role defined here @ IAM role with the same name defined here",
            ),
            (
                value("\"${var.env}-role\"") + &ROLE.replace("app-role", "${var.env}-role"),
                "`aws_instance.web`: `iam_instance_profile` is the name of an IAM role; an instance profile is expected | the role is matched by an equal expression, not by a literal name @ IAM role defined here",
            ),
            (
                value("\"arn:aws:iam::123456789012:role/app-role\"") + ROLE,
                "`aws_instance.web`: `iam_instance_profile` is the ARN of an IAM role; an instance profile is expected | the ARN may refer to a role in another account @ IAM role defined here",
            ),
            (
                value("\"arn:aws:iam::123456789012:role/app-role\""),
                "`aws_instance.web`: `iam_instance_profile` is the ARN of an IAM role; an instance profile is expected | no role with that name is defined here: use the name of the instance profile that contains it",
            ),
        ],
    );
}

#[test]
fn unknown_role_argument() {
    assert_says("IPF003", &[
        (web("iam_role = aws_iam_role.app.name") + ROLE, "`aws_instance.web` has no argument `iam_role`; did you mean `iam_instance_profile`? @ IAM role defined here"),
        (web("iam_role = aws_iam_role.app.name\n  iam_instance_profile = aws_iam_instance_profile.app.name") + ROLE + PROFILE, "`aws_instance.web` has no argument `iam_role`; did you mean `iam_instance_profile`? @ IAM role defined here; its instance profile is `aws_iam_instance_profile.app`"),
        (web("iam_role = aws_iam_role.app.name\n  iam_instance_profile = var.profile") + ROLE, "`aws_instance.web` has no argument `iam_role`; did you mean `iam_instance_profile`? | `iam_instance_profile` is also set and cannot be resolved: delete one of the two arguments @ IAM role defined here"),
        ("Resources:\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceprofile: plain}\n".to_owned(), "`X` has no argument `IamInstanceprofile`; did you mean `IamInstanceProfile`?"),
        ("Resources:\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceprofile: 'arn:aws:iam::123456789012:role/app-role'}\n".to_owned(), "`X` has no argument `IamInstanceprofile`; did you mean `IamInstanceProfile`? | its value is an ARN, which is wrong here too: use the name of an instance profile"),
        ("Resources:\n  X:\n    Type: AWS::EC2::LaunchTemplate\n    Properties: {LaunchTemplateData: {IamInstanceprofile: plain}}\n".to_owned(), "`X` has no argument `IamInstanceprofile`; did you mean `IamInstanceProfile`? | the value is assumed to be the name of an instance profile"),
        ("resource \"aws_elastic_beanstalk_environment\" \"e\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n".to_owned() + ROLE, "`aws_elastic_beanstalk_environment.e` has no argument `iam_instance_profile`; did you mean the setting `IamInstanceProfile` of `aws:autoscaling:launchconfiguration`? | an option needs a setting of its own, with namespace, name and value @ IAM role defined here"),
    ]);
}

#[test]
fn wrong_profile_attribute() {
    assert_says("IPF004", &[
        (value("aws_iam_instance_profile.app.arn") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` expects the name of `aws_iam_instance_profile.app`, not its ARN"),
        (value("aws_iam_instance_profile.app.role") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` expects the name of `aws_iam_instance_profile.app`, not its role"),
        (value("aws_iam_instance_profile.app.unique_id") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` expects the name of `aws_iam_instance_profile.app`, not its ID"),
        (value("aws_iam_instance_profile.app") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` expects the name of `aws_iam_instance_profile.app`, not the whole object"),
        (value("\"arn:aws:iam::123456789012:instance-profile/app-profile\"") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` expects the name of `aws_iam_instance_profile.app`, not its ARN"),
        (value("\"arn:aws:iam::123456789012:instance-profile/other\""), "`aws_instance.web`: `iam_instance_profile` expects the name of an instance profile, not its ARN"),
        (value("\"arn:aws:iam::123456789012:instance-profile/${var.x}\""), "`aws_instance.web`: `iam_instance_profile` expects the name of an instance profile, not its ARN | use the last part of the ARN, after its last slash"),
        ("resource \"aws_opsworks_stack\" \"s\" {\n  default_instance_profile_arn = \"other\"\n}\n".to_owned(), "`aws_opsworks_stack.s`: `default_instance_profile_arn` expects the ARN of an instance profile, not a name | no instance profile with that name is defined here, so its ARN is unknown"),
        ("resource \"aws_opsworks_stack\" \"s\" {\n  default_instance_profile_arn = aws_iam_instance_profile.app.name\n}\n".to_owned() + ROLE + PROFILE, "`aws_opsworks_stack.s`: `default_instance_profile_arn` expects the ARN of `aws_iam_instance_profile.app`, not its name"),
        ("resource \"aws_emr_cluster\" \"s\" {\n ec2_attributes {\n  instance_profile = aws_iam_instance_profile.app.unique_id\n}\n}\n".to_owned() + ROLE + PROFILE, "`aws_emr_cluster.s`: `instance_profile` expects the name or ARN of `aws_iam_instance_profile.app`, not its ID"),
    ]);
}

#[test]
fn wrong_role_in_profile() {
    assert_says("IPF005", &[
        ("Resources:\n  R: {Type: AWS::IAM::Role}\n  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties: {Roles: [!Ref R, !Ref S]}\n  S: {Type: AWS::IAM::Role}\n".to_owned(), "`P`: `Roles` lists several roles; an instance profile has exactly one"),
        (ROLE.to_owned() + &PROFILE.replace("app.name", "app.arn"), "`aws_iam_instance_profile.app`: `role` expects the name of the role"),
        (ROLE.to_owned() + &PROFILE.replace("role = aws_iam_role.app.name", "roles = [aws_iam_role.app.name]"), "`aws_iam_instance_profile.app` has no argument `roles`; did you mean `role`?"),
        ("Resources:\n  R: {Type: AWS::IAM::Role}\n  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties: {Roles: !Ref R}\n".to_owned(), "`P`: `Roles` must be a list of one role name"),
    ]);
}

#[test]
fn wrong_argument_shape() {
    assert_says("IPF006", &[
        ("resource \"aws_launch_template\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n".to_owned() + ROLE, "`aws_launch_template.web`: `iam_instance_profile` must contain `name` or `arn`; `aws_iam_role.app` is an IAM role, not an instance profile @ IAM role defined here"),
        ("resource \"aws_launch_template\" \"web\" {\n  iam_instance_profile = var.x\n}\n".to_owned() + ROLE, "`aws_launch_template.web`: `iam_instance_profile` must contain `name` or `arn` | the value is assumed to be the name of an instance profile"),
        ("resource \"aws_launch_template\" \"web\" {\n  iam_instance_profile {\n    name = aws_iam_instance_profile.app.name\n    arn = aws_iam_instance_profile.app.arn\n  }\n}\n".to_owned() + ROLE + PROFILE, "`aws_launch_template.web` sets both the name and the ARN of its instance profile; AWS accepts only one of them"),
        (value("[aws_iam_instance_profile.app.name]") + ROLE + PROFILE, "`aws_instance.web`: `iam_instance_profile` must be a single value"),
    ]);
}

#[test]
fn quoted_reference() {
    assert_says(
        "IPF007",
        &[
            (
                value("\"aws_iam_role.app.name\"") + ROLE,
                "`aws_instance.web`: `iam_instance_profile` is the text \"aws_iam_role.app.name\", not a reference @ IAM role defined here",
            ),
            (
                value("\"aws_iam_role.ap.name\"") + ROLE,
                "`aws_instance.web`: `iam_instance_profile` is the text \"aws_iam_role.ap.name\", not a reference | the text reads as a reference to `aws_iam_role.ap`, which is not declared",
            ),
            (
                value("\"aws_iam_role.prometheus_role.name\"") + &ROLE.replace("\"app\"", "\"prometheus_rol\""),
                "`aws_instance.web`: `iam_instance_profile` is the text \"aws_iam_role.prometheus_role.name\", not a reference | the text reads as a reference to `aws_iam_role.prometheus_role`, which is not declared; did you mean `aws_iam_role.prometheus_rol`?",
            ),
            (
                value("\"aws_iam_policy.x.name\"") + "resource \"aws_iam_policy\" \"x\" {}\n",
                "`aws_instance.web`: `iam_instance_profile` is the text \"aws_iam_policy.x.name\", not a reference | the text reads as a reference to `aws_iam_policy.x`, which is not an instance profile",
            ),
        ],
    );
}

#[test]
fn policy_as_profile() {
    assert_says(
        "IPF008",
        &[
            (
                value("aws_iam_role_policy.p.name")
                    + "resource \"aws_iam_role_policy\" \"p\" {\n  role = aws_iam_role.app.name\n}\n"
                    + ROLE,
                "`aws_instance.web`: `iam_instance_profile` references a policy; an instance profile is expected | the policy belongs to `aws_iam_role.app`, whose instance profile is probably intended @ IAM role defined here",
            ),
            (
                value("aws_iam_policy.p.name") + "resource \"aws_iam_policy\" \"p\" {\n}\n" + ROLE,
                "`aws_instance.web`: `iam_instance_profile` references a policy; an instance profile is expected | the policy does not belong to exactly one role, so the intended instance profile is unknown",
            ),
        ],
    );
}

#[test]
fn accidental_match() {
    assert_says(
        "IPF009",
        &[
            (
                value("aws_iam_role.app.name") + ROLE + &PROFILE.replace("app-profile", "app-role"),
                "`aws_instance.web`: `iam_instance_profile` is the name of the IAM role `aws_iam_role.app`; it works only because `aws_iam_instance_profile.app` has the same name | `aws_instance.web` does not depend on the instance profile, so it may be created first @ IAM role defined here @ instance profile with the same name defined here",
            ),
            (
                value("aws_iam_role.app.name")
                    + ROLE
                    + &PROFILE.replace("app-profile", "app-role").replace("aws_iam_role.app.name", "var.role"),
                "`aws_instance.web`: `iam_instance_profile` is the name of the IAM role `aws_iam_role.app`, but AWS uses the instance profile `aws_iam_instance_profile.app`, which has the same name and an unknown role | the instances run with the role of `aws_iam_instance_profile.app` today: decide which of the two is right @ IAM role defined here @ instance profile with the same name defined here",
            ),
            (
                value("aws_iam_role.app.name")
                    + ROLE
                    + &PROFILE
                        .replace("app-profile", "app-role")
                        .replace("aws_iam_role.app.name", "aws_iam_role.b.name")
                    + "resource \"aws_iam_role\" \"b\" {}\n",
                "`aws_instance.web`: `iam_instance_profile` is the name of the IAM role `aws_iam_role.app`, but AWS uses the instance profile `aws_iam_instance_profile.app`, which has the same name and another role | the instances run with the role of `aws_iam_instance_profile.app` today: decide which of the two is right @ IAM role defined here @ instance profile with the same name defined here",
            ),
        ],
    );
}

#[test]
fn role_not_assumable_by_ec2() {
    assert_says("IPF010", &[
        (value("aws_iam_role.app.name") + &ROLE.replace("}\n", "  assume_role_policy = jsonencode({Statement = [{Effect = \"Allow\", Principal = {Service = \"lambda.amazonaws.com\"}, Action = \"sts:AssumeRole\"}]})\n}\n"), "`aws_instance.web` gets the IAM role `aws_iam_role.app`, which EC2 cannot assume: its trust policy does not name `ec2.amazonaws.com` | another role may be intended; with this one, the instances have no credentials @ IAM role defined here"),
    ]);
}

#[test]
fn unresolved_profile() {
    assert_says("IPF011", &[
        (value("\"aws_instance.other.id\"") + "resource \"aws_instance\" \"other\" {}\n", "`aws_instance.web`: `iam_instance_profile` is a name or ARN that matches no role here; ipfix cannot tell whether it is an instance profile"),
        (value("var.profile"), "`aws_instance.web`: `iam_instance_profile` is set from outside (a variable or parameter); ipfix cannot tell whether it is an instance profile"),
        (value("data.aws_ssm_parameter.x.value"), "`aws_instance.web`: `iam_instance_profile` is read from elsewhere (an import or data source); ipfix cannot tell whether it is an instance profile"),
        (value("module.x.profile"), "`aws_instance.web`: `iam_instance_profile` is an output of a module or nested stack; ipfix cannot tell whether it is an instance profile"),
        (value("join(\"-\", [timestamp()])"), "`aws_instance.web`: `iam_instance_profile` is computed at deployment; ipfix cannot tell whether it is an instance profile"),
        (value("\"x-${timestamp()}\""), "`aws_instance.web`: `iam_instance_profile` is text that is computed at deployment; ipfix cannot tell whether it is an instance profile"),
        (value("\"plain\""), "`aws_instance.web`: `iam_instance_profile` is a name or ARN that matches no role here; ipfix cannot tell whether it is an instance profile"),
        (value("local.gone"), "`aws_instance.web`: `iam_instance_profile` references `local.gone`, which is not declared"),
        (value("aws_iam_instance_profile.gone.name"), "`aws_instance.web`: `iam_instance_profile` references `aws_iam_instance_profile.gone`, which no readable file declares"),
        ("Resources:\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref Gone}\n".to_owned(), "`X`: `IamInstanceProfile` references `Gone`, which is not declared"),
        ("Resources:\n  X:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !GetAtt Gone.Arn}\n".to_owned(), "`X`: `IamInstanceProfile` references `Gone`, which is not declared"),
    ]);
}

#[test]
fn profile_by_name() {
    assert_says(
        "IPF012",
        &[
            (
                value("\"app-profile\"") + ROLE + PROFILE,
                "`aws_instance.web`: `iam_instance_profile` is the name of `aws_iam_instance_profile.app` as text, which creates no dependency | the first deployment may create `aws_instance.web` before the instance profile, and fail @ instance profile defined here",
            ),
            (
                value("\"${var.x}-profile\"") + ROLE + &PROFILE.replace("app-profile", "${var.x}-profile"),
                "`aws_instance.web`: `iam_instance_profile` is the name of `aws_iam_instance_profile.app` as text, which creates no dependency | the first deployment may create `aws_instance.web` before the instance profile, and fail | the instance profile is matched by an equal expression, not by a literal name @ instance profile defined here",
            ),
        ],
    );
}
