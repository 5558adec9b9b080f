//! Well-known public modules: which of their inputs take an instance profile, and which of their outputs give a role or a profile.
//!
//! Names lie in both directions: `clouddrove/ec2/aws` takes a *role* as `iam_instance_profile`, and `panorama_iam_role` takes a *profile*.
//! So each row says what the module does with the value, as read from its code at all tags in the row's range. What no row says is unknown.

mod address;
mod others;
mod row;
mod terraform_aws_modules;
#[cfg(test)]
mod tests;
mod version;

pub use row::{Gives, InputStep, KnownInput, KnownModule, KnownOutput, OwnProfile, Switch};
pub use version::{Version, VersionRange};

use crate::aws::slots::Attribute;
use address::{Address, GitVersion};
use version::Constraint;

/// What all versions that a module call allows have in common.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Known {
    /// The inputs that take an instance profile in all of these versions.
    pub inputs: Vec<KnownInput>,
    /// The outputs that give the same role or profile in all of these versions.
    pub outputs: Vec<KnownOutput>,
    /// The profile that all of these versions make. Nothing if one makes none, or if they make it for different roles.
    pub profile: Option<OwnProfile>,
    /// The evidence of the rows, in the order of their versions.
    pub evidence: Vec<&'static str>,
}

/// What is certain of the module with this `source`, as written in the call; nothing if no row describes any version that the call allows.
///
/// `version` is the call's constraint. Git sources have none (Terraform rejects it there): a `ref` that is the tag of a version counts as that
/// version, any other `ref` as no constraint. Without constraint all versions are allowed.
///
/// Nothing is guessed about which allowed version is installed: an input or output is known only if every allowed version in the table has it
/// with the same meaning. A version of which the table says nothing has no say. So `~> 6.0` means what is known of 6.x, though a version newer
/// than the table may be installed, and an exact version beyond the table is unknown. A malformed constraint leaves the module unknown.
pub fn known(source: &str, version: Option<&str>) -> Option<Known> {
    let address = Address::parse(source)?;
    let rows: Vec<&KnownModule> = modules().filter(|row| row.is_at(&address)).collect();
    if rows.is_empty() {
        return None;
    }
    let constraint = match address.git {
        Some(GitVersion::Tag(version)) => Some(Constraint::exactly(version)),
        Some(GitVersion::Any) => None,
        None => version.map(|version| Constraint::parse(version).ok_or(())).transpose().ok()?,
    };
    let allows = |version: Version| constraint.as_ref().is_none_or(|constraint| constraint.allows(version));
    samples(&rows, constraint.as_ref())
        .into_iter()
        .filter(|&version| allows(version))
        .filter_map(|version| Some(rows.iter().find(|row| row.versions.contains(version))?.at(version)))
        .reduce(Known::in_common)
}

/// Whether a row describes the module with this `source`, in some version.
pub fn describes(source: &str) -> bool {
    Address::parse(source).is_some_and(|address| modules().any(|row| row.is_at(&address)))
}

/// All rows of the table.
pub fn modules() -> impl Iterator<Item = &'static KnownModule> {
    terraform_aws_modules::MODULES.iter().chain(others::MODULES)
}

/// Versions that stand for all others: rows and constraint change their answers only at a bound or right after it.
fn samples(rows: &[&KnownModule], constraint: Option<&Constraint>) -> Vec<Version> {
    let of_rows = rows.iter().flat_map(|row| row.bounds());
    let mut bounds: Vec<Version> = of_rows.chain(constraint.into_iter().flat_map(Constraint::bounds)).collect();
    bounds.extend(bounds.clone().into_iter().map(Version::next));
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

impl KnownModule {
    fn is_at(&self, address: &Address<'_>) -> bool {
        self.sources.iter().filter_map(|source| Address::parse(source)).any(|source| source.is_same_place(address))
    }

    fn bounds(&self) -> impl Iterator<Item = Version> {
        [self.versions.from, self.versions.below]
            .into_iter()
            .chain(self.outputs.iter().filter_map(|output| output.since))
    }

    /// What one version in the row's range takes and gives.
    fn at(&self, version: Version) -> Known {
        let exists = |output: &&KnownOutput| output.since.is_none_or(|since| since <= version);
        Known {
            inputs: self.inputs.to_vec(),
            outputs: self.outputs.iter().filter(exists).copied().collect(),
            profile: self.profile,
            evidence: vec![self.evidence],
        }
    }
}

impl Known {
    /// The output that is read by this path (the output's name, then attributes).
    pub fn output(&self, path: &[&str]) -> Option<&KnownOutput> {
        self.outputs.iter().find(|output| output.path == path)
    }

    /// The output that gives the profile of a role, by name or ARN.
    pub fn profile_output(&self, role: u32, attribute: Attribute) -> Option<&KnownOutput> {
        self.outputs.iter().find(|output| output.role == role && output.gives == Gives::Profile(attribute))
    }

    /// What both say. Where only one of them is cautious, so is the result.
    fn in_common(mut self, other: Known) -> Known {
        self.inputs = self.inputs.into_iter().filter_map(|input| input.in_common(&other.inputs)).collect();
        self.outputs.retain(|output| other.outputs.iter().any(|of_other| output.means_the_same(of_other)));
        self.profile = self.profile.zip(other.profile).and_then(|(profile, of_other)| profile.in_common(of_other));
        for evidence in other.evidence {
            if !self.evidence.contains(&evidence) {
                self.evidence.push(evidence);
            }
        }
        self
    }
}

impl KnownInput {
    fn in_common(self, others: &[KnownInput]) -> Option<KnownInput> {
        let same = |other: &&KnownInput| {
            (self.path, self.takes, self.required_prefix) == (other.path, other.takes, other.required_prefix)
        };
        let other = others.iter().find(same)?;
        let always = self.always && other.always;
        Some(KnownInput { always, own_profile_wins: self.own_profile_wins || other.own_profile_wins, ..self })
    }
}

impl KnownOutput {
    fn means_the_same(&self, other: &KnownOutput) -> bool {
        (self.path, self.gives, self.is_list, self.role) == (other.path, other.gives, other.is_list, other.role)
    }
}

impl OwnProfile {
    fn in_common(self, other: OwnProfile) -> Option<OwnProfile> {
        let switch = self
            .switch
            .zip(other.switch)
            .filter(|(switch, of_other)| (switch.argument, switch.makes) == (of_other.argument, of_other.makes));
        (self.role == other.role).then_some(OwnProfile {
            role: self.role,
            exists_with_role: self.exists_with_role && other.exists_with_role,
            named_after_role: self.named_after_role && other.named_after_role,
            switch: switch.map(|(switch, of_other)| Switch {
                default: switch.default.filter(|_| switch.default == of_other.default),
                ..switch
            }),
        })
    }
}
