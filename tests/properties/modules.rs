//! Terraform modules.

use proptest::prelude::*;

use crate::bytes::bytes;
use crate::harness::tree::Tree;
use crate::invariants::Request;
use crate::{config, held};

/// How the role of a module is declared, and how its launchers may name it. `@` is the attribute.
struct Shape {
    head: &'static str,
    wirings: &'static [&'static str],
}

const SHAPES: &[Shape] = &[
    Shape {
        head: "name = \"app\"",
        wirings: &[
            "aws_iam_role.app.@",
            "\"${aws_iam_role.app.@}\"",
            "(aws_iam_role.app.@)",
            "var.on ? aws_iam_role.app.@ : null",
            "coalesce(var.profile, aws_iam_role.app.@)",
            "try(aws_iam_role.app.@, null)",
            "format(\"%s\", aws_iam_role.app.@)",
            "element(split(\"/\", aws_iam_role.app.arn), 1)",
            "\"app\"",
            "\"arn:aws:iam::123456789012:role/app\"",
            "\"aws_iam_role.app.@\"",
            "aws_iam_role.app",
            "local.profile",
            "local.shared",
            "local.map[\"web\"]",
            "lower(aws_iam_role.app.@)",
            "aws_iam_role_policy.app.name",
            "aws_iam_instance_profile.app.@",
            "aws_iam_instance_profile.mine.@",
            "var.on ? aws_iam_instance_profile.app.@ : \"app\"",
            "var.on ? aws_iam_role.app.@ : \"arn:aws:iam::123456789012:role/app\"",
            "var.profile",
            "null",
        ],
    },
    Shape {
        head: "count = 2\n  name = \"app-${count.index}\"",
        wirings: &[
            "aws_iam_role.app[0].@",
            "aws_iam_role.app.0.@",
            "aws_iam_role.app[count.index].@",
            "one(aws_iam_role.app[*].@)",
            "join(\"\", aws_iam_role.app.*.@)",
            "element(concat(aws_iam_role.app.*.@, [\"\"]), 0)",
            "\"${element(aws_iam_role.app.*.@, count.index)}\"",
        ],
    },
    Shape {
        head: "for_each = toset([\"a\", \"b\"])\n  name = each.key",
        wirings: &[
            "aws_iam_role.app[\"a\"].@",
            "aws_iam_role.app[each.key].@",
            "values(aws_iam_role.app)[0].@",
            "[for r in aws_iam_role.app : r.@][0]",
        ],
    },
];

/// A launcher called `"?"` around a wiring, `$`; anything may be beside it.
const LAUNCHERS: &[&str] = &[
    "resource \"aws_instance\" \"?\" {\n  ami = \"ami-1\"\n  iam_instance_profile = $\n}\n",
    "resource \"aws_instance\" \"?\" {\n  role = $\n  ami = \"ami-1\"\n}\n",
    "resource \"aws_instance\" \"?\" {\n  role = $\n  iam_instance_profile = $\n}\n",
    "resource \"aws_instance\" \"?\" {\n  iam_instance_profile {\n    name = $\n  }\n}\n",
    "resource \"aws_launch_template\" \"?\" {\n  iam_instance_profile {\n    arn = $\n  }\n}\n",
    "resource \"aws_launch_template\" \"?\" {\n  image_id = \"ami-1\"\n  iam_instance_profile = $\n  key_name = \"k\"\n}\n",
    "resource \"aws_launch_template\" \"?\" {\n  dynamic \"iam_instance_profile\" {\n    for_each = [$]\n    content {\n      name = iam_instance_profile.value\n    }\n  }\n}\n",
    "resource \"aws_batch_compute_environment\" \"?\" {\n  compute_resources {\n    instance_role = $\n    max_vcpus = 4\n  }\n}\n",
    "resource \"aws_emr_cluster\" \"?\" {\n  ec2_attributes {\n    instance_profile = $\n  }\n}\n",
    "resource \"aws_db_instance\" \"?\" {\n  custom_iam_instance_profile = $\n}\n",
    "resource \"aws_lambda_function\" \"?\" {\n  role = $\n}\n",
];

/// Blocks that may be anywhere in the module.
const OTHERS: &[&str] = &[
    "locals {\n  profile = aws_iam_role.app.name\n  shared = aws_iam_role.app.name\n  map = {\n    web = aws_iam_role.app.name\n  }\n}\n",
    "output \"shared\" {\n  value = local.shared\n}\n",
    "resource \"aws_iam_instance_profile\" \"app\" {\n  role = \"somebody-else\"\n}\n",
    "resource \"aws_iam_instance_profile\" \"mine\" {\n  role = aws_iam_role.app.arn\n}\n",
    "resource \"aws_iam_instance_profile\" \"old\" {\n  name = \"app\"\n  roles = [aws_iam_role.app.name]\n}\n",
    "resource \"aws_iam_role_policy\" \"app\" {\n  name = \"p\"\n  role = aws_iam_role.app.name\n  policy = \"{}\"\n}\n",
    "variable \"profile\" {\n  default = <<-EOT\n    aws_iam_role.app.name # not a comment\n  EOT\n}\n",
    "/* iam_instance_profile = aws_iam_role.app.name */\n",
];

/// What may be done to the bytes of a line without changing what it means.
#[derive(Clone, Debug)]
enum Fiddle {
    Nothing,
    TrailingComment(&'static str),
    LineAbove(&'static str),
    Blank,
    Spaces(usize),
    Tab,
}

fn fiddle() -> impl Strategy<Value = Fiddle> {
    prop_oneof![
        6 => Just(Fiddle::Nothing),
        2 => prop::sample::select(vec![" # note", " // größe 日本", "  /* a */ # b", " # \"${quoted\""]).prop_map(Fiddle::TrailingComment),
        1 => prop::sample::select(vec!["# above", "// above", "/* above\n   in two lines */"]).prop_map(Fiddle::LineAbove),
        1 => Just(Fiddle::Blank),
        1 => (1..5usize).prop_map(Fiddle::Spaces),
        1 => Just(Fiddle::Tab),
    ]
}

/// Lays a text out anew: comments, blank lines and spaces come and go where HCL allows them.
fn lay_out(text: &str, fiddles: &[Fiddle]) -> String {
    let mut out = String::new();
    let mut inside_heredoc = false;
    for (line, fiddle) in text.lines().zip(fiddles.iter().cycle()) {
        let starts_heredoc = line.contains("<<");
        if inside_heredoc || starts_heredoc || line.is_empty() {
            inside_heredoc = if starts_heredoc { true } else { inside_heredoc && line.trim() != "EOT" };
            out.extend([line, "\n"]);
            continue;
        }
        match fiddle {
            Fiddle::Nothing => out.push_str(line),
            Fiddle::TrailingComment(comment) => out.extend([line, comment]),
            Fiddle::LineAbove(comment) => out.extend([comment, "\n", line]),
            Fiddle::Blank => out.extend(["\n", line]),
            Fiddle::Spaces(count) => {
                let spaces = " ".repeat(*count);
                match line.split_once(" = ") {
                    Some((name, value)) => out.extend([name, spaces.as_str(), "=", spaces.as_str(), value]),
                    None => out.push_str(line),
                }
            }
            Fiddle::Tab => out.extend(["\t", line.trim_start()]),
        }
        out.push('\n');
    }
    out
}

prop_compose! {
    fn launcher(shape: usize)(
        text in prop::sample::select(LAUNCHERS),
        wiring in prop::sample::select(SHAPES[shape].wirings),
        attribute in prop::sample::select(&["name", "arn", "id", "unique_id"][..]),
    ) -> String {
        text.replace('$', &wiring.replace('@', attribute))
    }
}

pub(crate) fn module() -> impl Strategy<Value = (Tree, Request)> {
    (0..SHAPES.len()).prop_flat_map(|shape| {
        let launchers = prop::collection::vec(launcher(shape), 1..4);
        let others = prop::sample::subsequence(OTHERS, 0..OTHERS.len());
        let layout = prop::collection::vec(fiddle(), 1..40);
        let files = prop::collection::vec(0..3usize, 12);
        let bytes = [bytes(), bytes(), bytes()];
        (launchers, others, layout, files, bytes, any::<[bool; 3]>(), prop::bool::weighted(0.1)).prop_map(
            move |(launchers, others, layout, files, bytes, [unsafe_fixes, one_file, blank_lines], format)| {
                let files = if one_file { vec![0] } else { files };
                let texts = texts(SHAPES[shape].head, &launchers, &others, &files, blank_lines);
                let files = ["iam.tf", "main.tf", "other.tf"].iter().zip(&texts).zip(&bytes);
                let files = files.map(|((name, text), bytes)| ((*name).to_owned(), bytes.of(&lay_out(text, &layout))));
                let paths = vec![if one_file { "iam.tf" } else { "." }.to_owned()];
                (Tree(files.collect()), Request { paths, unsafe_fixes, format, arguments: Vec::new() })
            },
        )
    })
}

/// The texts of three files, before they are laid out.
fn texts(head: &str, launchers: &[String], others: &[&str], files: &[usize], blank_lines: bool) -> [String; 3] {
    let role = format!("resource \"aws_iam_role\" \"app\" {{\n  {head}\n  assume_role_policy = \"{{}}\"\n}}\n");
    let mut blocks = vec![role];
    blocks.extend(others.iter().map(|&other| other.to_owned()));
    blocks.extend(
        launchers.iter().enumerate().map(|(number, launcher)| launcher.replace("\"?\"", &format!("\"l{number}\""))),
    );
    let mut texts = [String::new(), String::new(), String::new()];
    for (block, &file) in blocks.iter().zip(files.iter().cycle()) {
        let text = &mut texts[file];
        if blank_lines && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(block);
    }
    texts
}

proptest! {
    #![proptest_config(config())]

    /// Whatever a module has in its slots and however it is laid out, the invariants hold.
    #[test]
    fn generated_modules((tree, request) in module()) {
        held(&tree, &request)?;
    }

    /// The generator would be worth nothing if ipfix did not understand what it makes.
    #[test]
    fn generated_roles_are_found(
        fiddles in prop::collection::vec(fiddle(), 1..40),
        bytes in bytes(),
        format in prop::bool::weighted(0.1),
    ) {
        let text = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n  assume_role_policy = \"{}\"\n}\n\nresource \"aws_instance\" \"web\" {\n  ami = \"ami-1\"\n  iam_instance_profile = aws_iam_role.app.name\n}\n";
        let tree = Tree(std::iter::once(("main.tf".to_owned(), bytes.of(&lay_out(text, &fiddles)))).collect());
        let request = Request { paths: vec![".".to_owned()], unsafe_fixes: false, format, arguments: Vec::new() };
        let outcome = held(&tree, &request)?;
        let after = String::from_utf8_lossy(&outcome.after.0["main.tf"]).into_owned();
        prop_assert!(after.contains("aws_iam_instance_profile.app.name"), "{after}");
    }
}
