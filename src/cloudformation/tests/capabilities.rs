//! What the deployer has to acknowledge newly.

use super::{plan, read};
use crate::language::Frontend;
use crate::plan::FixId;

fn required_capability(kind: &str, property: &str, role: &str) -> Option<&'static str> {
    let template = read(&format!(
        "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties: {{{role}}}\n  X:\n    Type: {kind}\n    Properties: {{{property}: !Ref AppRole}}\n"
    ));
    let plan = plan(&template);
    let chosen: Vec<FixId> = plan.ids().collect();
    assert_eq!(chosen.len(), 1);
    plan.required_capability(template.unit(), &chosen)?.name()
}

#[test]
fn a_profile_without_a_name_needs_what_its_role_needed() {
    assert_eq!(required_capability("AWS::EC2::Instance", "IamInstanceProfile", "Path: /"), None);
}

#[test]
fn the_first_name_in_a_template_needs_the_greater_capability() {
    let named = |role| required_capability("AWS::RDS::DBInstance", "CustomIAMInstanceProfile", role);
    assert_eq!(named("Path: /"), Some("CAPABILITY_NAMED_IAM"));
    assert_eq!(named("RoleName: app"), None);
}
