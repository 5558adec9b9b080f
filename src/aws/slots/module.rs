//! Inputs of modules that take an instance profile. The code of the module shows them, or the user's configuration names them.
//!
//! All of them share a few rows, one for each kind of value; the input itself is the slot's
//! [`argument`](crate::model::Slot::argument). So every slot has a `'static` row, whatever the module is.

use globset::GlobMatcher;

use super::{
    ARN, ARN_OR_NAME, Attribute, Expected, NAME, NAME_OR_ARN, NAME_PREFERRED, RDS_CUSTOM_PREFIX, SlotSpec, slot,
};

/// A glob for the sources of modules that cannot be parsed.
#[derive(Debug)]
pub struct InvalidSource(globset::ErrorKind);

impl std::fmt::Display for InvalidSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InvalidSource {}

/// An input of the modules with a certain source, and what it takes.
#[derive(Clone, Debug)]
pub struct ModuleInput {
    source: GlobMatcher,
    input: String,
    takes: Option<Attribute>,
}

impl ModuleInput {
    /// The input `input` of all modules whose `source` matches this glob, in which `*` matches any text, slashes included. `takes` is the attribute
    /// of an instance profile that it takes; none if it takes no instance profile, whatever the code of the module shows.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn new(source: &str, input: impl Into<String>, takes: Option<Attribute>) -> Result<Self, InvalidSource> {
        let glob = globset::Glob::new(source).map_err(|error| InvalidSource(error.kind().clone()))?;
        Ok(ModuleInput { source: glob.compile_matcher(), input: input.into(), takes })
    }

    /// The name of the input.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// Whether a module with this `source` has the input.
    pub fn is_of(&self, source: &str) -> bool {
        self.source.is_match(source)
    }

    /// Its row; none if it takes no instance profile.
    pub(crate) fn spec(&self) -> Option<&'static SlotSpec> {
        match self.takes {
            Some(Attribute::Name) => Some(&CONFIGURED_BY_NAME),
            Some(Attribute::Arn) => Some(&CONFIGURED_BY_ARN),
            None => None,
        }
    }
}

impl PartialEq for ModuleInput {
    fn eq(&self, other: &Self) -> bool {
        (self.source.glob(), &self.input, self.takes) == (other.source.glob(), &other.input, other.takes)
    }
}

impl Eq for ModuleInput {}

// What a change does, and what AWS answers, depends on the module.
static CONFIGURED_BY_NAME: SlotSpec = slot("module").at("", NAME).aws_error("").source("the user's configuration");
static CONFIGURED_BY_ARN: SlotSpec = slot("module").at("", ARN).aws_error("").source("the user's configuration");
static BY_NAME: SlotSpec = slot("module").at("", NAME).aws_error("").source("the module's own slots");
static BY_NAME_PREFERRED: SlotSpec =
    slot("module").at("", NAME_PREFERRED).aws_error("").source("the module's own slots");
static BY_ARN: SlotSpec = slot("module").at("", ARN).aws_error("").source("the module's own slots");
static BY_NAME_OR_ARN: SlotSpec = slot("module").at("", NAME_OR_ARN).aws_error("").source("the module's own slots");
static BY_ARN_OR_NAME: SlotSpec = slot("module").at("", ARN_OR_NAME).aws_error("").source("the module's own slots");
static BY_RDS_CUSTOM_NAME: SlotSpec =
    slot("module").at("", NAME).required_prefix(RDS_CUSTOM_PREFIX).aws_error("").source("the module's own slots");

/// The row of an input that reaches slots which take this.
pub(crate) fn module_input_spec(expected: Expected, requires_prefix: bool) -> &'static SlotSpec {
    match expected {
        Expected::Name | Expected::RoleName if requires_prefix => &BY_RDS_CUSTOM_NAME,
        Expected::Name | Expected::RoleName => &BY_NAME,
        Expected::NamePreferred => &BY_NAME_PREFERRED,
        Expected::Arn => &BY_ARN,
        Expected::Either { prefer: Attribute::Name } => &BY_NAME_OR_ARN,
        Expected::Either { prefer: Attribute::Arn } => &BY_ARN_OR_NAME,
    }
}

/// The output of a module of which callers say that it is an instance profile's name, and the same for its ARN.
static OUTPUT_NAME: SlotSpec = slot("output").at("value", NAME).aws_error("").source("the callers of the module");
static OUTPUT_ARN: SlotSpec = slot("output").at("value", ARN).aws_error("").source("the callers of the module");

/// The row of an output that callers use for this.
pub(crate) fn output_spec(takes: Attribute) -> &'static SlotSpec {
    match takes {
        Attribute::Name => &OUTPUT_NAME,
        Attribute::Arn => &OUTPUT_ARN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_matched_as_it_is_written() {
        let is_of = |glob: &str, source: &str| {
            ModuleInput::new(glob, "profile", Some(Attribute::Name)).expect("a glob").is_of(source)
        };
        assert!(is_of("../modules/web", "../modules/web"));
        assert!(is_of("*/modules/web", "../../modules/web"));
        assert!(is_of(
            "git::https://example.com/modules.git//web*",
            "git::https://example.com/modules.git//web?ref=v1.2.0"
        ));
        assert!(is_of("{terraform-aws-modules,acme}/*/aws", "acme/ec2-instance/aws"));
        assert!(!is_of("../modules/web", "../modules/web2"));
        assert!(!is_of("modules/web", "../modules/web"));
        assert!(
            ModuleInput::new("[", "profile", Some(Attribute::Name))
                .is_err_and(|error| error.to_string().contains("unclosed"))
        );
    }
}
