//! Generated modules: whatever the wiring, the layout, the comments and the bytes at line ends, the invariants hold, and the everyday fault is found.
//!
//! `PROPTEST_CASES=10000 cargo test --test properties` looks longer.
#![allow(clippy::unwrap_used, missing_docs, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

use proptest::prelude::*;
use proptest::test_runner::Config;

mod harness;
mod invariants;

use harness::library::Library;
use harness::tree::Tree;
use invariants::{Request, hold};

/// How the role of a module is declared, and how its launchers may name it. `@` stands for the attribute.
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

/// A launcher around a wiring, `$`; what stands beside it may be anything.
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

/// Blocks that may stand anywhere in the module.
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

fn module() -> impl Strategy<Value = (Tree, Request)> {
    (0..SHAPES.len()).prop_flat_map(|shape| {
        let launchers = prop::collection::vec(launcher(shape), 1..4);
        let others = prop::sample::subsequence(OTHERS, 0..OTHERS.len());
        let layout = prop::collection::vec(fiddle(), 1..40);
        let files = prop::collection::vec(0..3usize, 12);
        (launchers, others, layout, files, any::<[bool; 4]>(), prop::bool::weighted(0.1)).prop_map(
            move |(launchers, others, layout, files, flags, format)| {
                let (tree, request) = assemble(SHAPES[shape].head, &launchers, &others, &layout, &files, flags);
                (tree, Request { format, ..request })
            },
        )
    })
}

fn assemble(
    head: &str,
    launchers: &[String],
    others: &[&str],
    layout: &[Fiddle],
    files: &[usize],
    [unsafe_fixes, one_file, blank_lines, final_newline]: [bool; 4],
) -> (Tree, Request) {
    let role = format!("resource \"aws_iam_role\" \"app\" {{\n  {head}\n  assume_role_policy = \"{{}}\"\n}}\n");
    let mut blocks = vec![role];
    blocks.extend(others.iter().map(|&other| other.to_owned()));
    blocks.extend(launchers.iter().enumerate().map(|(number, launcher)| launcher.replace('?', &format!("l{number}"))));
    let mut texts = [String::new(), String::new(), String::new()];
    for (block, &file) in blocks.iter().zip(files.iter().cycle()) {
        let text = &mut texts[if one_file { 0 } else { file }];
        if blank_lines && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(block);
    }
    let mut tree = Tree::default();
    for (name, text) in ["iam.tf", "main.tf", "other.tf"].iter().zip(&texts) {
        let mut text = lay_out(text, layout);
        if !final_newline {
            text.truncate(text.trim_end_matches('\n').len());
        }
        tree.0.insert((*name).to_owned(), text.into_bytes());
    }
    let paths = if one_file { vec!["iam.tf".to_owned()] } else { vec![".".to_owned()] };
    (tree, Request { paths, unsafe_fixes, format: true, arguments: Vec::new() })
}

proptest! {
    #![proptest_config(Config { cases: 128, failure_persistence: None, ..Config::default() })]

    #[test]
    fn generated_modules((tree, request) in module()) {
        match hold(&Library, &tree, &request) {
            Ok((_, broken)) if broken.is_empty() => {}
            Ok((_, broken)) => prop_assert!(false, "{}\n{}", broken.join("\n"), show(&tree)),
            Err(error) => prop_assert!(false, "{error}\n{}", show(&tree)),
        }
    }

    /// The generator would be worth nothing if ipfix did not understand what it makes.
    #[test]
    fn generated_roles_are_found(fiddles in prop::collection::vec(fiddle(), 1..40)) {
        let text = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n  assume_role_policy = \"{}\"\n}\n\nresource \"aws_instance\" \"web\" {\n  ami = \"ami-1\"\n  iam_instance_profile = aws_iam_role.app.name\n}\n";
        let tree = Tree::of("main.tf", &lay_out(text, &fiddles));
        let request = Request { paths: vec![".".to_owned()], unsafe_fixes: false, format: true, arguments: Vec::new() };
        let (outcome, broken) = hold(&Library, &tree, &request).map_err(TestCaseError::fail)?;
        prop_assert!(broken.is_empty(), "{}", broken.join("\n"));
        let after = String::from_utf8_lossy(&outcome.after.0["main.tf"]).into_owned();
        prop_assert!(after.contains("aws_iam_instance_profile.app.name"), "{after}");
    }
}

fn show(tree: &Tree) -> String {
    tree.0.iter().map(|(path, bytes)| format!("=== {path}\n{}", String::from_utf8_lossy(bytes))).collect()
}
