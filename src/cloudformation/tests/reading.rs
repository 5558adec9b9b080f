//! What a template means.

use super::{parsed, read, source};
use crate::aws::slots::Expected;
use crate::language::Frontend;
use crate::model::{
    InstanceSelector, ProfileName, Reason, Resolution, RoleAttr, RoleId, SlotId, SlotState, TemplateString,
};

fn text(value: &str) -> String {
    format!(
        "Parameters:\n  Param: {{Type: String}}\nResources:\n  AppRole:\n    Type: AWS::IAM::Role\n  Nested: {{Type: AWS::CloudFormation::Stack}}\n  \
         Fn: {{Type: AWS::Serverless::Function}}\n  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties: {{Roles: [!Ref AppRole]}}\n  Pol:\n    \
         Type: AWS::IAM::Policy\n    Properties: {{Roles: [!Ref AppRole]}}\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      \
         IamInstanceProfile: {value}\n"
    )
}

fn resolution(value: &str) -> Vec<Resolution> {
    let template = read(&text(value));
    let slot = template.unit().slots.iter().find(|slot| slot.spec.resource == "AWS::EC2::Instance").expect("a slot");
    slot.leaves.iter().map(|leaf_use| template.unit().leaf(leaf_use.leaf).resolution.clone()).collect()
}

#[test]
fn what_cannot_be_known_has_its_reason() {
    let reasons = [
        ("!Ref Param", Reason::Variable),
        ("!Sub ${Param}", Reason::Variable),
        ("!ImportValue x", Reason::Import),
        ("'{{resolve:ssm:x}}'", Reason::Import),
        ("!GetAtt Nested.Outputs.Profile", Reason::Module),
        ("!Ref Nowhere", Reason::Undeclared),
        ("!GetAZs x", Reason::Computed),
        ("!Join ['-', [a, !Ref AppRole]]", Reason::Computed),
        ("!FindInMap [a, b, c]", Reason::Unsupported("chosen by a mapping")),
        ("!Ref FnRole", Reason::Unsupported("a role that SAM generates for a function")),
    ];
    for (value, reason) in reasons {
        match resolution(value).as_slice() {
            [Resolution::Unknown(got, _)] => assert_eq!(*got, reason, "{value}"),
            other => panic!("{value}: {other:?}"),
        }
    }
}

#[test]
fn what_is_nothing_is_absent() {
    for value in ["", "~", "null", "''", "!Ref AWS::NoValue"] {
        assert_eq!(resolution(value), [Resolution::Absent], "{value}");
    }
}

#[test]
fn policies_lead_to_their_role() {
    assert!(matches!(resolution("!Ref Pol").as_slice(), [Resolution::Policy(Some(_))]));
}

#[test]
fn words_that_could_be_names_are_not_certain() {
    let [Resolution::Quoted { certain: false, .. }] = resolution("AppRole")[..] else { panic!("a bare ID") };
    let [Resolution::Quoted { certain: true, .. }] = resolution("AppRole.Arn")[..] else { panic!("an attribute") };
    assert_eq!(resolution("approle"), [Resolution::Text(TemplateString::literal("approle"))]);
    assert_eq!(resolution("!Sub '${!AppRole}'"), [Resolution::Text(TemplateString::literal("${AppRole}"))]);
    assert_eq!(resolution("!Sub ['${AppRole}', {AppRole: x}]"), [Resolution::Text(TemplateString::literal("x"))]);
}

#[test]
fn both_keys_are_one_finding_each() {
    let text = "Resources:\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile: {Name: a, Arn: b}\n";
    let found: Vec<_> = read(text).unit().slots.iter().map(|slot| slot.state).collect();
    assert_eq!(
        found,
        [
            SlotState::ConflictingKeys { expected: Expected::Name },
            SlotState::ConflictingKeys { expected: Expected::Arn }
        ]
    );
}

#[test]
fn two_unknown_arguments_cannot_both_take_the_correct_name() {
    let uneditable_reason = |properties: &str| {
        let text = format!(
            "Resources:\n  R: {{Type: AWS::IAM::Role}}\n  W:\n    Type: AWS::EC2::Instance\n    Properties: {properties}\n"
        );
        read(&text).unit().slots.iter().map(|slot| slot.uneditable_reason.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(uneditable_reason("{Role: !Ref R}"), [false]);
    assert_eq!(uneditable_reason("{Role: !Ref R, IamRole: !Ref R}"), [true, true]);
    assert_eq!(uneditable_reason("{Role: !Ref R, IamInstanceProfile: {}}"), [true]);
    assert_eq!(uneditable_reason("{Role: !Ref R, IamInstanceProfile: x}"), [false, false]);
}

#[test]
fn look_alikes_are_no_slots() {
    for (kind, property) in [
        ("AWS::Lambda::Function", "Role"),
        ("AWS::EMR::Cluster", "ServiceRole"),
        ("AWS::Batch::ComputeEnvironment", "ServiceRole"),
        ("AWS::EC2::SpotFleet", "IamFleetRole"),
        ("AWS::AppRunner::Service", "InstanceRoleArn"),
        ("AWS::DataZone::Connection", "InstanceProfileArn"),
    ] {
        let text = format!(
            "Resources:\n  R: {{Type: AWS::IAM::Role}}\n  X:\n    Type: {kind}\n    Properties: {{{property}: !GetAtt R.Arn}}\n"
        );
        assert_eq!(read(&text).unit().slots, [], "{kind}");
    }
    let outside = "Resources:\n  R: {Type: AWS::IAM::Role}\n  X:\n    Type: AWS::EC2::Instance\n    Metadata: {IamInstanceProfile: !Ref R}\nOutputs:\n  IamInstanceProfile: {Value: !Ref R}\n";
    assert_eq!(read(outside).unit().slots, []);
    let other = "Resources:\n  E:\n    Type: AWS::ElasticBeanstalk::Environment\n    Properties:\n      OptionSettings:\n      - {Namespace: aws:elasticbeanstalk:environment, OptionName: ServiceRole, Value: x}\n";
    assert_eq!(read(other).unit().slots, []);
}

#[test]
fn every_row_of_the_table_is_found() {
    for spec in crate::aws::slots::CLOUDFORMATION {
        let mut path = format!("{{{}: X}}", spec.key);
        for step in spec.within.iter().rev() {
            let only: String = step.when.iter().map(|(key, value)| format!("{key}: '{value}', ")).collect();
            path = format!("{{{}: [{{{only}{}]}}", step.key, &path[1..]);
        }
        let text = format!("Resources:\n  X:\n    Type: {}\n    Properties: {path}\n", spec.resource);
        let template = read(&text);
        assert_eq!(template.unit().slots.len(), 1, "{text}");
        assert_eq!(template.unit().slot(SlotId(0)).spec.key, spec.key);
    }
}

#[test]
fn names_of_profiles() {
    let name = |value: &str| {
        let text = format!(
            "Resources:\n  R: {{Type: AWS::IAM::Role}}\n  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties: {{Roles: [!Ref R]{value}}}\n"
        );
        read(&text).unit().profiles[0].name.clone()
    };
    assert_eq!(name(""), ProfileName::Generated);
    assert!(matches!(name(", InstanceProfileName: !Ref R"), ProfileName::OfRole(_)));
    assert!(matches!(name(", InstanceProfileName: !Sub '${R}'"), ProfileName::OfRole(_)));
    assert_eq!(name(", InstanceProfileName: x"), ProfileName::Is(TemplateString::literal("x")));
    assert!(matches!(name(", InstanceProfileName: !Ref AWS::NoValue"), ProfileName::Generated));
}

#[test]
fn what_aliases_reach_is_frozen_unless_all_is_slots() {
    let shared = "Resources:\n  R: {Type: AWS::IAM::Role}\n  A:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: &x !Ref R}\n";
    let template =
        read(&format!("{shared}  B:\n    Type: AWS::EC2::Instance\n    Properties: {{IamInstanceProfile: *x}}\n"));
    assert!(template.unit().slots.iter().all(|slot| slot.uneditable_reason.is_none()));
    let [definition] = template.unit().definitions.as_slice() else { panic!("one definition") };
    assert_eq!((definition.name.as_str(), definition.readers.len()), ("&x", 2));
    for other in [
        "  B:\n    Type: AWS::Lambda::Function\n    Properties: {Role: *x}\n",
        "  B:\n    Type: AWS::OpsWorks::Stack\n    Properties: {DefaultInstanceProfileArn: *x}\n",
        "Outputs:\n  O: {Value: *x}\n",
    ] {
        let template = read(&format!("{shared}{other}"));
        assert!(template.unit().slots.iter().all(|slot| slot.uneditable_reason.is_some()), "{other}");
        assert_eq!(template.unit().definitions, [], "{other}");
    }
    let merged = "Resources:\n  R: {Type: AWS::IAM::Role}\n  A:\n    Type: AWS::EC2::Instance\n    Properties: &p {IamInstanceProfile: !Ref R}\n  B:\n    Type: AWS::EC2::Instance\n    Properties:\n      <<: *p\n      ImageId: x\n";
    let template = read(merged);
    assert_eq!(template.unit().slots.len(), 2);
    assert!(template.unit().slots.iter().all(|slot| slot.uneditable_reason.is_some()));
}

#[test]
fn loops_have_names_of_their_own() {
    let text = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::L:\n  - N\n  - [A, B]\n  - Role${N}: {Type: AWS::IAM::Role}\n    Web${N}:\n      Type: AWS::EC2::Instance\n      Properties: {IamInstanceProfile: {Ref: !Sub 'Role${N}'}}\n  Other:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref RoleA}\n  Another:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: !Ref RoleC}\n";
    let template = read(text);
    let resolution: Vec<_> = template.unit().leaves.iter().map(|leaf| leaf.resolution.clone()).collect();
    let found = [
        Resolution::Role(RoleId(0), RoleAttr::Name, InstanceSelector::Whole),
        Resolution::Role(RoleId(0), RoleAttr::Name, InstanceSelector::Index),
    ];
    assert_eq!(resolution[..2], found);
    assert!(matches!(resolution[2..], [Resolution::Unknown(Reason::Undeclared, _)]), "{resolution:?}");
    assert!(template.unit().reserved_names.contains("L"));
}

#[test]
fn whatever_stands_among_the_resources_takes_its_name() {
    let text =
        "Parameters:\n  A: {Type: String}\nResources:\n  B: {Type: AWS::SNS::Topic}\n  C: text\n  Fn::ForEach::D: []\n";
    let taken = read(text).into_unit().reserved_names;
    assert!(["A", "B", "C"].iter().all(|name| taken.contains(*name)), "{taken:?}");
}

#[test]
fn wishes_for_silence() {
    let text = "Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Metadata: {ipfix: {ignore: [ipf001]}}\n    Properties:\n      # ipfix:ignore\n      IamInstanceProfile: x\n";
    let ignores = read(text).into_unit().suppressions;
    assert_eq!(ignores.len(), 2);
    assert!(text[ignores[0].covers.range()].contains("IamInstanceProfile"));
    assert_eq!(ignores[1].codes, ["IPF001"]);
    assert!(text[ignores[1].covers.range()].starts_with("A:"));
}

/// The message, and whether the file is a template.
fn refused(name: &str, text: &str) -> (String, bool) {
    let (template, errors) = parsed(&vec![source(name, text)].into());
    let [error] = errors.as_slice() else { panic!("{name}: {errors:?}") };
    assert_eq!(template.unit().slots, []);
    (error.message.clone(), template.recognized)
}

#[test]
fn templates_that_cannot_be_changed_are_refused() {
    let template = "Resources:\n  A: {Type: AWS::SNS::Topic}\n";
    let twice = refused("t.yaml", &format!("{template}  A: {{}}\n"));
    assert_eq!(twice, ("duplicate key `A`".to_owned(), true));
    let several = refused("t.yaml", &format!("a: b\n---\n{template}"));
    assert_eq!(several, ("multi-document YAML is not supported".to_owned(), true));
    let json = refused("t.json", "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}, \"A\": 1}}");
    assert_eq!(json, ("duplicate key `A`".to_owned(), true));
    assert!(!refused("t.yaml", "{{ if }}\na: [\n").1);
    assert!(!refused("t.json", "{\"a\": }").1);
}

#[test]
fn other_files_are_silent() {
    for (name, text) in [
        ("p.yaml", "kind: Pod\n---\nkind: Pod\n"),
        ("p.yaml", "a: 1\na: 2\n"),
        ("package.json", "{\"name\": \"AWS::EC2::Instance\"}"),
        ("empty.yaml", ""),
        ("list.yml", "- a\n"),
    ] {
        let (template, errors) = parsed(&vec![source(name, text)].into());
        assert_eq!((errors.as_slice(), template.recognized), (&[][..], false), "{text}");
    }
}

#[test]
fn extensions_do_not_decide() {
    let yaml = "Resources:\n  A: {Type: AWS::SNS::Topic}\n";
    let json = "{\n\t\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}\n}";
    for (name, text) in [("t.template", yaml), ("t.template", json), ("t.yaml", json), ("t.cfn", yaml)] {
        let (template, errors) = parsed(&vec![source(name, text)].into());
        assert_eq!((errors.as_slice(), template.recognized), (&[][..], true), "{name}");
    }
}

#[test]
fn deep_and_wide_input_ends() {
    let deep =
        format!("Resources:\n  A: {{Type: AWS::SNS::Topic, B: {}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!parsed(&vec![source("t.yaml", &deep)].into()).1.is_empty());
    let nested = format!("Resources:\n  A: {{Type: AWS::SNS::Topic, B: {}{}}}\n", "[".repeat(250), "]".repeat(250));
    assert!(parsed(&vec![source("t.yaml", &nested)].into()).1.is_empty());
    let mut bomb = "Metadata:\n  a0: &a0 [x, x]\n".to_owned();
    bomb.extend((1..60).map(|level| format!("  a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1)));
    bomb += "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {RoleName: !Join ['', *a59]}\n  W:\n    Type: AWS::EC2::SpotFleet\n    Properties: {SpotFleetRequestConfigData: {LaunchSpecifications: *a59}}\n";
    assert!(parsed(&vec![source("t.yaml", &bomb)].into()).1.is_empty());
    let mut chain = "Metadata:\n  a0: &a0 [x]\n".to_owned();
    chain.extend((1..2_000).map(|level| format!("  a{level}: &a{level} [*a{}]\n", level - 1)));
    assert!(!parsed(&vec![source("t.yaml", &chain)].into()).1.is_empty());
}
