//! What the deployer of a template has to acknowledge.

use super::Template;
use crate::plan::{FixId, NewName, Plan};

/// A capability in CloudFormation's sense: the deployer says that he knows what the template makes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Capability {
    /// `CAPABILITY_IAM`: the template has IAM resources.
    Iam,
    /// `CAPABILITY_NAMED_IAM`: it gives some of them names.
    NamedIam,
}

impl Capability {
    /// As it is passed to `--capabilities`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Capability::Iam => "CAPABILITY_IAM",
            Capability::NamedIam => "CAPABILITY_NAMED_IAM",
        }
    }
}

/// The resources that need a capability, with the property that names them.
///
/// Source: "Acknowledging IAM resources in CloudFormation templates", CloudFormation user guide.
const IAM_RESOURCES: &[(&str, &str)] = &[
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];

/// The capability that the template needs after the chosen fixes and did not need before.
pub(crate) fn required_capability(template: &Template, plan: &Plan, chosen: &[FixId]) -> Option<Capability> {
    let added: Vec<_> = chosen.iter().flat_map(|&fix| &plan.fix(fix).adds).map(|&id| plan.profile(id)).collect();
    let named = |name: &NewName| matches!(name, NewName::OfRole | NewName::StartingWith(_));
    let after = match added.as_slice() {
        [] => return None,
        added if added.iter().any(|profile| named(&profile.name)) => Capability::NamedIam,
        _ => Capability::Iam,
    };
    (needed(template) < Some(after)).then_some(after)
}

fn needed(template: &Template) -> Option<Capability> {
    let (tree, scope) = (&template.tree, &template.lowered.scope);
    let of = |node| {
        let kind = scope.kind(tree, node);
        let &(_, name) = IAM_RESOURCES.iter().find(|(iam, _)| *iam == kind)?;
        let named = !name.is_empty() && scope.property(tree, node, name).is_some();
        Some(if named { Capability::NamedIam } else { Capability::Iam })
    };
    scope.node_ids().filter_map(of).max()
}
