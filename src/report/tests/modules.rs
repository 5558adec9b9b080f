//! Findings whose value crosses into another module: the locations there, in every format, and the frames of the flowchart.

use std::sync::Arc;

use serde_json::Value;

use crate::check::{Input, Language, Options, check, interface};
use crate::language::{Child, Reader};
use crate::model::Interface;
use crate::report::tests::{parsed, sample, schema::Schema, written};
use crate::report::{RenderOptions, Run, full, json, mermaid, rdjson, sarif};
use crate::rules;
use crate::text::Source;

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n";
const CALL: &str = "module \"web\" {\n  source  = \"./web\"\n  profile = aws_iam_role.app.name\n}\n";
const WEB: &str =
    "variable \"profile\" {}\n\nresource \"aws_instance\" \"this\" {\n  iam_instance_profile = var.profile\n}\n";
/// The same, with characters of several bytes before the value.
const WIDE: &str = "\u{feff}variable \"profile\" {}\n\nresource \"aws_instance\" \"this\" { /* größe */ iam_instance_profile = var.profile }\n";

/// The only file of a module, and the modules that it calls, by their sources.
fn module(path: &str, text: &str, calls: &[(&str, &Interface)]) -> Input {
    let source = Source::new(path, text.as_bytes().to_vec(), true).expect("text");
    let mut input = Input::new(Language::Terraform, vec![source]);
    for (source, interface) in calls {
        let child = Child { interface: Some(Arc::new((*interface).clone())), ..Child::default() };
        input.children.insert((*source).to_owned(), child);
    }
    input
}

fn known(path: &str, text: &str, calls: &[(&str, &Interface)]) -> Interface {
    interface(&module(path, text, calls), &Options::default())
}

fn run_of(input: Input) -> Run {
    let options = Options { resolve_fixes: true, ..Options::default() };
    Run { units: vec![check(input, &options)], ..Run::default() }
}

/// A call that gives a role to the input of this module.
fn argument(path: &str, text: &str) -> Run {
    let main = format!("{ROLE}\n{CALL}");
    run_of(module("main.tf", &main, &[("./web", &known(path, text, &[]))]))
}

/// The related locations of the only finding in JSON, each as `path:line:column: label`.
fn related(run: &Run) -> Vec<String> {
    let report = parsed(&written(run, |run, out| json::write(run, out)));
    let [finding] = report["findings"].as_array().expect("findings").as_slice() else { panic!("{report}") };
    let related = finding["related"].as_array().expect("locations").iter();
    let line = |it: &Value| {
        let text = |key: &str| it[key].as_str().expect("text");
        format!("{}:{}:{}: {}", text("file"), it["start"]["line"], it["start"]["column"], text("message"))
    };
    related.map(line).collect()
}

/// The nodes and edges of the flowchart, without classes and colours.
fn flowchart(run: &Run) -> String {
    let text = written(run, |run, out| mermaid::write(run, out));
    mermaid::assert_accepted(&text);
    let lines =
        text.lines().filter(|line| [" --> ", "[\"", ">\"", "{\"", "==>", "x n"].iter().any(|it| line.contains(it)));
    lines.map(|line| line.split(":::").next().unwrap_or_default().trim().to_owned() + "\n").collect()
}

#[test]
fn an_argument_and_the_slot_that_it_reaches() {
    let run = argument("web/main.tf", WEB);
    assert_eq!(
        related(&run),
        [
            "main.tf:1:25: IAM role defined here",
            "web/main.tf:4:26: reaches `aws_instance.this`: `iam_instance_profile`"
        ]
    );
}

#[test]
fn formats_for_programs() {
    let run = argument("w\u{e4}b/main.tf", WIDE);
    let report = parsed(&written(&run, |run, out| json::write(run, out)));
    Schema::parse(include_str!("../../../docs/schemas/report.schema.json")).check(&report).expect("a valid report");
    let place = &report["findings"][0]["related"][1];
    let start = WIDE.find("var.profile").expect("the value");
    let column = WIDE.lines().last().and_then(|line| line.find("var.profile")).expect("the value") + 1;
    // Two letters of two bytes each are before it.
    assert_eq!(place["start"], serde_json::json!({ "line": 3, "column": column - 2, "offset": start }));
    assert_eq!(place["end"]["offset"], start + "var.profile".len());

    let log = parsed(&written(&run, |run, out| sarif::write(run, rules::ALL, out)));
    let schema = Schema::parse(include_str!("../../../testdata/schemas/sarif-2.1.0.schema.json"));
    schema.check(&log).expect("valid SARIF");
    let place = &log["runs"][0]["results"][0]["relatedLocations"][1];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "w%C3%A4b/main.tf");
    assert_eq!(place["physicalLocation"]["region"]["startColumn"], column - 2);
    assert_eq!(place["message"]["text"], "reaches `aws_instance.this`: `iam_instance_profile`");

    let review = parsed(&written(&run, |run, out| rdjson::write(run, out)));
    let place = &review["diagnostics"][0]["related_locations"][1];
    assert_eq!(place["location"]["path"], "w\u{e4}b/main.tf");
    assert_eq!(place["location"]["range"]["start"], serde_json::json!({ "line": 3, "column": column }));
}

#[test]
fn nested_inputs() {
    let web = known("web/main.tf", WEB, &[]);
    let stack = "variable \"profile\" {}\n\nmodule \"web\" {\n  source  = \"../web\"\n  profile = var.profile\n}\n\nmodule \"api\" {\n  source  = \"../web\"\n  profile = var.profile\n}\n";
    let stack = known("stack/main.tf", stack, &[("../web", &web)]);
    let main = format!("{ROLE}\n{}", CALL.replace("./web", "./stack"));
    let run = run_of(module("main.tf", &main, &[("./stack", &stack)]));
    assert_eq!(
        related(&run)[1..],
        [
            "stack/main.tf:5:13: reaches `module.web`: `profile`",
            "web/main.tf:4:26: reaches `aws_instance.this`: `iam_instance_profile`",
            "stack/main.tf:10:13: reaches `module.api`: `profile`",
            "web/main.tf:4:26: reaches `aws_instance.this`: `iam_instance_profile`",
        ]
    );
    let expected = "\
subgraph frame1[\".\"]
n5([\"aws_iam_role.app\"])
n6{{\"aws_iam_instance_profile.app<br/>new\"}}
subgraph frame2[\"module.web\"]
n0>\"var.profile\"]
n1>\"module.web<br/>profile\"]
n2[\"aws_instance.this<br/>iam_instance_profile\"]
n3>\"module.api<br/>profile\"]
n4[\"aws_instance.this<br/>iam_instance_profile\"]
n1 --> n0
n2 --> n1
n3 --> n0
n4 --> n3
n0 -- IPF001 --x n5
n6 ==> n5
n0 ==> n6
";
    assert_eq!(flowchart(&run), expected);
}

#[test]
fn nested_outputs() {
    let iam = format!("{ROLE}\noutput \"role\" {{\n  value = aws_iam_role.app.name\n}}\n");
    let iam = known("iam/main.tf", &iam, &[]);
    let stack = "module \"iam\" {\n  source = \"../iam\"\n}\n\noutput \"role_name\" {\n  value = module.iam.role\n}\n";
    let stack = known("stack/main.tf", stack, &[("../iam", &iam)]);
    let main = "module \"stack\" {\n  source = \"./stack\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = module.stack.role_name\n}\n";
    let run = run_of(module("main.tf", main, &[("./stack", &stack)]));
    assert_eq!(
        related(&run),
        [
            "main.tf:1:8: this module contains the IAM role",
            "iam/main.tf:1:25: IAM role defined here",
            "iam/main.tf:6:11: output `role` of `module.iam`",
            "stack/main.tf:6:11: output `role_name` of `module.stack`",
        ]
    );
    assert!(flowchart(&run).contains("n2([\"module.iam.aws_iam_role.app\"])\n"), "{}", flowchart(&run));
}

#[test]
fn a_profile_behind_an_output() {
    let iam = format!(
        "{ROLE}\nresource \"aws_iam_instance_profile\" \"app\" {{\n  name = \"app-profile\"\n  role = aws_iam_role.app.name\n}}\n\n\
         output \"role\" {{\n  value = aws_iam_role.app\n}}\n\noutput \"profile\" {{\n  value = aws_iam_instance_profile.app\n}}\n"
    );
    let iam = known("iam/main.tf", &iam, &[]);
    let main = "module \"iam\" {\n  source = \"./iam\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = module.iam.role.name\n}\n";
    let run = run_of(module("main.tf", main, &[("./iam", &iam)]));
    let locations = related(&run);
    assert_eq!(locations[2], "iam/main.tf:5:37: instance profile defined here", "{locations:?}");
    let expected = "\
subgraph frame1[\".\"]
n0[\"aws_instance.web\"]
subgraph frame2[\"module.iam\"]
n1>\"output.role\"]
n2([\"aws_iam_role.app\"])
n3>\"output.profile.name\"]
n4{{\"aws_iam_instance_profile.app\"}}
n1 --> n2
n0 -- IPF001 --x n1
n4 --> n2
n3 --> n4
n0 ==> n3
";
    assert_eq!(flowchart(&run), expected);
}

#[test]
fn readers_of_an_output() {
    let text = format!("{ROLE}\noutput \"profile\" {{\n  value = aws_iam_role.app.name\n}}\n");
    let mut input = module("iam/main.tf", &text, &[]);
    let caller = Source::new("main.tf", WEB.as_bytes().to_vec(), true).expect("text");
    let place = |part: &str| WEB.find(part).map(|at| caller.place(at..at + part.len())).expect("a part");
    let places = vec![(place("var.profile"), "`aws_instance.web`: `iam_instance_profile`".to_owned())];
    let reader = Reader { takes: crate::aws::slots::Attribute::Name, places };
    input.callers.readers.insert("profile".to_owned(), reader);
    assert_eq!(
        related(&run_of(input)),
        [
            "iam/main.tf:1:25: IAM role defined here",
            "main.tf:4:26: read as an instance profile by `aws_instance.web`: `iam_instance_profile`",
        ]
    );
}

#[test]
fn many_calls() {
    let web = known("web/main.tf", WEB, &[]);
    let calls = |count: usize, role: &dyn Fn(usize) -> String| -> String {
        let one =
            |number| CALL.replace("\"web\"", &format!("\"web_{number}\"")).replace("aws_iam_role.app", &role(number));
        (0..count).map(one).collect()
    };
    let alike = format!("{ROLE}\n{}", calls(5, &|_| "aws_iam_role.app".to_owned()));
    let run = run_of(module("main.tf", &alike, &[("./web", &web)]));
    let title = "subgraph frame2[\"5 x module<br/>web_0, web_1, web_2, web_3<br/>and 1 more\"]\n";
    assert!(flowchart(&run).contains(title), "{}", flowchart(&run));
    let role = |number: usize| ROLE.replace("\"app\"", &format!("\"app_{number}\""));
    let roles: String = (0..300).map(role).collect();
    let different = roles + &calls(300, &|number| format!("aws_iam_role.app_{number}"));
    let run = run_of(module("main.tf", &different, &[("./web", &web)]));
    assert!(written(&run, |run, out| mermaid::write(run, out)).contains(" more launchers\"]"));
    assert!(flowchart(&run).contains("module.web_7"));
}

#[test]
fn many_slots_behind_one_input() {
    let launcher = |number: usize| {
        format!("resource \"aws_instance\" \"web_{number}\" {{\n  iam_instance_profile = var.profile\n}}\n")
    };
    let web: String = (0..300).map(launcher).collect();
    let text = flowchart(&argument("web/main.tf", &format!("variable \"profile\" {{}}\n{web}")));
    assert!(text.contains("[\"288 more\"]\nn1 --> n0\n"), "{text}");
    assert!(text.contains("n0 -- IPF001 --x n14\n"), "{text}");
}

#[test]
fn hostile_names_of_other_modules() {
    let run = argument("w\u{1b}[31m\n::error::/ma\u{202e}in.tf", WEB);
    let text = written(&run, |run, out| full::write(run, RenderOptions::default(), out));
    assert_eq!(text.lines().filter(|line| line.contains("= note: ")).count(), 1, "{text}");
    for text in [
        written(&run, |run, out| json::write(run, out)),
        written(&run, |run, out| sarif::write(run, rules::ALL, out)),
        written(&run, |run, out| rdjson::write(run, out)),
        written(&run, |run, out| mermaid::write(run, out)),
    ] {
        assert_eq!(sample::harmful(&text), None, "{text:?}");
    }
}
