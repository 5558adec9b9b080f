//! How roles and instance profiles are written: their types, arguments and attributes in each provider of Terraform, and in CloudFormation.
//!
//! A role of one provider may be in a profile of the other, and a launcher of one may use a profile of the other: the names of types and
//! attributes are all that differs.

use crate::aws::slots::Attribute;

/// The types of IAM in one provider.
#[derive(PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Family {
    /// The local name of the provider, with which all its types start; empty where types are no part of an address (CloudFormation).
    pub provider: &'static str,
    /// The type of roles.
    pub role: &'static str,
    /// The type of instance profiles.
    pub profile: &'static str,
    /// The types of policies and of their attachments to roles.
    pub policies: &'static [&'static str],
    /// The argument for the name of a role, which is also the attribute that gives it.
    pub role_name: &'static str,
    /// All attributes that give the name of a role.
    pub role_names: &'static [&'static str],
    /// Attributes of a role that are neither its name nor its ARN.
    pub role_others: &'static [&'static str],
    /// The argument for the trust policy of a role.
    pub trust_policy: &'static str,
    /// The argument for the name of a profile, which is also the attribute that gives it.
    pub profile_name: &'static str,
    /// The argument for the start of a generated name, if there is one.
    pub profile_name_prefix: Option<&'static str>,
    /// All attributes that give the name of a profile.
    pub profile_names: &'static [&'static str],
    /// Attributes of a profile that give its role.
    pub profile_roles: &'static [&'static str],
    /// Attributes of a profile that are none of these.
    pub profile_others: &'static [&'static str],
    /// The argument of a profile for its role.
    pub role_argument: &'static str,
    /// Whether that argument is a list.
    pub takes_list: bool,
    /// The argument by which data sources find a role or a profile by its name.
    pub looked_up_by: &'static str,
}

/// The attribute that gives an ARN, in both providers of Terraform.
pub const ARN: &str = "arn";

/// The AWS provider of Terraform.
pub static AWS: Family = Family {
    provider: "aws",
    role: "aws_iam_role",
    profile: "aws_iam_instance_profile",
    policies: &[
        "aws_iam_policy",
        "aws_iam_role_policy",
        "aws_iam_role_policy_attachment",
        "aws_iam_policy_attachment",
        "aws_iam_role_policies_exclusive",
    ],
    role_name: "name",
    role_names: &["name", "id"],
    role_others: &["unique_id", "name_prefix"],
    trust_policy: "assume_role_policy",
    profile_name: "name",
    profile_name_prefix: Some("name_prefix"),
    profile_names: &["name", "id"],
    profile_roles: &["role", "role_name", "role_arn", "roles"],
    profile_others: &["unique_id", "name_prefix", "role_id"],
    role_argument: "role",
    takes_list: false,
    looked_up_by: "name",
};

/// The AWS Cloud Control provider of Terraform (1.96.0). Its attributes are the properties of CloudFormation in snake case; the `id` of a resource is its
/// primary identifier, which of these types is the name. The `role_id` of a role is its unique ID.
pub static CLOUD_CONTROL: Family = Family {
    provider: "awscc",
    role: "awscc_iam_role",
    profile: "awscc_iam_instance_profile",
    policies: &["awscc_iam_managed_policy", "awscc_iam_role_policy", "awscc_iam_policy"],
    role_name: "role_name",
    role_names: &["role_name", "id"],
    role_others: &["role_id"],
    trust_policy: "assume_role_policy_document",
    profile_name: "instance_profile_name",
    profile_name_prefix: None,
    profile_names: &["instance_profile_name", "id"],
    profile_roles: &["roles"],
    profile_others: &[],
    role_argument: "roles",
    takes_list: true,
    looked_up_by: "id",
};

/// CloudFormation, in which an address is a logical ID.
pub static CLOUDFORMATION: Family = Family {
    provider: "",
    role: "AWS::IAM::Role",
    profile: "AWS::IAM::InstanceProfile",
    policies: &["AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"],
    role_name: "RoleName",
    role_names: &["RoleName"],
    role_others: &["RoleId"],
    trust_policy: "AssumeRolePolicyDocument",
    profile_name: "InstanceProfileName",
    profile_name_prefix: None,
    profile_names: &["InstanceProfileName"],
    profile_roles: &["Roles"],
    profile_others: &[],
    role_argument: "Roles",
    takes_list: true,
    looked_up_by: "",
};

/// The providers of Terraform.
pub static TERRAFORM: [&Family; 2] = [&AWS, &CLOUD_CONTROL];

impl Family {
    /// The provider of Terraform whose roles have this type.
    pub fn of_role(kind: &str) -> Option<&'static Family> {
        TERRAFORM.into_iter().find(|family| family.role == kind)
    }

    /// The provider of Terraform whose profiles have this type.
    pub fn of_profile(kind: &str) -> Option<&'static Family> {
        TERRAFORM.into_iter().find(|family| family.profile == kind)
    }

    /// The provider of Terraform that has a resource type; that of AWS if none of them has.
    pub fn of_type(kind: &str) -> &'static Family {
        let is_own = |family: &&Family| kind.strip_prefix(family.provider).is_some_and(|rest| rest.starts_with('_'));
        TERRAFORM.into_iter().find(is_own).unwrap_or(&AWS)
    }

    /// The address of a profile with this label or logical ID, as references in the unit spell it.
    pub fn profile_address(&self, id: &str) -> String {
        if self.provider.is_empty() { id.to_owned() } else { format!("{}.{id}", self.profile) }
    }

    /// The attribute of a profile that gives its name or its ARN.
    pub fn profile_attribute(&self, attribute: Attribute) -> &'static str {
        match attribute {
            Attribute::Name => self.profile_name,
            Attribute::Arn => ARN,
        }
    }

    /// The argument for the name of a role, where it is declared or looked up.
    pub fn role_name_argument(&self, is_data: bool) -> &'static str {
        if is_data { self.looked_up_by } else { self.role_name }
    }

    /// The argument for the name of a profile, where it is declared or looked up.
    pub fn profile_name_argument(&self, is_data: bool) -> &'static str {
        if is_data { self.looked_up_by } else { self.profile_name }
    }
}

/// Whether this is a type of IAM in a provider of Terraform.
pub fn is_iam_type(kind: &str) -> bool {
    TERRAFORM.iter().any(|family| kind.strip_prefix(family.provider).is_some_and(|rest| rest.starts_with("_iam_")))
}

/// Whether policies, or their attachments, have this type in a provider of Terraform.
pub fn is_policy_type(kind: &str) -> bool {
    TERRAFORM.iter().any(|family| family.policies.contains(&kind))
}

/// Whether this is the address of a profile that a module of Terraform declares.
pub fn is_profile_address(address: &str) -> bool {
    address.split_once('.').is_some_and(|(kind, _)| Family::of_profile(kind).is_some())
}

/// Whether a text mentions the type of a profile in a provider of Terraform.
pub fn mentions_profile_type(text: &str) -> bool {
    TERRAFORM.iter().any(|family| text.contains(family.profile))
}

/// Whether this names the default configuration of a provider (`aws`), and no other one (`aws.west`).
pub fn is_default_provider(configuration: &str) -> bool {
    TERRAFORM.iter().any(|family| family.provider == configuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(AWS.profile_address("app"), "aws_iam_instance_profile.app");
        assert_eq!(CLOUD_CONTROL.profile_address("app"), "awscc_iam_instance_profile.app");
        assert_eq!(CLOUDFORMATION.profile_address("App"), "App");
        assert!(is_profile_address("awscc_iam_instance_profile.app"));
        assert!(!is_profile_address("awscc_iam_instance_profiles.app") && !is_profile_address("module.app"));
    }

    #[test]
    fn types_of_iam() {
        assert_eq!(Family::of_type("awscc_ec2_instance").provider, "awscc");
        assert_eq!(Family::of_type("aws_instance").provider, "aws");
        assert!(is_iam_type("aws_iam_user") && is_iam_type("awscc_iam_role"));
        assert!(!is_iam_type("aws_instance") && !is_iam_type("awscc_ec2_instance") && !is_iam_type("google_iam_role"));
    }
}
