//! Names for a new profile: which are tried, in which order.

/// Which language's rules for identifiers hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdStyle {
    /// A Terraform label, unique per resource type in the module.
    Label,
    /// A CloudFormation logical ID (`^[a-zA-Z0-9]+$`), unique over the template's resources and parameters.
    LogicalId,
}

/// The address of a profile with this identifier, as references in the unit write it.
pub fn profile_address(style: IdStyle, id: &str) -> String {
    match style {
        IdStyle::Label => format!("aws_iam_instance_profile.{id}"),
        IdStyle::LogicalId => id.to_owned(),
    }
}

/// Identifiers for the profile of the role called `role`, best first, without end.
///
/// Terraform: `app`, `app_profile`, `app_instance_profile`, `app_2`, `app_3`, ... CloudFormation: `AppRole` gives `AppInstanceProfile`,
/// then `AppRoleInstanceProfile`, `AppRoleInstanceProfile2`, ...
pub fn candidates(style: IdStyle, role: &str) -> impl Iterator<Item = String> {
    let (first, numbered): (Vec<String>, String) = match style {
        IdStyle::Label => {
            (vec![role.to_owned(), format!("{role}_profile"), format!("{role}_instance_profile")], format!("{role}_"))
        }
        IdStyle::LogicalId => {
            let short = role.strip_suffix("Role").unwrap_or(role);
            let full = format!("{role}InstanceProfile");
            (vec![format!("{short}InstanceProfile"), full.clone()], full)
        }
    };
    first.into_iter().chain((2u32..).map(move |number| format!("{numbered}{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(style: IdStyle, role: &str, count: usize) -> Vec<String> {
        candidates(style, role).take(count).collect()
    }

    #[test]
    fn terraform_labels() {
        assert_eq!(first(IdStyle::Label, "app", 5), ["app", "app_profile", "app_instance_profile", "app_2", "app_3"]);
    }

    #[test]
    fn logical_ids() {
        let ids = first(IdStyle::LogicalId, "AppRole", 4);
        assert_eq!(
            ids,
            ["AppInstanceProfile", "AppRoleInstanceProfile", "AppRoleInstanceProfile2", "AppRoleInstanceProfile3"]
        );
        assert_eq!(first(IdStyle::LogicalId, "Role", 1), ["InstanceProfile"]);
        assert_eq!(first(IdStyle::LogicalId, "RoleA", 1), ["RoleAInstanceProfile"]);
    }
}
