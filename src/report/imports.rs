//! The commands that import profiles of the same name, in case they exist: a profile that was created by hand makes the wrong reference work.

use super::added::{Added, added};
use super::{Run, escape};
use crate::check::Language;
use crate::model::{Instances, Part, Role, TemplateString};
use crate::plan::NewName;
use crate::report::view;

/// The sentence before the commands.
pub(super) const IMPORT_HINT: &str = "If AWS reports EntityAlreadyExists, the profile already exists; import it:";

/// Import commands, and the profiles that have none.
#[derive(Default)]
pub(super) struct Imports {
    /// One for each new instance of a profile.
    pub(super) commands: Vec<String>,
    /// Addresses of new profiles whose names are not known.
    pub(super) unknown: Vec<String>,
}

impl Imports {
    pub(super) fn of(run: &Run) -> Self {
        let mut imports = Imports::default();
        for added in added(run) {
            let named_alike = matches!(added.profile.name, NewName::Default | NewName::OfRole);
            if added.unit.language != Language::Terraform || !named_alike {
                continue;
            }
            match commands(&added) {
                Some(commands) => imports.commands.extend(commands),
                None => imports.unknown.push(view::planned_address(added.unit, added.id)),
            }
        }
        imports
    }

    /// The sentence on profiles for which there is no command.
    pub(super) fn left_out(&self) -> Option<String> {
        match self.unknown.as_slice() {
            [] => None,
            [only] => Some(format!("No import command for `{only}`: its name is unknown.")),
            [first, rest @ ..] => {
                Some(format!("No import commands for `{first}` and {} more: their names are unknown.", rest.len()))
            }
        }
    }
}

fn commands(added: &Added<'_>) -> Option<Vec<String>> {
    let module = match view::unit_path(added.unit) {
        path if path == "." => String::new(),
        path if is_plain(&path) => format!(" -chdir={path}"),
        // A command for the wrong directory would be worse than none.
        path if escape::terminal(&path) != path => return None,
        path => format!(" -chdir='{}'", path.replace('\'', r"'\''")),
    };
    let address = view::planned_address(added.unit, added.id);
    let command = |(index, name): (String, String)| {
        let address = if index.is_empty() { address.clone() } else { format!("'{address}{index}'") };
        format!("terraform{module} import {address} {name}")
    };
    Some(instances(added.unit.unit.role(added.profile.role))?.into_iter().map(command).collect())
}

/// The index and the name of each instance of a role; none if one of them is not known.
fn instances(role: &Role) -> Option<Vec<(String, String)>> {
    let name = role.name.as_ref()?;
    let named = |index: String, key: &str, value: Option<&str>| {
        Some((index, name_of(name, key, value).filter(|name| !name.is_empty() && is_plain(name))?))
    };
    match &role.instances {
        Instances::One => Some(vec![named(String::new(), "", None)?]),
        Instances::Count(repeat) => match &repeat.keys {
            Some(keys) => keys.iter().map(|(key, _)| named(format!("[{key}]"), key, None)).collect(),
            None if repeat.at_most_one => Some(vec![named("[0]".to_owned(), "0", None)?]),
            None => None,
        },
        Instances::ForEach(repeat) => {
            let keys = repeat.keys.as_ref()?.iter();
            keys.map(|(key, value)| {
                is_plain(key).then(|| named(format!("[\"{key}\"]"), key, value.as_deref())).flatten()
            })
            .collect()
        }
        Instances::Unknown => None,
    }
}

/// The name in the instance of this key and value.
fn name_of(name: &TemplateString, key: &str, value: Option<&str>) -> Option<String> {
    let part = |part: &Part| match part {
        Part::Literal(text) => Some(text.clone()),
        Part::Interpolation(expression) | Part::Scoped { expression, .. } => match expression.as_str() {
            "count.index" | "each.key" => Some(key.to_owned()),
            "each.value" => value.map(str::to_owned),
            _ => None,
        },
    };
    name.0.iter().map(part).collect()
}

/// Whether a shell takes it as it is.
fn is_plain(text: &str) -> bool {
    text.chars().all(|character| character.is_alphanumeric() || "+=,.@_-/".contains(character))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::check::UnitReport;
    use crate::model::Repeat;
    use crate::report::tests::sample;
    use crate::text::Source;

    fn imports(change: impl Fn(&mut UnitReport)) -> Imports {
        let mut run = sample::run();
        change(&mut run.units[0]);
        Imports::of(&run)
    }

    fn commands(change: impl Fn(&mut UnitReport)) -> Vec<String> {
        imports(change).commands
    }

    #[test]
    fn known_names() {
        assert_eq!(commands(|_| ()).len(), 1);
        let prefixed = commands(|unit| unit.applied.push(crate::plan::FixId(2)));
        assert_eq!(prefixed.len(), 1, "a prefixed name is always free");
        assert!(commands(|unit| unit.applied.clear()).is_empty());
        let unknown = imports(|unit| unit.unit.roles[0].name = Some(TemplateString::interpolation("var.name")));
        assert!(unknown.commands.is_empty());
        let left_out = unknown.left_out().expect("a sentence");
        assert_eq!(left_out, "No import command for `aws_iam_instance_profile.app`: its name is unknown.");
        assert!(commands(|unit| unit.unit.roles[0].name = Some(TemplateString::literal("a; rm -rf /"))).is_empty());
    }

    #[test]
    fn instances_of_a_role() {
        let numbered = |repeat: Repeat, name: &[&str]| {
            commands(|unit| {
                let role = &mut unit.unit.roles[0];
                role.instances = match repeat.over.starts_with("toset") {
                    true => Instances::ForEach(repeat.clone()),
                    false => Instances::Count(repeat.clone()),
                };
                let scoped = |expression: &&str| Part::Scoped {
                    expression: (*expression).to_owned(),
                    scope: "count".to_owned(),
                };
                let mut parts = vec![Part::Literal("app-".to_owned())];
                parts.extend(name.iter().map(scoped));
                role.name = Some(TemplateString(parts));
            })
        };
        let over = |over: &str, keys: &[&str]| {
            let mut repeat = Repeat::over(over);
            repeat.keys = Some(keys.iter().map(|&key| (key.to_owned(), Some(key.to_owned()))).collect());
            repeat
        };
        assert_eq!(
            numbered(over("2", &["0", "1"]), &["count.index"]),
            [
                "terraform -chdir=app import 'aws_iam_instance_profile.app[0]' app-0",
                "terraform -chdir=app import 'aws_iam_instance_profile.app[1]' app-1"
            ]
        );
        assert_eq!(
            numbered(over("toset([\"web\"])", &["web"]), &["each.value"]),
            ["terraform -chdir=app import 'aws_iam_instance_profile.app[\"web\"]' app-web"]
        );
        assert!(numbered(Repeat::over("var.number"), &["count.index"]).is_empty());
        let mut conditional = Repeat::over("var.on ? 1 : 0");
        conditional.at_most_one = true;
        assert_eq!(
            numbered(conditional, &["count.index"]),
            ["terraform -chdir=app import 'aws_iam_instance_profile.app[0]' app-0"]
        );
        assert!(numbered(over("1", &["0"]), &["count.index+1"]).is_empty());
    }

    #[test]
    fn quoted_directory() {
        let imports_in = |directory: &str| {
            commands(|unit| {
                for source in unit.sources.iter_mut() {
                    let path = Path::new(directory).join(source.path().file_name().expect("a file"));
                    *source = Source::new(path, source.bytes(), true).expect("text");
                }
            })
        };
        assert_eq!(
            imports_in("it's; here"),
            [r"terraform -chdir='it'\''s; here' import aws_iam_instance_profile.app app-role"]
        );
        assert!(imports_in("line\nbreak").is_empty());
    }
}
