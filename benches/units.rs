//! One unit, in memory: the parsers alone beside the whole pipeline.
//!
//! `cargo bench` prints the times. The ratios that count: `terraform_right` and `terraform_fixed` to `terraform_parse`, `template_fixed` to
//! `template_parse` and `json_template_fixed` to `json_template_parse`, at 10 (MB); and each line of one bench to its neighbours, for growth.
//! `shapes` shows the growth where many things have to do with each other.
//! `cargo bench -- --ignored` shows the growth up to 100 MB; it takes minutes, and 5 GB of memory.

use divan::{Bencher, black_box};
use ipfix_iac::check::{Input, Language, Options, check};
use ipfix_iac::text::Source;
use jsonc_parser::{CollectOptions, ParseOptions};

/// Launchers in one MB.
const LAUNCHERS: usize = 500;

fn main() {
    divan::main();
}

fn text(megabytes: usize, launcher: impl Fn(usize) -> String, other: impl Fn(usize) -> String, head: &str) -> String {
    let mut text = head.to_owned();
    let launchers = megabytes * LAUNCHERS;
    let mut others = 0;
    for number in 0..launchers {
        text.push_str(&launcher(number));
        while text.len() < (number + 1) * megabytes * 1_000_000 / launchers {
            text.push_str(&other(others));
            others += 1;
        }
    }
    text
}

fn module(megabytes: usize, wiring: impl Fn(usize) -> String) -> String {
    let launcher = |number: usize| {
        format!(
            r#"resource "aws_iam_role" "r{number}" {{
  name               = "role-{number}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Action = "sts:AssumeRole", Effect = "Allow", Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}

resource "aws_instance" "i{number}" {{
  ami                  = data.aws_ami.debian.id
  instance_type        = "t3.micro" # small
  iam_instance_profile = {}
  user_data            = <<-EOF
    #!/bin/sh
    echo {number}
  EOF
}}

"#,
            wiring(number)
        )
    };
    let other = |number: usize| {
        format!(
            r#"resource "aws_s3_bucket" "b{number}" {{
  bucket = "bucket-{number}-${{var.env}}"
  tags = {{
    Name  = "bucket {number}"
    Owner = var.owner
  }}
  versioning {{
    enabled = true # keep
  }}
}}

"#
        )
    };
    text(megabytes, launcher, other, "")
}

fn template(megabytes: usize) -> String {
    let launcher = |number: usize| {
        format!(
            "  App{number}Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n        - Effect: Allow\n          Principal: {{Service: ec2.amazonaws.com}}\n          Action: sts:AssumeRole\n  Web{number}:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: ami-0123456789abcdef0\n      IamInstanceProfile: !Ref App{number}Role\n"
        )
    };
    let other = |number: usize| {
        format!(
            "  Bucket{number}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub bucket-{number}-${{Env}} # named\n      Tags:\n      - Key: Name\n        Value: bucket {number}\n"
        )
    };
    text(megabytes, launcher, other, "Parameters:\n  Env: {Type: String}\nResources:\n")
}

fn template_in_json(megabytes: usize) -> String {
    let launcher = |number: usize| {
        format!(
            r#"    "App{number}Role": {{
      "Type": "AWS::IAM::Role",
      "Properties": {{
        "AssumeRolePolicyDocument": {{
          "Statement": [{{"Effect": "Allow", "Principal": {{"Service": "ec2.amazonaws.com"}}, "Action": "sts:AssumeRole"}}]
        }}
      }}
    }},
    "Web{number}": {{
      "Type": "AWS::EC2::Instance",
      "Properties": {{"ImageId": "ami-0123456789abcdef0", "IamInstanceProfile": {{"Ref": "App{number}Role"}}}}
    }},
"#
        )
    };
    let other = |number: usize| {
        format!(
            r#"    "Bucket{number}": {{
      "Type": "AWS::S3::Bucket",
      "Properties": {{
        "BucketName": {{"Fn::Sub": "bucket-{number}-${{Env}}"}},
        "Tags": [{{"Key": "Name", "Value": "bucket {number}"}}]
      }}
    }},
"#
        )
    };
    let head = "{\n  \"Parameters\": {\"Env\": {\"Type\": \"String\"}},\n  \"Resources\": {\n";
    text(megabytes, launcher, other, head) + "    \"Topic\": {\"Type\": \"AWS::SNS::Topic\"}\n  }\n}\n"
}

fn run(bencher: Bencher<'_, '_>, language: Language, name: &str, text: &str) {
    bencher
        .with_inputs(|| Input::new(language, vec![source(name, text)]))
        .bench_values(|input| check(input, &Options::default()));
}

fn source(name: &str, text: &str) -> Source {
    Source::new(name, text.as_bytes().to_vec(), true).unwrap_or_else(|_| unreachable!("the text is UTF-8"))
}

#[divan::bench(args = [1, 5, 10, 20], sample_count = 7, sample_size = 1)]
fn terraform_parse(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = module(megabytes, |number| format!("aws_iam_role.r{number}.name"));
    // The tree is dropped inside of the time, as in the pipeline.
    bencher.bench(|| drop(black_box(hcl_edit::parser::parse_body(black_box(&text)))));
}

#[divan::bench(args = [1, 5, 10, 20], sample_count = 7, sample_size = 1)]
fn terraform_right(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = module(megabytes, |number| format!("aws_iam_instance_profile.p{number}.name"));
    run(bencher, Language::Terraform, "main.tf", &text);
}

#[divan::bench(args = [1, 5, 10, 20], sample_count = 7, sample_size = 1)]
fn terraform_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = module(megabytes, |number| format!("aws_iam_role.r{number}.name"));
    run(bencher, Language::Terraform, "main.tf", &text);
}

#[divan::bench(args = [1, 5, 10], sample_count = 7, sample_size = 1)]
fn template_parse(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = template(megabytes);
    bencher.bench(|| {
        black_box(granit_parser::Parser::new_from_str(black_box(&text)).count());
        drop(black_box(serde_yaml::from_str::<serde_yaml::Value>(black_box(&text))));
    });
}

#[divan::bench(args = [1, 5, 10], sample_count = 7, sample_size = 1)]
fn template_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = template(megabytes);
    run(bencher, Language::CloudFormation, "template.yaml", &text);
}

#[divan::bench(args = [1, 5, 10], sample_count = 7, sample_size = 1)]
fn json_template_parse(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = template_in_json(megabytes);
    bencher.bench(|| {
        let text = black_box(text.as_str());
        drop(black_box(jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())));
        drop(black_box(serde_json::from_str::<serde_json::Value>(text)));
    });
}

#[divan::bench(args = [1, 5, 10], sample_count = 7, sample_size = 1)]
fn json_template_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = template_in_json(megabytes);
    run(bencher, Language::CloudFormation, "template.json", &text);
}

/// Up to 100 MB, each fixed once: for growth, not for ratios.
mod large {
    use super::{Bencher, Language, module, run, template, template_in_json};

    #[divan::bench(args = [10, 25, 50, 100], sample_count = 1, sample_size = 1, ignore)]
    fn terraform_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
        let text = module(megabytes, |number| format!("aws_iam_role.r{number}.name"));
        run(bencher, Language::Terraform, "main.tf", &text);
    }

    #[divan::bench(args = [10, 25, 50, 100], sample_count = 1, sample_size = 1, ignore)]
    fn template_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
        run(bencher, Language::CloudFormation, "template.yaml", &template(megabytes));
    }

    #[divan::bench(args = [10, 25, 50, 100], sample_count = 1, sample_size = 1, ignore)]
    fn json_template_fixed(bencher: Bencher<'_, '_>, megabytes: usize) {
        run(bencher, Language::CloudFormation, "template.json", &template_in_json(megabytes));
    }

    /// The keys of one HCL object: the one thing known to grow faster than its size. In thousands of keys.
    #[divan::bench(args = [5, 10, 20], sample_count = 1, sample_size = 1, ignore)]
    fn terraform_keys_of_one_object(bencher: Bencher<'_, '_>, thousands: usize) {
        let keys: String = (0..thousands * 1000).map(|key| format!("    k{key} = {key}\n")).collect();
        let text = format!(
            "{}locals {{\n  x = {{\n{keys}  }}\n}}\n",
            module(1, |number| format!("aws_iam_role.r{number}.name"))
        );
        run(bencher, Language::Terraform, "main.tf", &text);
    }
}

/// What many things of a unit have to do with each other: in thousands of launchers, each fix alone too, as machine formats show it. Twice the
/// launchers should take twice the time.
mod shapes {
    use std::fmt::Write as _;

    use super::{Bencher, Input, Language, Options, check, source};

    const ROLE: &str = "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n}\n";

    fn run(bencher: Bencher<'_, '_>, language: Language, name: &str, text: &str) {
        let mut options = Options::default();
        options.resolve_fixes = true;
        bencher
            .with_inputs(|| Input::new(language, vec![source(name, text)]))
            .bench_values(|input| check(input, &options));
    }

    fn module(thousands: usize, head: &str, each: impl Fn(usize) -> String) -> String {
        (0..thousands * 1000).fold(head.to_owned(), |mut text, number| {
            let _ = writeln!(text, "{}", each(number));
            text
        })
    }

    fn launcher(number: usize, wiring: &str) -> String {
        format!("resource \"aws_instance\" \"i{number}\" {{\n  iam_instance_profile = {wiring}\n}}")
    }

    #[divan::bench(args = [5, 10, 20], sample_count = 3, sample_size = 1)]
    fn roles_in_a_chain(bencher: Bencher<'_, '_>, thousands: usize) {
        let text = module(thousands, ROLE, |number| {
            let before = number.checked_sub(1).map_or("r".to_owned(), |before| format!("r{before}"));
            let role = format!("resource \"aws_iam_role\" \"r{number}\" {{\n  path = aws_iam_role.{before}.path\n}}");
            format!("{role}\n{}", launcher(number, &format!("aws_iam_role.r{number}.name")))
        });
        run(bencher, Language::Terraform, "main.tf", &text);
    }

    #[divan::bench(args = [5, 10, 20], sample_count = 3, sample_size = 1)]
    fn one_policy_for_all_roles(bencher: Bencher<'_, '_>, thousands: usize) {
        let statement = "  statement {\n    principals {\n      type        = \"Service\"\n      identifiers = [\"ec2.amazonaws.com\"]\n    }\n  }\n";
        let head = format!("data \"aws_iam_policy_document\" \"d\" {{\n{}}}\n", statement.repeat(thousands * 100));
        let text = module(thousands, &head, |number| {
            let policy = "assume_role_policy = data.aws_iam_policy_document.d.json";
            let role = format!("resource \"aws_iam_role\" \"r{number}\" {{\n  {policy}\n}}");
            format!("{role}\n{}", launcher(number, &format!("aws_iam_role.r{number}.name")))
        });
        run(bencher, Language::Terraform, "main.tf", &text);
    }

    #[divan::bench(args = [5, 10, 20], sample_count = 3, sample_size = 1)]
    fn locals_in_one_block(bencher: Bencher<'_, '_>, thousands: usize) {
        let locals = module(thousands, "locals {\n", |number| format!("  l{number} = aws_iam_role.r.name"));
        let text =
            module(thousands, &format!("{ROLE}{locals}}}\n"), |number| launcher(number, &format!("local.l{number}")));
        run(bencher, Language::Terraform, "main.tf", &text);
    }

    #[divan::bench(args = [5, 10, 20], sample_count = 3, sample_size = 1)]
    fn a_comment_beside_each(bencher: Bencher<'_, '_>, thousands: usize) {
        let text = module(thousands, ROLE, |number| launcher(number, "aws_iam_role.r.name # ipfix:ignore[IPF001]"));
        run(bencher, Language::Terraform, "main.tf", &text);
    }

    #[divan::bench(args = [5, 10, 20], sample_count = 3, sample_size = 1)]
    fn json_on_one_line(bencher: Bencher<'_, '_>, thousands: usize) {
        let launcher = |number: usize| {
            let properties = "\"Properties\":{\"IamInstanceProfile\":{\"Ref\":\"R\"}}";
            format!(",\"W{number}\":{{\"Type\":\"AWS::EC2::Instance\",{properties}}}")
        };
        let launchers: String = (0..thousands * 1000).map(launcher).collect();
        let text = format!("{{\"Resources\":{{\"R\":{{\"Type\":\"AWS::IAM::Role\"}}{launchers}}}}}");
        run(bencher, Language::CloudFormation, "template.json", &text);
    }
}
