//! What other units can know of a unit, and what it wants of the modules that it calls.

use crate::aws::slots::Attribute;
use crate::check::{Input, Language, Options};
use crate::cloudformation::Template;
use crate::language::{Frontend, Parsed, UnitText};
use crate::model::{Crossing, Interface, Slot, Unit, UnitIndex, interface_of};
use crate::plan::name_collision;
use crate::terraform::Module;
use crate::text::Place;

/// What the inputs of a unit take and its outputs give. Its own children have to be among the input, each with its interface.
///
/// Of a unit with a file that cannot be read, nothing is known.
pub fn interface(input: &Input, options: &Options) -> Interface {
    if input.is_ambiguous {
        return Interface::default();
    }
    let text = UnitText { wants_interface: true, ..input.text(options) };
    match input.language {
        Language::Terraform => interface_in::<Module>(text),
        Language::CloudFormation => interface_in::<Template>(text),
    }
}

fn interface_in<F: Frontend>(text: UnitText<'_>) -> Interface {
    let Parsed { frontend, errors, .. } = F::read(text);
    if !errors.is_empty() {
        return Interface::default();
    }
    let unit = frontend.into_unit();
    let index = UnitIndex::of(&unit);
    interface_of(&index, text.sources, &|role| name_collision(&index, role))
}

/// An output that a unit hands to an argument for a profile, though it gives a role.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Demand {
    /// The source of the module, as it is written.
    pub source: String,
    /// The output.
    pub output: String,
    /// What the argument takes.
    pub takes: Attribute,
    /// Where the unit reads it.
    pub place: Place,
    /// What reads it.
    pub reader: String,
}

/// The outputs of checked children that a unit hands to arguments for profiles, and that their modules call profiles but give roles.
pub fn demands(input: &Input, options: &Options) -> Vec<Demand> {
    let text = input.text(options);
    let unit = match input.language {
        Language::Terraform => Module::read(text).frontend.into_unit(),
        Language::CloudFormation => Template::read(text).frontend.into_unit(),
    };
    let of_slot = |slot: &Slot| {
        let leaves: Vec<_> = slot.leaves.iter().map(|leaf_use| unit.leaf(leaf_use.leaf).clone()).collect();
        leaves
            .into_iter()
            .filter_map(|leaf| match &leaf.crossing {
                Some(Crossing::Output { source, output, .. }) if leaf.reported_elsewhere => Some(Demand {
                    source: source.clone(),
                    output: output.name.clone(),
                    takes: kind(slot),
                    place: text.sources.place(leaf.span),
                    reader: reader(&unit, slot),
                }),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    unit.slots.iter().flat_map(of_slot).collect()
}

fn kind(slot: &Slot) -> Attribute {
    if slot.state.expected().accepts(Attribute::Name) { Attribute::Name } else { Attribute::Arn }
}

fn reader(unit: &Unit, slot: &Slot) -> String {
    format!("`{}`: `{}`", unit.node(slot.owner).address, slot.argument)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;

    const LAUNCHER: &str = "resource \"aws_instance\" \"this\" {\n  iam_instance_profile = var.p\n}\n";

    fn interface_of(files: &[(&str, &str)]) -> Interface {
        let source = |(name, text): &(&str, &str)| Source::new(*name, (*text).into(), false).expect("text");
        let input = Input::new(Language::Terraform, files.iter().map(source).collect());
        interface(&input, &Options::default())
    }

    /// The inputs that take a profile, each with what it takes.
    fn inputs(text: &str) -> Vec<String> {
        let interface = interface_of(&[("main.tf", text)]);
        interface.inputs.iter().map(|(path, input)| format!("{path} {:?}", input.expected)).collect()
    }

    #[test]
    fn an_input_takes_a_profile_if_all_its_uses_do() {
        let template =
            "resource \"aws_launch_template\" \"this\" {\n  iam_instance_profile {\n    arn = var.p\n  }\n}\n";
        for (more, taken) in [
            ("", true),
            (LAUNCHER, true),
            ("resource \"aws_sns_topic\" \"t\" {\n  count = var.p == \"\" ? 0 : length(var.p)\n}\n", true),
            (
                "variable \"p\" {\n  validation {\n    condition     = startswith(var.p, \"app\")\n    error_message = \"${var.p}\"\n  }\n}\n",
                true,
            ),
            ("data \"aws_iam_instance_profile\" \"p\" {\n  name = var.p\n}\n", true),
            ("output \"p\" {\n  value = var.p\n}\n", false),
            ("output \"p\" {\n  value = \"${var.p}-x\"\n}\n", false),
            ("resource \"aws_iam_instance_profile\" \"p\" {\n  role = var.p\n}\n", false),
            ("resource \"aws_iam_role_policy\" \"p\" {\n  role = var.p\n}\n", false),
            ("locals {\n  p = [var.p]\n}\n\noutput \"p\" {\n  value = local.p\n}\n", false),
            ("module \"m\" {\n  source = \"acme/unknown/aws\"\n  p      = var.p\n}\n", false),
            (template, false),
        ] {
            let found = inputs(&format!("{LAUNCHER}{more}"));
            assert_eq!(found, if taken { vec!["p Name"] } else { Vec::new() }, "{more}");
        }
        assert_eq!(inputs(template), ["p Arn"]);
    }

    #[test]
    fn parts_of_inputs_are_told_apart() {
        let text = "locals {\n  s = var.s\n}\n\nresource \"aws_instance\" \"one\" {\n  instance_type        = var.s.size\n  iam_instance_profile = coalesce(local.s.profile, null)\n}\n\nresource \"aws_instance\" \"all\" {\n  for_each             = var.all\n  instance_type        = each.value.size\n  iam_instance_profile = try(each.value.profile, \"\")\n}\n\nresource \"aws_instance\" \"first\" {\n  iam_instance_profile = var.list[0]\n}\n";
        assert_eq!(inputs(text), ["all[*].profile Name", "list[0] Name", "s.profile Name"]);
        let whole = format!("{text}\noutput \"s\" {{\n  value = local.s\n}}\n");
        assert_eq!(inputs(&whole), ["all[*].profile Name", "list[0] Name"]);
    }

    #[test]
    fn outputs_give_roles_and_profiles() {
        let text = "resource \"aws_iam_role\" \"r\" {\n  name = var.name\n}\n\nresource \"aws_iam_role\" \"many\" {\n  count = 2\n}\n\nresource \"aws_iam_instance_profile\" \"p\" {\n  role = aws_iam_role.r.name\n}\n\noutput \"name\" {\n  value = aws_iam_role.r.id\n}\n\noutput \"both\" {\n  value = {\n    role    = aws_iam_role.r\n    profile = aws_iam_instance_profile.p.arn\n  }\n}\n\noutput \"second\" {\n  value = try(aws_iam_role.many[1].arn, null)\n}\n\noutput \"list\" {\n  value = aws_iam_role.many[*].name\n}\n\noutput \"given\" {\n  value = var.name\n}\n\noutput \"text\" {\n  value = \"app-${var.name}\"\n}\n";
        let interface = interface_of(&[("main.tf", text)]);
        let shown: Vec<String> = interface
            .outputs
            .iter()
            .map(|(path, output)| format!("{path}: {:?}{}", output.value, if output.always { "" } else { "?" }))
            .collect();
        assert_eq!(
            shown,
            [
                "both.profile: Profile(0, Arn)",
                "both.role: Role(0, Bare)",
                "given: Input(ValuePath { name: \"name\", steps: [] })",
                "list: Unknown?",
                "name: Role(0, Name)",
                "second: Role(1, Arn)?",
                "text: Unknown?",
            ]
        );
        let addresses: Vec<&str> = interface.roles.iter().map(|role| role.address.as_str()).collect();
        assert_eq!(addresses, ["aws_iam_role.r", "aws_iam_role.many[1]"]);
        let profile = &interface.profiles[0];
        assert!(profile.exists_with_role && profile.role == Some(0) && profile.by_name.is_none());
        assert_eq!(
            profile.by_arn.as_ref().map(|(path, sure)| (path.to_string(), *sure)),
            Some(("both.profile".into(), true))
        );
    }

    #[test]
    fn nothing_is_known_of_a_unit_in_part() {
        assert_eq!(inputs(LAUNCHER), ["p Name"]);
        for broken in [("broken.tf", "resource {"), ("more.tf.json", "{,}")] {
            assert_eq!(interface_of(&[("main.tf", LAUNCHER), broken]), Interface::default());
        }
    }
}
