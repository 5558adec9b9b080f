//! Where a new profile goes and how it is laid out.

use super::fixed;

const WEB: &str = "  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref AppRole\n";

/// Text before the launcher, and what it becomes; `first` says that the launcher comes first.
#[track_caller]
fn placed(before: &str, after: &str) {
    let web = WEB.replace("!Ref AppRole", "!Ref AppInstanceProfile");
    assert_eq!(fixed(&format!("Resources:\n{before}{WEB}")), format!("Resources:\n{after}{web}"));
    assert_eq!(
        fixed(&format!("Resources:\n{WEB}{before}")),
        format!("Resources:\n{web}{after}"),
        "with the launcher first"
    );
}

const PROFILE: &str = "  AppInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref AppRole\n";

#[test]
fn after_the_role() {
    let role = "  AppRole:\n    Type: AWS::IAM::Role\n";
    placed(role, &format!("{role}{PROFILE}"));
    let role = "  AppRole:\n    Type: AWS::IAM::Role # why\n    # also why\n";
    placed(role, &format!("{role}{PROFILE}"));
    let role = "  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: >-\n        /\n";
    placed(
        role,
        &format!(
            "{role}{}",
            PROFILE.replace("Roles", "Path: >-\n        /\n      Roles").replace("      Path: >-\n        /\n", "")
        ),
    );
}

#[test]
fn comments_between_resources_stay_with_the_next() {
    let role = "  AppRole:\n    Type: AWS::IAM::Role\n";
    let rest = "  # next\n  Topic:\n    Type: AWS::SNS::Topic\n";
    placed(&format!("{role}{rest}"), &format!("{role}{PROFILE}{rest}"));
}

#[test]
fn blank_lines_as_before_the_role() {
    let topic = "  Topic:\n    Type: AWS::SNS::Topic\n\n\n";
    let role = "  # role\n  AppRole:\n    Type: AWS::IAM::Role\n\n";
    let after = format!("{topic}  # role\n  AppRole:\n    Type: AWS::IAM::Role\n\n\n{PROFILE}\n");
    assert_eq!(
        fixed(&format!("Resources:\n{topic}{role}{WEB}")),
        format!("Resources:\n{after}{}", WEB.replace("!Ref AppRole", "!Ref AppInstanceProfile"))
    );
    let first = format!("Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n\n{WEB}");
    assert!(fixed(&first).contains(&format!("AWS::IAM::Role\n\n{PROFILE}\n  Web:")), "{}", fixed(&first));
}

#[test]
fn a_file_without_a_final_line_end_gets_none() {
    let before = format!("Resources:\n{WEB}  AppRole:\n    Type: AWS::IAM::Role");
    let after = fixed(&before);
    assert!(after.ends_with(&format!("AWS::IAM::Role\n{}", PROFILE.trim_end())), "{after}");
}

#[test]
fn a_block_scalar_that_ends_the_file_keeps_its_text() {
    let role = "  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |\n        text";
    let before = format!("Resources:\n{WEB}  # glued\n{role}");
    let after = fixed(&before);
    assert!(after.ends_with(&format!("{PROFILE}  # glued\n{role}")), "{after}");
    let kept = "  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |+\n        text\n\n\n";
    let after = fixed(&format!("Resources:\n{kept}{WEB}"));
    assert!(after.contains(&format!("{kept}{PROFILE}")), "{after}");
}

#[test]
fn crlf_stays() {
    let before = format!("Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n{WEB}").replace('\n', "\r\n");
    let after = fixed(&before);
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    assert_eq!(after.replace("\r\n", "\n"), fixed(&before.replace("\r\n", "\n")));
}

#[test]
fn the_files_own_indentation_and_quotes() {
    let text = "Resources:\n    'AppRole':\n        'Type': \"AWS::IAM::Role\"\n        'Properties':\n            'Statement':\n            - x\n    Web:\n        Type: AWS::EC2::Instance\n        Properties:\n            IamInstanceProfile: !Ref 'AppRole'\n";
    let profile = "    'AppInstanceProfile':\n        'Type': \"AWS::IAM::InstanceProfile\"\n        'Properties':\n            'Roles':\n            - !Ref 'AppRole'\n";
    assert!(fixed(text).contains(&format!("- x\n{profile}    Web:")), "{}", fixed(text));
}

#[test]
fn keys_in_the_roles_order_with_condition_and_path() {
    let text = "Resources:\n  AppRole:\n    Properties:\n      Path: !Sub /${AWS::StackName}/\n    Condition: Make\n    DeletionPolicy: Retain\n    Type: AWS::IAM::Role\n";
    let profile = "  AppInstanceProfile:\n    Properties:\n      Path: !Sub /${AWS::StackName}/\n      Roles:\n        - !Ref AppRole\n    Condition: Make\n    Type: AWS::IAM::InstanceProfile\n";
    assert!(
        fixed(&format!("{text}{WEB}")).starts_with(&format!("{text}{profile}")),
        "{}",
        fixed(&format!("{text}{WEB}"))
    );
    let block =
        "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Path:\n        Fn::Sub: /x/\n";
    let profile = "  AppInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path:\n        Fn::Sub: /x/\n      Roles:\n";
    assert!(
        fixed(&format!("{block}{WEB}")).starts_with(&format!("{block}{profile}")),
        "{}",
        fixed(&format!("{block}{WEB}"))
    );
    let root = "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: \"/\"\n";
    assert!(
        fixed(&format!("{root}{WEB}")).starts_with(&format!("{root}{PROFILE}")),
        "{}",
        fixed(&format!("{root}{WEB}"))
    );
}

#[test]
fn brackets_beside_brackets() {
    let role = "  AppRole: { Type: AWS::IAM::Role, Properties: { Path: /a/ } }\n";
    let profile =
        "  AppInstanceProfile: { Type: AWS::IAM::InstanceProfile, Properties: { Path: /a/, Roles: [!Ref AppRole] } }\n";
    placed(role, &format!("{role}{profile}"));
    let text = "Resources: {AppRole: {Type: AWS::IAM::Role}, Web: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !GetAtt AppRole.Arn}}}\n";
    assert_eq!(
        fixed(text),
        "Resources: {AppRole: {Type: AWS::IAM::Role}, AppInstanceProfile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref AppRole]}}, \
         Web: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref AppInstanceProfile}}}\n"
    );
}

#[test]
fn json_gets_its_comma_in_the_files_way() {
    let web =
        "\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": {\"Ref\": \"AppRole\"}}}";
    let web_after = web.replace("AppRole", "AppInstanceProfile");
    let role = "\"AppRole\": {\"Type\": \"AWS::IAM::Role\"}";
    let profile = "\"AppInstanceProfile\": {\"Type\": \"AWS::IAM::InstanceProfile\", \"Properties\": {\"Roles\": [{\"Ref\": \"AppRole\"}]}}";
    for separator in [", ", ",", ",\n    ", "\n  , ", ",\n\n\t"] {
        assert_eq!(
            fixed(&format!("{{\"Resources\": {{{role}{separator}{web}}}}}")),
            format!("{{\"Resources\": {{{role}{separator}{profile}{separator}{web_after}}}}}")
        );
        assert_eq!(
            fixed(&format!("{{\"Resources\": {{{web}{separator}{role}}}}}")),
            format!("{{\"Resources\": {{{web_after}{separator}{role}{separator}{profile}}}}}")
        );
    }
}

#[test]
fn a_prefix_that_a_service_asks_for() {
    let db = "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      CustomIAMInstanceProfile: !Ref AppRole\n";
    let named = |name: &str| {
        let role = format!("Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties:\n      {name}\n");
        let after = fixed(&format!("{role}{db}"));
        let at = after.find("InstanceProfileName: ").expect("a name");
        after[at..].lines().next().expect("a line").to_owned()
    };
    assert_eq!(named("RoleName: AWSRDSCustomRole"), "InstanceProfileName: AWSRDSCustomRole");
    assert_eq!(named("RoleName: !Sub AWSRDSCustom-${Env}"), "InstanceProfileName: !Sub AWSRDSCustom-${Env}");
    assert_eq!(named("RoleName: app"), "InstanceProfileName: AWSRDSCustom-app");
    assert_eq!(named("Description: app"), "InstanceProfileName: !Sub \"AWSRDSCustom-${AppRole}\"");
}

#[test]
fn anchors_are_changed_once_and_never_copied() {
    let text = "Resources:\n  AppRole: &role\n    Type: &type AWS::IAM::Role\n    Properties:\n      Path: &path /a/\n  A:\n    Type: AWS::EC2::Instance\n    Properties: &p\n      IamInstanceProfile: &r !Ref AppRole\n  B:\n    Type: AWS::EC2::Instance\n    Properties: *p\n";
    let after = fixed(text);
    assert!(after.contains("      IamInstanceProfile: &r !Ref AppInstanceProfile\n  B:"), "{after}");
    assert!(after.contains("      Path: /a/\n      Roles:"), "{after}");
    assert_eq!(after.matches('&').count(), text.matches('&').count());
}
