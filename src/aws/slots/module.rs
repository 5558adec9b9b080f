//! Inputs of modules that take an instance profile: not known to any table, but to whoever wrote the module.
//!
//! There are two rows for them all, one by name and one by ARN; the input itself is the slot's own
//! [`argument`](crate::model::Slot::argument). So slots keep their `'static` row, and nothing is made anew for each configuration.

use globset::GlobMatcher;

use super::{Attribute, Expected, Shape, SlotSpec, Update};

/// An input of the modules with a certain source that takes an instance profile.
#[derive(Clone, Debug)]
pub struct ModuleSlot {
    source: GlobMatcher,
    input: String,
    takes: Attribute,
}

impl ModuleSlot {
    /// The input `input` of all modules whose `source` matches this glob, in which `*` stands for any text, slashes included.
    ///
    /// # Errors
    /// What is wrong with the glob.
    pub fn new(source: &str, input: impl Into<String>, takes: Attribute) -> Result<Self, String> {
        match globset::Glob::new(source) {
            Ok(glob) => Ok(ModuleSlot { source: glob.compile_matcher(), input: input.into(), takes }),
            Err(error) => Err(error.kind().to_string()),
        }
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

static BY_NAME: SlotSpec = row(Expected::Name);
static BY_ARN: SlotSpec = row(Expected::Arn);

const fn row(expected: Expected) -> SlotSpec {
    SlotSpec {
        resource: "module",
        within: &[],
        key: "",
        shape: Shape::Value(expected),
        unknown_arguments: &[],
        aliases: &[],
        required_prefix: None,
        // What the module makes of it is the module's business.
        update: Update::Unknown,
        aws_error: "",
        source: "the user's configuration",
    }
}

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
        assert!(ModuleSlot::new("[", "profile", Attribute::Name).is_err());
    }
}
