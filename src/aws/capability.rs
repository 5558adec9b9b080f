//! What the deployer of a CloudFormation template has to acknowledge.

/// A capability in CloudFormation's sense: the deployer says that they know what the template creates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Capability {
    /// Nothing needs to be acknowledged.
    Nothing,
    /// `CAPABILITY_IAM`: the template has IAM resources.
    Iam,
    /// `CAPABILITY_NAMED_IAM`: it gives some of them names.
    NamedIam,
}

impl Capability {
    /// As it is passed to `--capabilities`.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Capability::Nothing => None,
            Capability::Iam => Some("CAPABILITY_IAM"),
            Capability::NamedIam => Some("CAPABILITY_NAMED_IAM"),
        }
    }
}

/// The resources that need a capability, with the property that names them.
///
/// Source: "Acknowledging IAM resources in CloudFormation templates", CloudFormation user guide.
pub(crate) const IAM_RESOURCES: &[(&str, &str)] = &[
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];
