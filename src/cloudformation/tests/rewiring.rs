//! One slot at a time: how its text changes.

use super::{fixed, try_fixed};
use crate::language::EditError;

const ROLE: &str = "  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: app-role\n";

/// The properties of one resource, indented by six, before and after. What the new profile looks like is tested elsewhere.
#[track_caller]
fn changes(kind: &str, before: &str, after: &str) {
    let text = |properties: &str| {
        let properties: String = properties.lines().map(|line| format!("      {line}\n")).collect();
        format!("Resources:\n{ROLE}  Web:\n    Type: {kind}\n    Properties:\n{properties}")
    };
    let (fixed, expected) = (fixed(&text(before)), text(after));
    let launcher = |text: &str| text[text.find("  Web:").expect("a launcher")..].to_owned();
    assert_eq!(launcher(&fixed), launcher(&expected));
    assert!(fixed.contains("  AppInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n"), "{fixed}");
}

#[track_caller]
fn instance(before: &str, after: &str) {
    changes("AWS::EC2::Instance", before, after);
}

#[track_caller]
fn template(before: &str, after: &str) {
    let inside = |lines: &str| {
        let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
        format!("LaunchTemplateData:\n{lines}")
    };
    changes("AWS::EC2::LaunchTemplate", &inside(before), &inside(after));
}

#[test]
fn references_keep_their_spelling() {
    let keeps = [
        ("!Ref AppRole", "!Ref AppInstanceProfile"),
        ("!Ref 'AppRole' # why", "!Ref 'AppInstanceProfile' # why"),
        ("!Ref \"AppRole\"", "!Ref \"AppInstanceProfile\""),
        ("!GetAtt AppRole.Arn", "!Ref AppInstanceProfile"),
        ("!GetAtt 'AppRole.Arn'", "!Ref 'AppInstanceProfile'"),
        ("!GetAtt [AppRole, Arn]", "!Ref AppInstanceProfile"),
        ("!GetAtt\n  - AppRole\n  - Arn", "!Ref AppInstanceProfile"),
        ("!Sub ${AppRole}", "!Sub ${AppInstanceProfile}"),
        ("!Sub '${AppRole.RoleId}'", "!Sub '${AppInstanceProfile}'"),
        ("!Sub [\"${AppRole}\", {x: y}]", "!Sub [\"${AppInstanceProfile}\", {x: y}]"),
        ("!Sub [\"${r}\", {r: !GetAtt AppRole.Arn}]", "!Sub [\"${r}\", {r: !Ref AppInstanceProfile}]"),
        ("!Join ['', [!Ref AppRole]]", "!Ref AppInstanceProfile"),
        ("!Select [0, [!Ref AppRole, other]]", "!Select [0, [!Ref AppInstanceProfile, other]]"),
        ("!Select [1, !Split [/, !GetAtt AppRole.Arn]]", "!Ref AppInstanceProfile"),
        ("!If [A, !Ref AppRole, !Ref AWS::NoValue]", "!If [A, !Ref AppInstanceProfile, !Ref AWS::NoValue]"),
        (
            "!If\n  - A\n  - !If [B, !Ref AppRole, x] # why\n  - !GetAtt AppRole.Arn",
            "!If\n  - A\n  - !If [B, !Ref AppInstanceProfile, x] # why\n  - !Ref AppInstanceProfile",
        ),
        ("app-role", "!Ref AppInstanceProfile"),
        ("'!Ref AppRole'", "!Ref AppInstanceProfile"),
        ("${AppRole}", "!Ref AppInstanceProfile"),
        ("AppRole.Arn", "!Ref AppInstanceProfile"),
        (">-\n  app-role", "!Ref AppInstanceProfile"),
        ("arn:aws:iam::123456789012:role/x/app-role", "!Ref AppInstanceProfile"),
        ("!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app-role", "!Ref AppInstanceProfile"),
    ];
    for (before, after) in keeps {
        instance(&format!("IamInstanceProfile: {before}"), &format!("IamInstanceProfile: {after}"));
    }
}

#[test]
fn the_long_form_stays_long() {
    instance("IamInstanceProfile:\n  Ref: AppRole", "IamInstanceProfile:\n  Ref: AppInstanceProfile");
    instance("IamInstanceProfile: {Ref: AppRole}", "IamInstanceProfile: {Ref: AppInstanceProfile}");
    instance("IamInstanceProfile:\n  Fn::GetAtt: AppRole.Arn", "IamInstanceProfile:\n  Ref: AppInstanceProfile");
    instance("IamInstanceProfile: {'Fn::GetAtt': [AppRole, Arn]}", "IamInstanceProfile: {Ref: AppInstanceProfile}");
    instance("IamInstanceProfile:\n  Fn::Sub: ${AppRole}", "IamInstanceProfile:\n  Fn::Sub: ${AppInstanceProfile}");
    let join = "IamInstanceProfile:\n  Fn::Join:\n    - ''\n    - - Ref: AppRole";
    instance(join, "IamInstanceProfile:\n  Ref: AppInstanceProfile");
    let conditional =
        "IamInstanceProfile:\n  Fn::If:\n    - A\n    - Fn::Join: ['', [Ref: AppRole]]\n    - Ref: AWS::NoValue";
    let after = "IamInstanceProfile:\n  Fn::If:\n    - A\n    - Ref: AppInstanceProfile\n    - Ref: AWS::NoValue";
    instance(conditional, after);
}

#[test]
fn arns_where_arns_are_due() {
    let opsworks = |before: &str, after: &str| {
        changes(
            "AWS::OpsWorks::Stack",
            &format!("DefaultInstanceProfileArn: {before}"),
            &format!("DefaultInstanceProfileArn: {after}"),
        );
    };
    opsworks("!Ref AppRole", "!GetAtt AppInstanceProfile.Arn");
    opsworks("!Ref 'AppRole'", "!GetAtt 'AppInstanceProfile.Arn'");
    opsworks("!GetAtt AppRole.RoleId", "!GetAtt AppInstanceProfile.Arn");
    opsworks("!GetAtt [AppRole, RoleId]", "!GetAtt [AppInstanceProfile, Arn]");
    opsworks("!GetAtt [AppRole, Arn]", "!GetAtt [AppInstanceProfile, Arn]");
    opsworks("!Sub ${AppRole}", "!Sub ${AppInstanceProfile.Arn}");
    opsworks("{Ref: AppRole}", "{Fn::GetAtt: [AppInstanceProfile, Arn]}");
    changes(
        "AWS::OpsWorks::Stack",
        "DefaultInstanceProfileArn:\n  Ref: AppRole",
        "DefaultInstanceProfileArn:\n  Fn::GetAtt:\n    - AppInstanceProfile\n    - Arn",
    );
}

#[test]
fn objects_where_objects_are_due() {
    template("IamInstanceProfile: !Ref AppRole # why", "IamInstanceProfile:\n  Name: !Ref AppInstanceProfile # why");
    template("IamInstanceProfile: !GetAtt AppRole.Arn", "IamInstanceProfile:\n  Arn: !GetAtt AppInstanceProfile.Arn");
    template("IamInstanceProfile:\n  Ref: AppRole", "IamInstanceProfile:\n  Name:\n    Ref: AppInstanceProfile");
    template("IamInstanceProfile: {Ref: AppRole}", "IamInstanceProfile:\n  Name: {Ref: AppInstanceProfile}");
    template("IamInstanceProfile: [!Ref AppRole]", "IamInstanceProfile: {Name: !Ref AppInstanceProfile}");
    template("IamInstanceProfile:\n  - !Ref AppRole", "IamInstanceProfile:\n  Name: !Ref AppInstanceProfile");
    template("IamInstanceProfile: [{Name: !Ref AppRole}]", "IamInstanceProfile: {Name: !Ref AppInstanceProfile}");
    template("IamInstanceProfile:\n  - name: !Ref AppRole", "IamInstanceProfile:\n  Name: !Ref AppInstanceProfile");
    template("IamInstanceProfile: {ARN: !Ref AppRole}", "IamInstanceProfile: {Arn: !GetAtt AppInstanceProfile.Arn}");
    template(
        "IamInstanceProfile: !If [A, !Ref AppRole, !Ref AWS::NoValue]",
        "IamInstanceProfile: !If [A, {Name: !Ref AppInstanceProfile}, !Ref AWS::NoValue]",
    );
    template(
        "IamInstanceProfile: !If\n  - A\n  - !Ref AppRole\n  - !Ref AWS::NoValue",
        "IamInstanceProfile: !If\n  - A\n  - Name: !Ref AppInstanceProfile\n  - !Ref AWS::NoValue",
    );
    template(
        "IamInstanceProfile: !If\n  - A\n  - Arn: !GetAtt AppRole.Arn\n  - !Ref AWS::NoValue",
        "IamInstanceProfile: !If\n  - A\n  - Arn: !GetAtt AppInstanceProfile.Arn\n  - !Ref AWS::NoValue",
    );
}

#[test]
fn plain_values_where_plain_values_are_due() {
    instance("IamInstanceProfile: {Name: !Ref AppRole}", "IamInstanceProfile: !Ref AppInstanceProfile");
    instance("IamInstanceProfile: [ !GetAtt AppRole.Arn ]", "IamInstanceProfile: !Ref AppInstanceProfile");
    instance(
        "IamInstanceProfile:\n  Arn: !GetAtt AppRole.Arn # why",
        "IamInstanceProfile: !Ref AppInstanceProfile # why",
    );
    instance("IamInstanceProfile:\n  - !Ref AppRole", "IamInstanceProfile: !Ref AppInstanceProfile");
    instance("IamInstanceProfile:\n- !Ref AppRole", "IamInstanceProfile: !Ref AppInstanceProfile");
    instance("IamInstanceProfile:\n  Name:\n    Ref: AppRole", "IamInstanceProfile:\n  Ref: AppInstanceProfile");
    instance(
        "IamInstanceProfile:\n  # the profile\n  Name: !Ref AppRole",
        "# the profile\nIamInstanceProfile: !Ref AppInstanceProfile",
    );
    instance(
        "IamInstanceProfile:\n  Name: !If\n    - A\n    - !Ref AppRole\n    - x",
        "IamInstanceProfile: !If\n  - A\n  - !Ref AppInstanceProfile\n  - x",
    );
    instance(
        "IamInstanceProfile:\n  Name:\n    Fn::If:\n      - A\n      - Ref: AppRole\n      - x",
        "IamInstanceProfile:\n  Fn::If:\n    - A\n    - Ref: AppInstanceProfile\n    - x",
    );
}

#[test]
fn unknown_arguments_are_renamed() {
    for name in ["Role", "IamRole", "IAMInstanceProfile", "iamInstanceProfile", "InstanceProfile"] {
        instance(
            &format!("{name}: !Ref AppRole\nImageId: x"),
            "IamInstanceProfile: !Ref AppInstanceProfile\nImageId: x",
        );
    }
    instance("'Role': !GetAtt AppRole.Arn", "'IamInstanceProfile': !Ref AppInstanceProfile");
    template("IAMInstanceProfile: {Name: !Ref AppRole}", "IamInstanceProfile: {Name: !Ref AppInstanceProfile}");
}

/// A template that has the correct argument already.
#[track_caller]
fn removes(before: &str, after: &str) {
    let text = |properties: &str| {
        let properties: String = properties.split_inclusive('\n').map(|line| format!("      {line}")).collect();
        format!(
            "Resources:\n{ROLE}  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: [!Ref AppRole]\n  \
             Web:\n    Type: AWS::EC2::Instance\n    Properties:\n{properties}"
        )
    };
    assert_eq!(fixed(&text(before)), text(after));
}

#[test]
fn unknown_arguments_beside_a_correct_one_are_removed() {
    removes("IamInstanceProfile: !Ref P\nRole: !Ref AppRole\nImageId: x\n", "IamInstanceProfile: !Ref P\nImageId: x\n");
    removes("Role: !Ref AppRole\nIamInstanceProfile: !Ref P\n", "IamInstanceProfile: !Ref P\n");
    removes("IamInstanceProfile: !Ref P\nRole: !Ref AppRole\n", "IamInstanceProfile: !Ref P\n");
    removes("IamInstanceProfile: !Ref P\nRole: !Ref AppRole", "IamInstanceProfile: !Ref P");
    removes("IamInstanceProfile: !Ref P\nRole: !Ref AppRole # why\n", "IamInstanceProfile: !Ref P\n# why\n");
    removes("IamInstanceProfile: !Ref P\nRole:\n  Ref: AppRole\n", "IamInstanceProfile: !Ref P\n");
}

#[test]
fn a_profiles_own_roles_are_repaired() {
    let repaired = |before: &str, after: &str| {
        let text = |roles: &str| {
            format!("Resources:\n{ROLE}  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      {roles}\n")
        };
        assert_eq!(fixed(&text(before)), text(after));
    };
    repaired("Roles: [!GetAtt AppRole.Arn]", "Roles: [!Ref AppRole]");
    repaired("Roles: !Ref AppRole", "Roles:\n        - !Ref AppRole");
    repaired("Roles: app-role", "Roles:\n        - app-role");
    repaired("Roles:\n        Ref: AppRole", "Roles:\n        - Ref: AppRole");
    repaired("Roles:\n        Fn::GetAtt: [AppRole, Arn]", "Roles:\n        - Ref: AppRole");
    repaired("Role: !Ref AppRole", "Roles:\n        - !Ref AppRole");
    repaired("Role: [!Ref AppRole]", "Roles: [!Ref AppRole]");
    repaired("roles: [!Ref AppRole]", "Roles: [!Ref AppRole]");
    repaired(
        "Roles: !If [A, [!GetAtt AppRole.Arn], !Ref AWS::NoValue]",
        "Roles: !If [A, [!Ref AppRole], !Ref AWS::NoValue]",
    );
    repaired("Roles: !Ref Names", "Roles: !Ref Names");
    repaired("Roles: !Split [',', x]", "Roles: !Split [',', x]");
}

#[test]
fn json_keeps_its_layout() {
    let text = |value: &str| {
        format!(
            "{{\n  \"Resources\": {{\n    \"AppRole\": {{ \"Type\": \"AWS::IAM::Role\" }},\n    \"Web\": {{\n      \
             \"Type\": \"AWS::EC2::LaunchTemplate\",\n      \"Properties\": {{\n        \"LaunchTemplateData\": {{\n          \
             \"IamInstanceProfile\": {value}\n        }}\n      }}\n    }}\n  }}\n}}\n"
        )
    };
    let launcher = |text: &str| text[text.find("\"Web\"").expect("a launcher")..].to_owned();
    let keeps = [
        ("{ \"Ref\": \"AppRole\" }", "{ \"Name\": { \"Ref\": \"AppInstanceProfile\" } }"),
        ("{ \"Name\": \"${AppRole}\" }", "{ \"Name\": { \"Ref\": \"AppInstanceProfile\" } }"),
        (
            "{ \"Arn\": { \"Fn::Sub\": \"${AppRole.Arn}\" } }",
            "{ \"Arn\": { \"Fn::Sub\": \"${AppInstanceProfile.Arn}\" } }",
        ),
        ("[ { \"Name\": { \"Ref\": \"AppRole\" } } ]", "{ \"Name\": { \"Ref\": \"AppInstanceProfile\" } }"),
        ("{ \"Arn\": { \"Ref\": \"AppRole\" } }", "{ \"Arn\": { \"Fn::GetAtt\": [\"AppInstanceProfile\", \"Arn\"] } }"),
    ];
    for (before, after) in keeps {
        assert_eq!(launcher(&fixed(&text(before))), launcher(&text(after)));
    }
    let spread = "{\n            \"Ref\": \"AppRole\"\n          }";
    let wrapped =
        "{\n            \"Name\": {\n              \"Ref\": \"AppInstanceProfile\"\n            }\n          }";
    let fixed = fixed(&text(spread));
    assert!(fixed.contains(wrapped), "{fixed}");
}

#[test]
fn json_escapes_are_respected() {
    let text = "{\"Resources\": {\"AppRole\": {\"Type\": \"AWS::IAM::Role\"}, \"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": {\"Fn::Sub\": \"\\u0024{AppRole}\"}}}}}";
    assert!(fixed(text).contains("\"IamInstanceProfile\": {\"Ref\": \"AppInstanceProfile\"}"), "{}", fixed(text));
}

#[test]
fn comments_anchors_and_tags_are_never_lost() {
    let edits = |properties: &str| {
        try_fixed(&format!(
            "Resources:\n  R: {{Type: AWS::IAM::Role}}\n  W:\n    Type: AWS::EC2::Instance\n    Properties:{properties}\n"
        ))
    };
    for (text, part) in [
        ("\n      IamInstanceProfile: !If [A, !GetAtt # c\n        R.Arn, x]", ("comment", 6)),
        ("\n      IamInstanceProfile: !Ref R\n      Role:\n        # c\n        Ref: R", ("comment", 8)),
        ("\n      IamInstanceProfile: !Select [1, !Split [/, &a !GetAtt R.Arn]]", ("anchor", 6)),
        ("\n      IamInstanceProfile: &a {Name: &b !Ref R}", ("anchor", 6)),
        ("\n      IamInstanceProfile: !!str '!Ref R'", ("tag", 6)),
        ("\n      IamInstanceProfile: !Ref R\n      !!str Role: !Ref R", ("tag", 7)),
    ] {
        match edits(text) {
            Err(EditError::LosesPart { what, position }) => assert_eq!((what, position.line), part, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let indicator = "\n      IamInstanceProfile: !If\n        - A\n        - x\n        - # c\n            - !Sub >2-\n              ${R}";
    assert!(matches!(edits(indicator), Err(EditError::Unsupported(_))), "its text would get blanks");
    for kept in [
        "\n      IamInstanceProfile: { # c\n        Name: !Ref R}",
        "\n      IamInstanceProfile:\n      # c\n      - # c\n        !Ref R",
        "\n      IamInstanceProfile: !GetAtt # c\n        R.Arn",
        "\n      IamInstanceProfile: !If\n      - A\n      - !GetAtt # c\n        R.Arn\n      - x",
        "\n      # c\n      IamInstanceProfile: !Ref R # c",
        "\n      IamInstanceProfile: # c\n        Name: &a !Ref R",
        "\n      IamInstanceProfile: !If\n      - A # c\n      # c\n      - !Ref R\n      - x",
        "\n      Role: !Ref R # c\n      # c",
        "\n      Role:\n        # c\n        Ref: R",
        " {Role: !Ref R, # c\n      ImageId: x}",
    ] {
        let after = edits(kept).unwrap_or_else(|error| panic!("{kept}: {error}"));
        for part in ["# c", "&a"] {
            assert_eq!(after.matches(part).count(), kept.matches(part).count(), "{after}");
        }
    }
}
