//! Small CloudFormation templates, each made from a seed and a number.

pub(crate) mod judge;
mod slot;

use crate::harness::tree::Tree;
use crate::invariants::Request;
use crate::random::Dice;

/// The name of the one file.
pub(crate) const FILE: &str = "template.yaml";

/// A role of a template.
#[derive(Clone)]
pub(crate) struct Role {
    /// Its logical ID.
    pub(crate) id: &'static str,
    /// Its name as far as it is written out.
    pub(crate) name: Option<String>,
    /// Its condition.
    pub(crate) condition: Option<&'static str>,
}

/// A launcher: its logical ID, the text before the argument, and the argument's value.
pub(crate) struct Launcher {
    /// Its logical ID.
    pub(crate) id: &'static str,
    kind: Kind,
    condition: Option<&'static str>,
    value: String,
    /// The form of its value.
    pub(crate) form: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Instance,
    TemplateByName,
    TemplateByArn,
    Configuration,
}

/// A generated template.
pub(crate) struct Template {
    /// Its text.
    pub(crate) tree: Tree,
    /// The same, with launch templates that hold the values of the arguments.
    pub(crate) probe: Tree,
    /// The launchers.
    pub(crate) launchers: Vec<Launcher>,
    /// What is special about it.
    pub(crate) traits: Vec<String>,
}

const HEAD: &str = "Parameters:
  ExistingRole:
    Type: String
    Default: \"?\"
  ExistingProfile:
    Type: String
    Default: existing-profile
  RoleName:
    Type: String
    Default: named-app
  Env:
    Type: String
    Default: prod
Mappings:
  Names:
    prod:
      Role: mapped-app
Conditions:
  CreateRole: !Equals [!Ref ExistingRole, \"\"]
  HasRole: !Not [!Equals [!Ref ExistingRole, \"\"]]
  Prod: !Equals [!Ref Env, prod]
  Test: !Not [!Condition Prod]
  Both: !And [!Condition CreateRole, !Condition Prod]
Resources:
";

const TRUST: &str = "      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
";

impl Template {
    /// Makes template `number`.
    pub(crate) fn make(seed: u64, number: u64) -> Template {
        let mut dice = Dice::new(seed ^ 0xC10D, number);
        let mut traits = Vec::new();
        let mut resources = Vec::new();
        let app = role(&mut dice, "AppRole", &mut resources);
        let other = dice.often(50).then(|| role(&mut dice, "OtherRole", &mut resources));
        let mut profiles = Vec::new();
        if dice.often(55) {
            profiles.push(profile(&mut dice, "AppProfile", &app, None, &mut resources, &mut traits));
        }
        if let Some(other) = other.as_ref().filter(|_| dice.often(45)) {
            profiles.push(profile(&mut dice, "OtherProfile", other, Some(&app), &mut resources, &mut traits));
        }
        let number_of = 1 + usize::from(dice.often(35)) + usize::from(dice.often(15));
        let mut launchers = Vec::new();
        for id in ["Web", "Db", "Cache"].into_iter().take(number_of) {
            let role = other.as_ref().filter(|_| dice.often(30)).unwrap_or(&app);
            let second = other.as_ref().filter(|other| other.condition.is_none() && other.id != role.id);
            launchers.push(launcher(&mut dice, id, role, second, &profiles));
        }
        let head = HEAD.replace('?', if dice.often(25) { "existing-role" } else { "" });
        let text = |written: fn(&Launcher) -> String| {
            let launchers: String = launchers.iter().map(written).collect();
            Tree::of(FILE, &[head.as_str(), &resources.concat(), &launchers].concat())
        };
        Template { tree: text(Launcher::text), probe: text(Launcher::probe), launchers, traits }
    }

    /// What is asked of the program.
    pub(crate) fn request(&self) -> Request {
        Request { paths: vec![FILE.to_owned()], unsafe_fixes: false, format: false, arguments: Vec::new() }
    }
}

fn role(dice: &mut Dice, id: &'static str, resources: &mut Vec<String>) -> Role {
    let word = if id == "AppRole" { "app" } else { "other" };
    let (line, name) = match dice.below(8) {
        0 | 1 => (format!("      RoleName: {word}-role\n"), Some(format!("{word}-role"))),
        2 if word == "app" => ("      RoleName: !Ref RoleName\n".to_owned(), Some("named-app".to_owned())),
        3 => (format!("      RoleName: !Sub \"${{AWS::StackName}}-{word}\"\n"), None),
        4 if word == "app" => {
            ("      RoleName: !FindInMap [Names, !Ref Env, Role]\n".to_owned(), Some("mapped-app".to_owned()))
        }
        _ => (String::new(), None),
    };
    let condition = dice.often(25).then(|| dice.one_of(&["CreateRole", "CreateRole", "Prod", "Both"]));
    let guard = guard(condition);
    let path = if dice.often(10) { "      Path: /service/\n" } else { "" };
    resources.push(format!("  {id}:\n    Type: AWS::IAM::Role\n{guard}    Properties:\n{line}{path}{TRUST}"));
    Role { id, name, condition }
}

fn guard(condition: Option<&str>) -> String {
    condition.map(|condition| format!("    Condition: {condition}\n")).unwrap_or_default()
}

/// A profile that fits or does not; its logical ID and condition.
fn profile(
    dice: &mut Dice,
    id: &'static str,
    role: &Role,
    trapped: Option<&Role>,
    resources: &mut Vec<String>,
    traits: &mut Vec<String>,
) -> (&'static str, Option<&'static str>) {
    let mut condition = role.condition;
    let mut held = format!("!Ref {}", role.id);
    match (dice.below(8), condition) {
        (0, Some(own)) => {
            held = format!("!If [{own}, {held}, !Ref ExistingRole]");
            condition = None;
            traits.push("profile of one role or another".to_owned());
        }
        (1, None) => {
            condition = Some("Prod");
            traits.push("profile under a condition".to_owned());
        }
        (2, None) => {
            held = format!("!If [Prod, {held}, !Ref ExistingRole]");
            traits.push("profile of one role or another".to_owned());
        }
        _ => {}
    }
    let of = trapped.filter(|_| dice.often(40)).unwrap_or(role);
    let name = match (dice.below(8), &of.name) {
        (0, Some(name)) => Some(format!("      InstanceProfileName: {name}\n")),
        (1, Some(name)) => Some(format!("      InstanceProfileName: {}\n", name.to_uppercase())),
        (2, Some(name)) => Some(format!("      InstanceProfileName: !Sub \"{name}\"\n")),
        (3 | 4, _) if of.condition.is_none() => Some(format!("      InstanceProfileName: !Ref {}\n", of.id)),
        (5, Some(name)) if name == "named-app" => Some("      InstanceProfileName: !Ref RoleName\n".to_owned()),
        _ => None,
    };
    if name.is_some() {
        traits.push(
            if of.id == role.id { "profile with the role's name" } else { "profile with another role's name" }
                .to_owned(),
        );
    }
    let guard = guard(condition);
    let name = name.unwrap_or_default();
    resources.push(format!(
        "  {id}:\n    Type: AWS::IAM::InstanceProfile\n{guard}    Properties:\n{name}      Roles:\n        - {held}\n"
    ));
    (id, condition)
}

fn launcher(
    dice: &mut Dice,
    id: &'static str,
    role: &Role,
    second: Option<&Role>,
    profiles: &[(&'static str, Option<&'static str>)],
) -> Launcher {
    let kind =
        dice.one_of(&[Kind::Instance, Kind::Instance, Kind::TemplateByName, Kind::TemplateByArn, Kind::Configuration]);
    let by_arn = kind == Kind::TemplateByArn || dice.often(20);
    let slot = slot::value(dice, role, second, profiles, by_arn);
    let condition = if slot.guarded { dice.often(10).then_some("Prod") } else { role.condition };
    Launcher { id, kind, condition, value: slot.text, form: slot.form }
}

impl Launcher {
    /// Its entry.
    fn text(&self) -> String {
        let (id, value, guard) = (self.id, &self.value, guard(self.condition));
        let head = |kind: &str| format!("  {id}:\n    Type: {kind}\n{guard}    Properties:\n");
        match self.kind {
            Kind::Instance => {
                format!(
                    "{}      ImageId: ami-0123456789abcdef0\n      IamInstanceProfile: {value}\n",
                    head("AWS::EC2::Instance")
                )
            }
            Kind::Configuration => {
                let head = head("AWS::AutoScaling::LaunchConfiguration");
                let image = "      ImageId: ami-0123456789abcdef0\n      InstanceType: t3.micro\n";
                format!("{head}{image}      IamInstanceProfile: {value}\n")
            }
            Kind::TemplateByName => self.template(&guard, "Name"),
            Kind::TemplateByArn => self.template(&guard, "Arn"),
        }
    }

    fn template(&self, guard: &str, argument: &str) -> String {
        let (id, value) = (self.id, &self.value);
        let head =
            format!("  {id}:\n    Type: AWS::EC2::LaunchTemplate\n{guard}    Properties:\n      LaunchTemplateData:\n");
        format!(
            "{head}        ImageId: ami-0123456789abcdef0\n        IamInstanceProfile:\n          {argument}: {value}\n"
        )
    }

    /// A launch template of its logical ID, which takes any value.
    fn probe(&self) -> String {
        self.template(&guard(self.condition), if self.kind == Kind::TemplateByArn { "Arn" } else { "Name" })
    }
}
