//! Inputs of modules that take an instance profile. No table knows them; the user's configuration names them.
//!
//! All of them share two rows, one for names and one for ARNs; the input itself is the slot's
//! [`argument`](crate::model::Slot::argument). So every slot has a `'static` row, whatever the configuration says.

use globset::GlobMatcher;

use super::{ARN, Attribute, NAME, SlotSpec, slot};

/// A glob for the sources of modules that cannot be parsed.
#[derive(Debug)]
pub struct InvalidSource(globset::ErrorKind);

impl std::fmt::Display for InvalidSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InvalidSource {}

/// An input of the modules with a certain source that takes an instance profile.
#[derive(Clone, Debug)]
pub struct ModuleSlot {
    source: GlobMatcher,
    input: String,
    takes: Attribute,
}

impl ModuleSlot {
    /// The input `input` of all modules whose `source` matches this glob, in which `*` matches any text, slashes included.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn new(source: &str, input: impl Into<String>, takes: Attribute) -> Result<Self, InvalidSource> {
        let glob = globset::Glob::new(source).map_err(|error| InvalidSource(error.kind().clone()))?;
        Ok(ModuleSlot { source: glob.compile_matcher(), input: input.into(), takes })
    }

    /// The name of the input.
    pub fn input(&self) -> &str {
        &self.input
    }

    /// Whether a module with this `source` has the input.
    pub fn is_of(&self, source: &str) -> bool {
        self.source.is_match(source)
    }

    /// Its row.
    pub(crate) fn spec(&self) -> &'static SlotSpec {
        match self.takes {
            Attribute::Name => &BY_NAME,
            Attribute::Arn => &BY_ARN,
        }
    }
}

impl PartialEq for ModuleSlot {
    fn eq(&self, other: &Self) -> bool {
        (self.source.glob(), &self.input, self.takes) == (other.source.glob(), &other.input, other.takes)
    }
}

impl Eq for ModuleSlot {}

// What a change does, and what AWS answers, depends on the module.
static BY_NAME: SlotSpec = slot("module").at("", NAME).aws_error("").source("the user's configuration");
static BY_ARN: SlotSpec = slot("module").at("", ARN).aws_error("").source("the user's configuration");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_matched_as_it_is_written() {
        let is_of =
            |glob: &str, source: &str| ModuleSlot::new(glob, "profile", Attribute::Name).expect("a glob").is_of(source);
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
            ModuleSlot::new("[", "profile", Attribute::Name).is_err_and(|error| error.to_string().contains("unclosed"))
        );
    }
}
