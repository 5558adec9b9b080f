//! Modules that differ in the resource, the argument or the way to the value.

use std::fmt::Write as _;

use crate::harness::case::{Case, Oracle, Settings};
use crate::harness::tree::Tree;

/// A resource that launches EC2 instances.
struct Launcher {
    name: &'static str,
    /// Which attribute of a profile its argument expects.
    attribute: &'static str,
    /// The name of the profile: RDS asks for a prefix.
    profile: &'static str,
    /// The resource, with `{label}` and `{value}`.
    block: &'static str,
}

const LAUNCHERS: &[Launcher] = &[
    Launcher {
        name: "instance",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_instance" "{label}" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = {value}
}
"#,
    },
    Launcher {
        name: "spot-instance",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_spot_instance_request" "{label}" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = {value}
}
"#,
    },
    Launcher {
        name: "launch-configuration",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_launch_configuration" "{label}" {
  image_id             = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = {value}
}
"#,
    },
    Launcher {
        name: "launch-template-name",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_launch_template" "{label}" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile {
    name = {value}
  }
}
"#,
    },
    Launcher {
        name: "launch-template-arn",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_launch_template" "{label}" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile {
    arn = {value}
  }
}
"#,
    },
    Launcher {
        name: "spot-fleet-name",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_spot_fleet_request" "{label}" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                  = "ami-0123456789abcdef0"
    instance_type        = "m5.large"
    iam_instance_profile = {value}
  }
}
"#,
    },
    Launcher {
        name: "spot-fleet-arn",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_spot_fleet_request" "{label}" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = {value}
  }
}
"#,
    },
    Launcher {
        name: "emr",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_emr_cluster" "{label}" {
  name          = "{label}"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = {value}
  }
}
"#,
    },
    Launcher {
        name: "batch",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_batch_compute_environment" "{label}" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = {value}
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}
"#,
    },
    Launcher {
        name: "image-builder",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_imagebuilder_infrastructure_configuration" "{label}" {
  name                  = "{label}"
  instance_profile_name = {value}
}
"#,
    },
    Launcher {
        name: "beanstalk",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_elastic_beanstalk_environment" "{label}" {
  name        = "{label}"
  application = "web"

  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "IamInstanceProfile"
    value     = {value}
  }

  setting {
    namespace = "aws:elasticbeanstalk:environment"
    name      = "ServiceRole"
    value     = aws_iam_role.other.name
  }
}
"#,
    },
    Launcher {
        name: "rds-custom",
        attribute: "name",
        profile: "AWSRDSCustomApp",
        block: r#"resource "aws_db_instance" "{label}" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = {value}
}
"#,
    },
    Launcher {
        name: "rds-cluster-instance",
        attribute: "name",
        profile: "AWSRDSCustomApp",
        block: r#"resource "aws_rds_cluster_instance" "{label}" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = {value}
}
"#,
    },
    Launcher {
        name: "ecs",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_ecs_capacity_provider" "{label}" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = {value}

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}
"#,
    },
    Launcher {
        name: "opsworks",
        attribute: "arn",
        profile: "app-profile",
        block: r#"resource "aws_opsworks_stack" "{label}" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = {value}
}
"#,
    },
    Launcher {
        name: "data-pipeline",
        attribute: "name",
        profile: "app-profile",
        block: r#"resource "aws_datapipeline_pipeline_definition" "{label}" {
  pipeline_id = "df-0123456789ABCDEFGHIJ"

  pipeline_object {
    id   = "Ec2"
    name = "Ec2"

    field {
      key          = "type"
      string_value = "Ec2Resource"
    }

    field {
      key          = "role"
      string_value = aws_iam_role.other.name
    }

    field {
      key          = "resourceRole"
      string_value = {value}
    }
  }
}
"#,
    },
];

/// Arguments that expect a role.
const ROLE_ARGUMENTS: &[(&str, &str)] = &[
    ("aws_emr_cluster", "service_role"),
    ("aws_emr_cluster", "autoscaling_role"),
    ("aws_emr_cluster", "placement_group_config.instance_role"),
    ("aws_emr_cluster", "instance_group.instance_role"),
    ("aws_batch_compute_environment", "service_role"),
    ("aws_batch_compute_environment", "compute_resources.spot_iam_fleet_role"),
    ("aws_spot_fleet_request", "iam_fleet_role"),
    ("aws_apprunner_service", "instance_configuration.instance_role_arn"),
    ("aws_gamelift_fleet", "instance_role_arn"),
    ("aws_eks_node_group", "node_role_arn"),
    ("aws_eks_cluster", "compute_config.node_role_arn"),
    ("aws_ecs_capacity_provider", "managed_instances_provider.infrastructure_role_arn"),
    ("aws_opsworks_stack", "service_role_arn"),
    ("aws_autoscaling_group", "service_linked_role_arn"),
    ("aws_ssm_activation", "iam_role"),
    ("aws_db_instance_role_association", "role_arn"),
    ("aws_db_instance", "monitoring_role_arn"),
    ("aws_db_instance", "domain_iam_role_name"),
    ("aws_sagemaker_notebook_instance", "role_arn"),
    ("aws_appstream_fleet", "iam_role_arn"),
    ("aws_appstream_image_builder", "iam_role_arn"),
    ("aws_redshift_scheduled_action", "iam_role"),
    ("aws_ecs_service", "iam_role"),
    ("aws_ecs_task_definition", "execution_role_arn"),
    ("aws_ecs_task_definition", "task_role_arn"),
    ("aws_lambda_function", "role"),
    ("aws_glue_job", "role_arn"),
    ("aws_backup_selection", "iam_role_arn"),
    ("aws_dlm_lifecycle_policy", "execution_role_arn"),
    ("aws_codedeploy_deployment_group", "service_role_arn"),
    ("aws_imagebuilder_image", "execution_role"),
    ("aws_iam_role_policy", "role"),
];

/// Arguments that an instance does not have, the attribute of the role in them, and the column of the value.
const UNKNOWN_ARGUMENTS: &[(&str, &str, usize)] = &[
    ("role", "arn", 19),
    ("iam_role", "name", 19),
    ("iam_role_name", "name", 19),
    ("iam_role_arn", "arn", 19),
    ("role_arn", "arn", 19),
    ("role_name", "id", 19),
    ("instance_role", "name", 19),
    ("instance_profile", "name", 22),
    ("iam_instance_profile_name", "name", 31),
    ("iam_instance_profile_arn", "arn", 30),
    ("iam_profile", "name", 19),
    ("aws_iam_instance_profile", "name", 30),
];

/// All rows.
pub(super) fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = LAUNCHERS.iter().flat_map(Launcher::cases).collect();
    for (resource, path) in ROLE_ARGUMENTS {
        for spelling in ["by-name", "by-arn", "as-text", "through-a-local"] {
            cases.push(role_argument(resource, path, spelling));
        }
    }
    cases.extend(UNKNOWN_ARGUMENTS.iter().map(|(name, attribute, column)| unknown_argument(name, attribute, *column)));
    cases
}

/// A role `app` or `other` that EC2 can assume.
fn role(label: &str) -> String {
    format!(
        r#"resource "aws_iam_role" "{label}" {{
  name = "{label}-role"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = {{ Service = "ec2.amazonaws.com" }}
    }}]
  }})
}}

"#
    )
}

fn profile(name: &str) -> String {
    format!(
        "resource \"aws_iam_instance_profile\" \"app\" {{\n  name = \"{name}\"\n  role = aws_iam_role.app.name\n}}\n\n"
    )
}

/// A case with one file, of which nothing changes.
fn unchanged(name: String, about: String, text: &str, settings: Settings) -> Case {
    let tree = Tree::of("main.tf", text);
    Case::new(name, Settings { about, ..settings }, tree.clone(), tree)
}

impl Launcher {
    fn cases(&self) -> [Case; 3] {
        [self.profiles(), self.unresolved(), self.in_comments()]
    }

    fn block(&self, label: &str, value: &str) -> String {
        self.block.replace("{label}", label).replace("{value}", value)
    }

    /// The resource with each value, and the place of each value.
    fn blocks(&self, head: &str, values: &[(&str, String)]) -> (String, Vec<String>) {
        let (mut text, mut places) = (head.to_owned(), Vec::new());
        for (number, (label, value)) in values.iter().enumerate() {
            text += if number == 0 { "" } else { "\n" };
            let block = self.block(label, value);
            let (before, _) = self.block.split_once("{value}").expect("a value");
            let line = text.matches('\n').count() + before.matches('\n').count() + 1;
            let column = before.len() - before.rfind('\n').unwrap_or_default();
            text += &block;
            places.push(format!("main.tf:{line}:{column}"));
        }
        (text, places)
    }

    /// Profiles in every form: nothing is found, except for the name of a profile for which the launcher must wait. The data source says that
    /// `app-profile` exists.
    fn profiles(&self) -> Case {
        let attribute = self.attribute;
        let mut head = "variable \"on\" {\n  type    = bool\n  default = true\n}\n\n".to_owned();
        head += &(role("app") + &role("other") + &profile(self.profile));
        head += "data \"aws_iam_instance_profile\" \"there\" {\n  name = \"app-profile\"\n}\n\n";
        let _ = write!(head, "locals {{\n  profile = aws_iam_instance_profile.app.{attribute}\n}}\n\n");
        let reference = format!("aws_iam_instance_profile.app.{attribute}");
        let mut values = vec![
            ("reference", reference.clone()),
            ("local", "local.profile".to_owned()),
            ("conditional", format!("var.on ? {reference} : null")),
            ("data_source", format!("data.aws_iam_instance_profile.there.{attribute}")),
        ];
        if attribute == "name" {
            // Nothing is known of an ARN as text.
            values.push(("literal", format!("\"{}\"", self.profile)));
        }
        values.push(("none", "null".to_owned()));
        let (text, places) = self.blocks(&head, &values);
        let name = format!("terraform/profile-arguments/{}", self.name);
        let about = format!(
            "A profile by reference, through a local, in a conditional, by a data source, by name, and none: {}",
            self.name
        );
        if self.profile == "app-profile" {
            return unchanged(name, about, &text, Settings::default());
        }
        let findings = vec![format!("IPF012 {} safe", places[4])];
        values[4].1 = reference;
        let after = Tree::of("main.tf", &self.blocks(&head, &values).0);
        let settings = Settings { about, exit: 1, findings, ..Settings::default() };
        Case::new(name, settings, Tree::of("main.tf", &text), after)
    }

    /// Values of which nothing is known: a note for each.
    fn unresolved(&self) -> Case {
        let mut head = "variable \"profile\" {\n  type    = string\n  default = \"app-role\"\n}\n\n".to_owned();
        head += &(role("app") + &role("other"));
        let literal = match self.attribute {
            "name" => "\"made-elsewhere\"",
            _ => "\"arn:aws:iam::123456789012:instance-profile/made-elsewhere\"",
        };
        let values = [
            ("variable", "var.profile"),
            ("output", "module.iam.profile"),
            ("parameter", "data.aws_ssm_parameter.profile.value"),
            ("literal", literal),
        ];
        let (text, places) = self.blocks(&head, &values.map(|(label, value)| (label, value.to_owned())));
        let findings = places.iter().map(|place| format!("IPF011 {place}")).collect();
        let about =
            format!("A variable, an output of a module, another resource, and text that names no role: {}", self.name);
        let name = format!("terraform/unresolved-arguments/{}", self.name);
        unchanged(name, about, &text, Settings { findings, ..Settings::default() })
    }

    /// A role in a comment is no reference.
    fn in_comments(&self) -> Case {
        let attribute = self.attribute;
        let commented = self.block("commented", &format!("aws_iam_role.app.{attribute}"));
        let mut text = role("app") + &role("other") + &profile(self.profile);
        text.extend(commented.split_inclusive('\n').map(|line| format!("# {line}")));
        let _ = write!(text, "\n/*\n{commented}*/\n\n");
        let value = format!("aws_iam_instance_profile.app.{attribute} /* aws_iam_role.app.{attribute} */");
        text += &self.block("web", &value);
        let about = format!("Roles in comments beside a correct reference: {}", self.name);
        unchanged(format!("terraform/commented-arguments/{}", self.name), about, &text, Settings::default())
    }
}

/// An argument that expects a role, and gets one.
fn role_argument(resource: &str, path: &str, spelling: &str) -> Case {
    let value = match spelling {
        "by-name" => "aws_iam_role.app.name",
        "by-arn" => "aws_iam_role.app.arn",
        "as-text" => "\"app-role\"",
        _ => "local.role",
    };
    let mut text = role("app");
    text += "resource \"aws_iam_instance_profile\" \"app\" {\n  name_prefix = \"app-\"\n  role        = aws_iam_role.app.name\n}\n\n";
    text += &instance(&[("iam_instance_profile", "aws_iam_instance_profile.app.name")]);
    text.push('\n');
    if spelling == "through-a-local" {
        text += "locals {\n  role = aws_iam_role.app.name\n}\n\n";
    }
    let _ = writeln!(text, "resource \"{resource}\" \"it\" {{");
    let names: Vec<&str> = path.split('.').collect();
    let (argument, blocks) = names.split_last().expect("a name");
    let indent = |depth: usize| "  ".repeat(depth + 1);
    for (depth, block) in blocks.iter().enumerate() {
        let _ = writeln!(text, "{}{block} {{", indent(depth));
    }
    let _ = writeln!(text, "{}{argument} = {value}", indent(blocks.len()));
    for depth in (0..blocks.len()).rev() {
        let _ = writeln!(text, "{}}}", indent(depth));
    }
    text += "}\n";
    let name = format!("terraform/role-arguments/{resource}.{path}/{spelling}");
    unchanged(name, format!("`{resource}.{path}` expects a role"), &text, Settings::default())
}

/// An instance with more arguments, aligned.
fn instance(more: &[(&str, &str)]) -> String {
    let arguments = [("ami", "\"ami-0123456789abcdef0\""), ("instance_type", "\"t3.micro\"")];
    let width = arguments.iter().chain(more).map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = arguments.iter().chain(more).map(|(name, value)| format!("  {name:width$} = {value}\n"));
    format!("resource \"aws_instance\" \"web\" {{\n{}}}\n", lines.collect::<String>())
}

/// An argument that an instance does not have: name and value change, and the lines are aligned again.
fn unknown_argument(argument: &str, attribute: &str, column: usize) -> Case {
    let before = role("app") + &instance(&[(argument, &format!("aws_iam_role.app.{attribute}"))]);
    let added = "resource \"aws_iam_instance_profile\" \"app\" {\n  name = aws_iam_role.app.name\n  role = aws_iam_role.app.name\n}\n\n";
    let after = role("app") + added + &instance(&[("iam_instance_profile", "aws_iam_instance_profile.app.name")]);
    let settings = Settings {
        about: format!(
            "An instance has no argument `{argument}`: name and value change, and the lines are aligned again"
        ),
        exit: 1,
        oracle: Some(Oracle::Apply),
        roles: [("aws_instance.web".to_owned(), "app-role".to_owned())].into(),
        findings: vec![format!("IPF003 main.tf:16:{column} safe")],
        ..Settings::default()
    };
    let name = format!("terraform/unknown-arguments/name-{}", argument.replace('_', "-"));
    Case::new(name, settings, Tree::of("main.tf", &before), Tree::of("main.tf", &after))
}
