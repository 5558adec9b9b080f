//! What formats show of values that cross modules.

use std::path::Path;

use crate::harness::program::ipfix;
use crate::harness::tools::scratch;
use crate::harness::tree::Tree;
use crate::{ROLE, WRONG, run, text};

/// The output in a format for a case of `testdata/terraform/across-modules/`; of a flowchart, the part before its colors.
fn across_modules(case: &str, format: &str) -> String {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/across-modules");
    let directory = scratch(&Tree::read(&cases.join(case).join("before")));
    let shown = text(&ipfix(directory.path(), &["--output-format", format, "."]));
    shown.split("  linkStyle ").next().unwrap_or_default().to_owned()
}

/// An argument of a call: the slot that it reaches, and the module as a frame.
#[test]
fn an_argument_of_a_call() {
    let full = "\
error[IPF001]: `module.vanilla`: `instance_profile_name` references the IAM role `aws_iam_role.game`; an instance profile is expected
  --> main.tf:19:27
   |
11 | resource \"aws_iam_role\" \"game\" {
   |                         ------ IAM role defined here
...
19 |   instance_profile_name = aws_iam_role.game.name
   |                           ^^^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
   |
   = note: modules/ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`
   = fix: add `aws_iam_instance_profile.game` for `aws_iam_role.game` and use its name

";
    assert_eq!(across_modules("input", "full"), full);
    let mermaid = "\
flowchart LR
  subgraph frame1[\".\"]
    direction LR
    n2([\"aws_iam_role.game\"]):::role
    n3{{\"aws_iam_instance_profile.game<br/>new\"}}:::new
    subgraph frame2[\"module.vanilla\"]
      direction LR
      n0>\"var.instance_profile_name\"]:::port
      n1[\"aws_instance.this<br/>iam_instance_profile\"]:::launcher
    end
    n1 --> n0
    n0 -- IPF001 --x n2
    n3 ==> n2
    n0 ==> n3
  end
  class frame1 frame
  class frame2 frame
  subgraph frame3[\"modules/ec2\"]
    direction LR
    n4[\"aws_instance.this\"]:::launcher
    n5[/\"var.instance_profile_name (input)\"/]:::outside
    n4 -.-> n5
  end
  class frame3 frame
";
    assert_eq!(across_modules("input", "mermaid"), mermaid);
}

/// An output of a call: its value, and the role behind it.
#[test]
fn an_output_of_a_call() {
    let full = "\
error[IPF001]: `aws_instance.web`: `iam_instance_profile` references the IAM role `module.iam.aws_iam_role.this`; an instance profile is expected
 --> main.tf:8:26
  |
1 | module \"iam\" {
  |        ----- this module contains the IAM role
...
8 |   iam_instance_profile = module.iam.role_name
  |                          ^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
  |
  = note: iam/main.tf:1:25: IAM role defined here
  = note: iam/main.tf:14:11: output `role_name` of `module.iam`
  = AWS says: Value (web-role) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
  = fix: add `aws_iam_instance_profile.iam` for `module.iam.aws_iam_role.this` and use its name
  = on deploy: `aws_instance.web` is updated in place

";
    assert_eq!(across_modules("output", "full"), full);
    let mermaid = "\
flowchart LR
  subgraph frame1[\".\"]
    direction LR
    n0[\"aws_instance.web\"]:::launcher
    n3{{\"aws_iam_instance_profile.iam<br/>new\"}}:::new
    subgraph frame2[\"module.iam\"]
      direction LR
      n1>\"output.role_name\"]:::port
      n2([\"aws_iam_role.this\"]):::role
    end
    n1 --> n2
    n0 -- IPF001 --x n1
    n3 ==> n1
    n0 ==> n3
  end
  class frame1 frame
  class frame2 frame
";
    assert_eq!(across_modules("output", "mermaid"), mermaid);
}

/// The notes of `full` that are about other modules.
fn places(case: &str) -> Vec<String> {
    let full = across_modules(case, "full");
    let notes = full.lines().filter_map(|line| line.trim_start().strip_prefix("= note: "));
    notes.filter(|note| note.contains(".tf:")).map(str::to_owned).collect()
}

#[test]
fn the_way_of_a_value_through_several_modules() {
    for (case, expected) in [
        (
            "input-passed-through-three-levels",
            &[
                "stack/main.tf:7:17: reaches `module.service`: `iam_profile`",
                "service/main.tf:7:22: reaches `module.ec2`: `instance_profile`",
                "ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`",
            ][..],
        ),
        (
            "output-of-a-grandchild",
            &[
                "iam/main.tf:1:25: IAM role defined here",
                "iam/main.tf:13:37: instance profile defined here",
                "iam/main.tf:19:11: output `role_name` of `module.inner`",
                "stack/main.tf:6:11: output `role_name` of `module.stack`",
            ],
        ),
        (
            "output-given-to-an-input",
            &[
                "iam/main.tf:1:25: IAM role defined here",
                "iam/main.tf:13:37: instance profile defined here",
                "iam/main.tf:19:11: output `role_name` of `module.iam`",
                "ec2/main.tf:8:26: reaches `aws_instance.this`: `iam_instance_profile`",
            ],
        ),
        (
            "profile-output-of-two-callers",
            &[
                "envs/dev/main.tf:8:26: read as an instance profile by `aws_instance.web`: `iam_instance_profile`",
                "envs/prod/main.tf:8:26: read as an instance profile by `aws_instance.web`: `iam_instance_profile`",
            ],
        ),
    ] {
        assert_eq!(places(case), expected, "{case}");
    }
    let inner = "    n3 --> n2\n    n4 --> n3\n    n5 --> n4\n    n2 -- IPF001 --x n6\n";
    let mermaid = across_modules("input-passed-through-three-levels", "mermaid");
    assert!(mermaid.contains(inner), "{mermaid}");
}

#[test]
fn a_finding_within_one_module() {
    let files = [("main.tf", &*format!("{ROLE}\n{WRONG}"))];
    let full = "\
error[IPF001]: `aws_instance.web`: `iam_instance_profile` references the IAM role `aws_iam_role.app`; an instance profile is expected
 --> main.tf:6:26
  |
1 | resource \"aws_iam_role\" \"app\" {
  |                         ----- IAM role defined here
...
6 |   iam_instance_profile = aws_iam_role.app.name
  |                          ^^^^^^^^^^^^^^^^^^^^^ expected an instance profile name
  |
  = AWS says: Value (app) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name
  = fix: add `aws_iam_instance_profile.app` for `aws_iam_role.app` and use its name
  = on deploy: `aws_instance.web` is updated in place

";
    assert_eq!(text(&run(&files, &["--output-format", "full", "."])), full);
    let mermaid = text(&run(&files, &["--output-format", "mermaid", "."]));
    assert!(mermaid.matches("subgraph").count() == 1 && !mermaid.contains(":::port"), "{mermaid}");
}
