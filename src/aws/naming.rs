//! Identifiers of new profiles, and how references spell them.

/// The syntax of identifiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum IdStyle {
    /// A Terraform label, unique per resource type in the module.
    #[default]
    Label,
    /// A CloudFormation logical ID (`^[a-zA-Z0-9]+$`), unique over the template's resources and parameters.
    LogicalId,
}

/// Why no reference can have this address, if so: in `Fn::GetAtt`, what follows a dot in a logical ID is an attribute, and CloudFormation
/// rejects such an ID.
pub fn unnameable(style: IdStyle, address: &str) -> Option<&'static str> {
    let has_dot = style == IdStyle::LogicalId && address.contains('.');
    has_dot.then_some("CloudFormation accepts only letters and digits in a logical ID")
}

/// Identifiers for the profile of a role with the identifier `role`, best first, without end.
///
/// Terraform: `app`, `app_profile`, `app_instance_profile`, `app_2`, `app_3`, ... CloudFormation: `AppRole` gives `AppInstanceProfile`,
/// then `AppRoleInstanceProfile`, `AppRoleInstanceProfile2`, ... A new logical ID has only letters and digits, even if that of the role has others.
pub fn candidates(style: IdStyle, role: &str) -> impl Iterator<Item = String> {
    let (first, numbered): (Vec<String>, String) = match style {
        IdStyle::Label => {
            (vec![role.to_owned(), format!("{role}_profile"), format!("{role}_instance_profile")], format!("{role}_"))
        }
        IdStyle::LogicalId => {
            let short = alphanumeric(role.strip_suffix("Role").unwrap_or(role));
            let full = format!("{}InstanceProfile", alphanumeric(role));
            (vec![format!("{short}InstanceProfile"), full.clone()], full)
        }
    };
    first.into_iter().chain((2u32..).map(move |number| format!("{numbered}{number}")))
}

/// The letters and digits of a logical ID, and the loop variables in it (`${N}`, `&{N}`).
fn alphanumeric(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    let mut rest = id;
    while let Some(char) = rest.chars().next() {
        let variable = rest.starts_with("${") || rest.starts_with("&{");
        let length = rest.find('}').filter(|_| variable).map_or(char.len_utf8(), |close| close + 1);
        if length > 1 && variable || char.is_ascii_alphanumeric() {
            out.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
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
        assert_eq!(first(IdStyle::LogicalId, "my-app Rôle", 1), ["myappRleInstanceProfile"]);
        assert_eq!(first(IdStyle::LogicalId, "-Role${N}_&{M}", 1), ["Role${N}&{M}InstanceProfile"]);
        assert_eq!(first(IdStyle::LogicalId, "a${", 1), ["aInstanceProfile"]);
    }
}
