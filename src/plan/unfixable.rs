//! Why a finding has no fix.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::aws::family::Family;
use crate::aws::slots::Attribute;
use crate::model::Mismatch;

/// Why a finding has no fix. `Display` gives the sentence that reports show. Fields are addresses, unless their names say otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Unfixable {
    /// A person must decide what is intended; the rule may have said why.
    Undecided(Option<String>),
    /// The file belongs to another unit as well.
    SharedFile(String),
    /// The language cannot edit this argument.
    Uneditable(&'static str),
    /// The edits of the fix could not be made or not be verified.
    Unverified(String),
    /// Nothing may be inserted into the unit.
    InsertionBlocked(String),
    /// No file that may change has a place for a new profile.
    NoInsertionPoint,
    /// The template cannot hold another resource.
    TemplateFull,
    /// A profile with another role, or an unknown one, already has the name of the role.
    NameTaken {
        /// That profile.
        profile: String,
    },
    /// The role exists only under a condition that a new profile cannot copy.
    ConditionalRole {
        /// The role.
        role: String,
        /// The condition.
        condition: String,
    },
    /// The new profile needs a name with a prefix, and is declared in a loop.
    PrefixInLoop,
    /// The name of the profile lacks the prefix that the argument requires.
    WrongPrefix {
        /// The profile.
        profile: String,
        /// The required prefix.
        prefix: &'static str,
    },
    /// No reference can name the profile.
    Unnameable {
        /// The profile.
        profile: String,
        /// Why.
        reason: &'static str,
    },
    /// The module of the role has a profile of it, and no output for that.
    NotExported {
        /// The call of the module.
        call: String,
        /// The profile.
        profile: String,
        /// What the argument takes.
        kind: Attribute,
        /// The start of the name of an output to add.
        output: String,
        /// How its provider, or CloudFormation, writes it.
        family: &'static Family,
        /// The file that declares the profile.
        path: Option<PathBuf>,
    },
    /// The module of the role has no output for the name of the role, which a new profile requires.
    NameNotExported {
        /// The call of the module.
        call: String,
        /// The role.
        role: String,
    },
    /// The module probably makes a profile of its own for the role.
    HiddenProfile {
        /// The call of the module.
        call: String,
    },
    /// The module of the role has a provider configuration of its own.
    ProviderOfModule {
        /// The call of the module.
        call: String,
        /// The role.
        role: String,
    },
    /// Several profiles contain the role, and none has its name.
    SeveralProfiles {
        /// The role.
        role: String,
    },
    /// All profiles of the role contain other instances of it.
    OtherInstances {
        /// The role.
        role: String,
    },
    /// The profile contains the role under a condition.
    ConditionalProfile {
        /// The profile.
        profile: String,
        /// The role.
        role: String,
    },
    /// No index selects the instance of the profile that belongs to the instance of the role.
    Instance {
        /// Why.
        mismatch: Mismatch,
        /// The profile; none for a new one.
        profile: Option<String>,
        /// The role.
        role: String,
    },
    /// The reference would close a cycle.
    Cycle {
        /// What would be referenced.
        target: String,
        /// What would reference it.
        owner: String,
        /// Whether another fix adds a part of the cycle.
        with_other_fixes: bool,
    },
    /// The reference selects one of the resources that a loop creates.
    OneIteration {
        /// The resource in the loop.
        target: String,
    },
    /// A loop creates the resource, and its launcher is outside of that loop.
    OutsideLoop {
        /// The resource in the loop.
        target: String,
        /// The launcher.
        owner: String,
    },
    /// A function orders or drops by value, so another value would change the result.
    OrderedByValue {
        /// The function.
        function: &'static str,
    },
    /// The attribute or index belongs to another value too.
    SharedSteps,
    /// The expression is not a single value that can be replaced.
    TooComplex,
    /// The fix needs an index that means something in the launcher's block only.
    DefinedOutsideBlock {
        /// What contains the reference, such as `local.profile`.
        definition: String,
    },
    /// Something else reads the definition, or its file may not change.
    SharedDefinition {
        /// What contains the reference, such as `local.profile`.
        definition: String,
    },
    /// The argument can be removed only once the one beside it is fixed, and that has no fix.
    SiblingUnfixed {
        /// The argument beside it.
        argument: String,
    },
}

impl std::error::Error for Unfixable {}

impl fmt::Display for Unfixable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfixable::Undecided(Some(reason))
            | Unfixable::SharedFile(reason)
            | Unfixable::Unverified(reason)
            | Unfixable::InsertionBlocked(reason) => f.write_str(reason),
            Unfixable::Uneditable(reason) => f.write_str(reason),
            Unfixable::Undecided(None) => f.write_str("needs manual review: the intended value is unknown"),
            Unfixable::NoInsertionPoint => f.write_str("none of the specified files has a place for a new instance profile"),
            // CloudFormation User Guide, "Understand CloudFormation quotas".
            Unfixable::TemplateFull => f.write_str("the template would exceed 500 resources, the limit of CloudFormation: move some to another stack"),
            Unfixable::NameTaken { profile } => write!(f, "`{profile}` already has the name of the role and is not known to contain it; AWS rejects a second instance profile with the same name"),
            Unfixable::ConditionalRole { role, condition } => write!(f, "`{role}` exists only if `{condition}` is true (its `lifecycle.enabled`): add an instance profile with the same lifecycle manually"),
            Unfixable::PrefixInLoop => f.write_str("the name of an instance profile in a loop cannot be derived from the name of its role"),
            Unfixable::WrongPrefix { profile, prefix } => write!(f, "this argument requires an instance profile whose name starts with `{prefix}`, and the name of `{profile}` does not"),
            Unfixable::Unnameable { profile, reason } => write!(f, "{reason}: rename `{profile}`"),
            Unfixable::NotExported { call, profile, kind, output, family, path } => not_exported(f, (call, profile, output), *kind, family, path.as_deref()),
            Unfixable::NameNotExported { call, role } => write!(f, "a new instance profile needs the name of `{role}`, and no output of `{call}` gives it: add one"),
            Unfixable::HiddenProfile { call } => write!(f, "`{call}` may create an instance profile for this role itself: use that one, or add an instance profile manually"),
            Unfixable::ProviderOfModule { call, role } => write!(f, "`{call}` configures the provider of `{role}` itself, so add an instance profile in that module"),
            Unfixable::SeveralProfiles { role } => write!(f, "several instance profiles contain `{role}`: choose one of them"),
            Unfixable::OtherInstances { role } => write!(f, "the instance profiles of `{role}` contain other instances of it than the one referenced here"),
            Unfixable::ConditionalProfile { profile, role } => write!(f, "`{profile}` contains `{role}` only under a condition, and otherwise another role or none: use it, or add an instance profile for this role"),
            Unfixable::Instance { mismatch, profile, role } => instance(f, *mismatch, profile.as_deref(), role),
            Unfixable::Cycle { target, owner, with_other_fixes: false } => write!(f, "`{target}` depends on `{owner}`, so a reference back would be a cycle"),
            Unfixable::Cycle { target, owner, with_other_fixes: true } => write!(f, "with the other fixes, `{target}` would depend on `{owner}`, so a reference back would be a cycle"),
            Unfixable::OneIteration { target } => write!(f, "a loop creates `{target}`, and the reference selects one of its iterations"),
            Unfixable::OutsideLoop { target, owner } => write!(f, "a loop creates `{target}`, and `{owner}` is outside of that loop"),
            Unfixable::OrderedByValue { function } => write!(f, "`{function}` orders or drops elements by value, and the instance profile has a different value than the role: rewrite the reference without `{function}`"),
            Unfixable::SharedSteps => f.write_str("its attribute or index also applies to another value, which does not change: write one reference for each"),
            Unfixable::TooComplex => f.write_str("the expression is too complex to replace the role in it: rewrite it manually"),
            Unfixable::DefinedOutsideBlock { definition } => write!(f, "`{definition}` is defined outside of the block, where `count.index` and `each.key` of the block are not available"),
            Unfixable::SharedDefinition { definition } => write!(f, "`{definition}` is also read elsewhere or is in a file that was not named, and it is not a single value that could be written here"),
            Unfixable::SiblingUnfixed { argument } => write!(f, "`{argument}` is also set, is also wrong, and has no fix"),
        }
    }
}

/// The output that is missing, as text to add.
fn not_exported(
    f: &mut fmt::Formatter<'_>,
    (call, profile, output): (&str, &str, &str),
    kind: Attribute,
    family: &Family,
    path: Option<&Path>,
) -> fmt::Result {
    let what = match kind {
        Attribute::Name => "name",
        Attribute::Arn => "ARN",
    };
    let inside = profile.strip_prefix(call).and_then(|rest| rest.strip_prefix('.')).unwrap_or(profile);
    write!(f, "`{call}` contains `{inside}`, which has the role, but no output is known to give its {what}")?;
    let suffix = what.to_ascii_lowercase();
    match (family.provider.is_empty(), path) {
        (false, Some(path)) if !inside.starts_with("module.") => {
            let (name, value) = (format!("{output}_{suffix}"), format!("{inside}.{}", family.profile_attribute(kind)));
            let output = match path.extension().is_some_and(|extension| extension == "json") {
                true => format!("\"output\": {{\"{name}\": {{\"value\": \"${{{value}}}\"}}}}"),
                false => format!("output \"{name}\" {{ value = {value} }}"),
            };
            let directory = path.parent().unwrap_or(path).display();
            write!(f, ": add `{output}` to {directory}, and use `{call}.{name}` here")
        }
        // A dot leads into a stack that the nested one nests.
        (true, Some(path)) if !inside.contains('.') => {
            let (suffix, value) = match kind {
                Attribute::Name => ("Name", format!("!Ref {inside}")),
                Attribute::Arn => ("Arn", format!("!GetAtt {inside}.Arn")),
            };
            let path = path.display();
            write!(
                f,
                ": add `{output}{suffix}: {{Value: {value}}}` to the `Outputs` of {path}, and use `!GetAtt {call}.Outputs.{output}{suffix}` here"
            )
        }
        _ => Ok(()),
    }
}

fn instance(f: &mut fmt::Formatter<'_>, mismatch: Mismatch, profile: Option<&str>, role: &str) -> fmt::Result {
    match (mismatch, profile) {
        (Mismatch::Another, Some(profile)) => {
            write!(f, "`{profile}` contains another instance of `{role}` than the one referenced here")
        }
        (Mismatch::Several, Some(profile)) => {
            write!(f, "several instances of `{profile}` contain `{role}`: write the index of one of them")
        }
        (Mismatch::Optional, Some(profile)) => {
            write!(f, "`{profile}` may not exist (its count may be 0), and `{role}` always does")
        }
        (Mismatch::NoInstances, _) => {
            write!(f, "`{role}` has no instance with that index; Terraform rejects the reference")
        }
        (Mismatch::NoIndex, _) => {
            write!(f, "`{role}` has several instances, and the reference selects none of them: write the index")
        }
        (Mismatch::Unknown, Some(profile)) => {
            write!(
                f,
                "it is unknown which instance of `{profile}` contains which instance of `{role}`: write the index"
            )
        }
        (Mismatch::Another | Mismatch::Several | Mismatch::Optional | Mismatch::Unknown, None) => {
            write!(f, "it is unknown which instance of `{role}` is referenced")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::family;

    const PROFILE: &str = "aws_iam_instance_profile.app";
    const ROLE: &str = "aws_iam_role.app";
    const OWNER: &str = "aws_instance.web";

    fn assert_sentences(cases: impl IntoIterator<Item = (Unfixable, &'static str)>) {
        for (reason, sentence) in cases {
            assert_eq!(reason.to_string(), sentence);
        }
    }

    #[test]
    fn of_the_unit_and_new_profiles() {
        assert_sentences([
            (Unfixable::Undecided(None), "needs manual review: the intended value is unknown"),
            (Unfixable::Undecided(Some("the note of the rule".to_owned())), "the note of the rule"),
            (Unfixable::SharedFile("a reason of the language".to_owned()), "a reason of the language"),
            (Unfixable::Uneditable("a reason of the language"), "a reason of the language"),
            (Unfixable::Unverified("a reason of the verification".to_owned()), "a reason of the verification"),
            (Unfixable::InsertionBlocked("a reason of the language".to_owned()), "a reason of the language"),
            (Unfixable::NoInsertionPoint, "none of the specified files has a place for a new instance profile"),
            (
                Unfixable::TemplateFull,
                "the template would exceed 500 resources, the limit of CloudFormation: move some to another stack",
            ),
            (
                Unfixable::NameTaken { profile: PROFILE.to_owned() },
                "`aws_iam_instance_profile.app` already has the name of the role and is not known to contain it; AWS rejects a second instance profile with the same name",
            ),
            (
                Unfixable::ConditionalRole { role: ROLE.to_owned(), condition: "var.enabled".to_owned() },
                "`aws_iam_role.app` exists only if `var.enabled` is true (its `lifecycle.enabled`): add an instance profile with the same lifecycle manually",
            ),
            (
                Unfixable::PrefixInLoop,
                "the name of an instance profile in a loop cannot be derived from the name of its role",
            ),
            (
                Unfixable::WrongPrefix { profile: PROFILE.to_owned(), prefix: "AWSRDSCustom" },
                "this argument requires an instance profile whose name starts with `AWSRDSCustom`, and the name of `aws_iam_instance_profile.app` does not",
            ),
            (
                Unfixable::Unnameable { profile: "App.Profile".to_owned(), reason: "no dots" },
                "no dots: rename `App.Profile`",
            ),
        ]);
    }

    #[test]
    fn of_nested_stacks_without_an_output() {
        let not_exported = |profile: &str, kind| Unfixable::NotExported {
            call: "Iam".to_owned(),
            profile: format!("Iam.{profile}"),
            kind,
            output: "InstanceProfile".to_owned(),
            family: &family::CLOUDFORMATION,
            path: Some("nested/iam.yaml".into()),
        };
        assert_sentences([
            (
                not_exported("AppProfile", Attribute::Name),
                "`Iam` contains `AppProfile`, which has the role, but no output is known to give its name: add `InstanceProfileName: {Value: !Ref AppProfile}` to the `Outputs` of nested/iam.yaml, and use `!GetAtt Iam.Outputs.InstanceProfileName` here",
            ),
            (
                not_exported("AppProfile", Attribute::Arn),
                "`Iam` contains `AppProfile`, which has the role, but no output is known to give its ARN: add `InstanceProfileArn: {Value: !GetAtt AppProfile.Arn}` to the `Outputs` of nested/iam.yaml, and use `!GetAtt Iam.Outputs.InstanceProfileArn` here",
            ),
            (
                not_exported("Inner.AppProfile", Attribute::Name),
                "`Iam` contains `Inner.AppProfile`, which has the role, but no output is known to give its name",
            ),
        ]);
    }

    #[test]
    fn of_existing_profiles_and_their_instances() {
        let instance = |mismatch, profile: Option<&str>| Unfixable::Instance {
            mismatch,
            profile: profile.map(str::to_owned),
            role: ROLE.to_owned(),
        };
        assert_sentences([
            (
                Unfixable::SeveralProfiles { role: ROLE.to_owned() },
                "several instance profiles contain `aws_iam_role.app`: choose one of them",
            ),
            (
                Unfixable::OtherInstances { role: ROLE.to_owned() },
                "the instance profiles of `aws_iam_role.app` contain other instances of it than the one referenced here",
            ),
            (
                Unfixable::ConditionalProfile { profile: PROFILE.to_owned(), role: ROLE.to_owned() },
                "`aws_iam_instance_profile.app` contains `aws_iam_role.app` only under a condition, and otherwise another role or none: use it, or add an instance profile for this role",
            ),
            (
                instance(Mismatch::Another, Some(PROFILE)),
                "`aws_iam_instance_profile.app` contains another instance of `aws_iam_role.app` than the one referenced here",
            ),
            (
                instance(Mismatch::Several, Some(PROFILE)),
                "several instances of `aws_iam_instance_profile.app` contain `aws_iam_role.app`: write the index of one of them",
            ),
            (
                instance(Mismatch::Optional, Some(PROFILE)),
                "`aws_iam_instance_profile.app` may not exist (its count may be 0), and `aws_iam_role.app` always does",
            ),
            (
                instance(Mismatch::NoInstances, None),
                "`aws_iam_role.app` has no instance with that index; Terraform rejects the reference",
            ),
            (
                instance(Mismatch::NoIndex, None),
                "`aws_iam_role.app` has several instances, and the reference selects none of them: write the index",
            ),
            (
                instance(Mismatch::Unknown, Some(PROFILE)),
                "it is unknown which instance of `aws_iam_instance_profile.app` contains which instance of `aws_iam_role.app`: write the index",
            ),
            (instance(Mismatch::Unknown, None), "it is unknown which instance of `aws_iam_role.app` is referenced"),
        ]);
    }

    #[test]
    fn of_called_modules() {
        let (call, role) = ("module.iam".to_owned(), "module.iam.aws_iam_role.app".to_owned());
        let not_exported = |kind, profile: &str, path: Option<&str>| Unfixable::NotExported {
            call: call.clone(),
            profile: format!("module.iam.{profile}"),
            kind,
            output: "instance_profile".to_owned(),
            family: &family::AWS,
            path: path.map(PathBuf::from),
        };
        assert_sentences([
            (
                not_exported(Attribute::Name, PROFILE, Some("modules/iam/main.tf")),
                "`module.iam` contains `aws_iam_instance_profile.app`, which has the role, but no output is known to give its name: add `output \"instance_profile_name\" { value = aws_iam_instance_profile.app.name }` to modules/iam, and use `module.iam.instance_profile_name` here",
            ),
            (
                not_exported(Attribute::Arn, PROFILE, Some("modules/iam/main.tf.json")),
                "`module.iam` contains `aws_iam_instance_profile.app`, which has the role, but no output is known to give its ARN: add `\"output\": {\"instance_profile_arn\": {\"value\": \"${aws_iam_instance_profile.app.arn}\"}}` to modules/iam, and use `module.iam.instance_profile_arn` here",
            ),
            (
                not_exported(Attribute::Arn, "module.inner.aws_iam_instance_profile.app", Some("modules/iam/main.tf")),
                "`module.iam` contains `module.inner.aws_iam_instance_profile.app`, which has the role, but no output is known to give its ARN",
            ),
            (
                not_exported(Attribute::Name, PROFILE, None),
                "`module.iam` contains `aws_iam_instance_profile.app`, which has the role, but no output is known to give its name",
            ),
            (
                Unfixable::NameNotExported { call: call.clone(), role: role.clone() },
                "a new instance profile needs the name of `module.iam.aws_iam_role.app`, and no output of `module.iam` gives it: add one",
            ),
            (
                Unfixable::HiddenProfile { call: call.clone() },
                "`module.iam` may create an instance profile for this role itself: use that one, or add an instance profile manually",
            ),
            (
                Unfixable::ProviderOfModule { call: call.clone(), role: role.clone() },
                "`module.iam` configures the provider of `module.iam.aws_iam_role.app` itself, so add an instance profile in that module",
            ),
        ]);
    }

    #[test]
    fn of_references() {
        let cycle =
            |with_other_fixes| Unfixable::Cycle { target: ROLE.to_owned(), owner: OWNER.to_owned(), with_other_fixes };
        let definition = "local.p".to_owned();
        assert_sentences([
            (cycle(false), "`aws_iam_role.app` depends on `aws_instance.web`, so a reference back would be a cycle"),
            (
                cycle(true),
                "with the other fixes, `aws_iam_role.app` would depend on `aws_instance.web`, so a reference back would be a cycle",
            ),
            (
                Unfixable::OneIteration { target: "AppRole".to_owned() },
                "a loop creates `AppRole`, and the reference selects one of its iterations",
            ),
            (
                Unfixable::OutsideLoop { target: "AppRole".to_owned(), owner: "Web".to_owned() },
                "a loop creates `AppRole`, and `Web` is outside of that loop",
            ),
            (
                Unfixable::OrderedByValue { function: "sort" },
                "`sort` orders or drops elements by value, and the instance profile has a different value than the role: rewrite the reference without `sort`",
            ),
            (
                Unfixable::SharedSteps,
                "its attribute or index also applies to another value, which does not change: write one reference for each",
            ),
            (Unfixable::TooComplex, "the expression is too complex to replace the role in it: rewrite it manually"),
            (
                Unfixable::DefinedOutsideBlock { definition: definition.clone() },
                "`local.p` is defined outside of the block, where `count.index` and `each.key` of the block are not available",
            ),
            (
                Unfixable::SharedDefinition { definition },
                "`local.p` is also read elsewhere or is in a file that was not named, and it is not a single value that could be written here",
            ),
            (
                Unfixable::SiblingUnfixed { argument: "iam_instance_profile".to_owned() },
                "`iam_instance_profile` is also set, is also wrong, and has no fix",
            ),
        ]);
    }
}
