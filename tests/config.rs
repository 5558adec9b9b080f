//! The effect of configuration files on the program.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::process::{Command, Stdio};

mod harness;
mod invariants;

use harness::program::{Output, ipfix};
use harness::tools::scratch;
use harness::tree::Tree;

const ROLE: &str = "resource \"aws_iam_role\" \"app\" {\n  name               = \"app\"\n  assume_role_policy = data.aws_iam_policy_document.ec2.json\n}\n";
const LAUNCHER: &str = "resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

fn module() -> String {
    format!("{ROLE}\n{LAUNCHER}")
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
}

/// Runs ipfix in a directory with these files.
fn run(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    ipfix(scratch(&tree(files)).path(), arguments)
}

/// The codes and files of the findings.
fn findings(files: &[(&str, &str)], arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> =
        arguments.iter().copied().chain(["--output-format", "json", "--min-severity", "note"]).collect();
    let output = run(files, &arguments);
    assert!(output.status < 2, "{}", output.stderr);
    let report = harness::json::Report::parse(&output.stdout).unwrap();
    report.findings.iter().map(|finding| format!("{} {}", finding.code, harness::json::plain(&finding.file))).collect()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The lines that a patch adds.
fn added(output: &Output) -> Vec<String> {
    let patch = stdout(output);
    let added = patch.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++"));
    added.map(|line| line[1..].to_owned()).collect()
}

#[test]
fn only_the_closest_file_is_used() {
    let module = module();
    let files = [
        ("ipfix.toml", "ignore = [\"IPF001\"]\n"),
        ("a/main.tf", &module),
        ("b/.ipfix.toml", ""),
        ("b/deep/down/main.tf", &module),
    ];
    assert_eq!(findings(&files, &["."]), ["IPF001 b/deep/down/main.tf"]);
    assert_eq!(findings(&files, &["a/main.tf"]), [""; 0]);
    assert_eq!(findings(&files, &["--isolated", "a/main.tf"]), ["IPF001 a/main.tf"]);
    assert_eq!(findings(&files, &["--config", "ipfix.toml", "."]), [""; 0]);
    assert_eq!(findings(&files, &["--config", "b/.ipfix.toml", "."]).len(), 2);
}

#[test]
fn configuration_is_found_from_subdirectories_and_for_stdin() {
    let module = module();
    let files = [("ipfix.toml", "ignore = [\"IPF001\"]\n"), ("a/b/main.tf", module.as_str())];
    let directory = scratch(&tree(&files));
    let below = ipfix(&directory.path().join("a/b"), &["."]);
    assert_eq!((below.status, stdout(&below).as_str()), (0, ""), "{}", below.stderr);
    let beside = ipfix(&directory.path().join("a/b"), &["../b/main.tf"]);
    assert_eq!(beside.status, 0, "{}", beside.stderr);
    let arguments = ["- --stdin-filename a/b/main.tf", "- --stdin-filename a/b/main.tf --isolated"];
    for (arguments, status) in arguments.into_iter().zip([0, 1]) {
        let script = format!("{} {arguments} < a/b/main.tf", env!("CARGO_BIN_EXE_ipfix"));
        let output = sh(directory.path(), &script);
        assert_eq!(output, status, "{arguments}");
    }
}

fn sh(directory: &Path, script: &str) -> i32 {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().code().unwrap()
}

#[test]
fn the_command_line_overrides_the_environment() {
    let module = module();
    let files = [("main.tf", module.as_str()), ("off.toml", "ignore = [\"IPF001\"]\n"), ("on.toml", "")];
    let directory = scratch(&tree(&files));
    let program = env!("CARGO_BIN_EXE_ipfix");
    for (script, status) in [
        ("IPFIX_CONFIG=off.toml {} .", 0),
        ("IPFIX_CONFIG= {} .", 1),
        ("IPFIX_CONFIG=off.toml {} --config on.toml .", 1),
        ("IPFIX_CONFIG=off.toml {} --isolated .", 1),
        ("IPFIX_CONFIG=none.toml {} .", 2),
        ("{} --config on.toml --isolated .", 2),
        ("IPFIX_OUTPUT_FORMAT=json {} . | grep -q IPF001", 0),
        ("IPFIX_OUTPUT_FORMAT=json {} --output-format diff . | grep -q aws_iam_instance_profile.app.name", 0),
        ("IPFIX_JOBS=1 {} .", 1),
        ("IPFIX_JOBS=many {} .", 2),
    ] {
        assert_eq!(sh(directory.path(), &script.replace("{}", program)), status, "{script}");
    }
}

#[test]
fn the_command_line_overrides_the_rules_of_the_file() {
    let module = module();
    let with = |config: &'static str, arguments: &[&str]| {
        findings(&[("ipfix.toml", config), ("main.tf", module.as_str())], arguments).len()
    };
    assert_eq!(with("select = [\"IPF002\"]\n", &[]), 0);
    assert_eq!(with("select = [\"IPF002\"]\n", &["--select", "IPF001"]), 1);
    assert_eq!(with("ignore = [\"role-as-profile\"]\n", &["--select", "IPF001"]), 1);
    assert_eq!(with("select = [\"IPF001\"]\n", &["--ignore", "IPF001"]), 0);
    assert_eq!(with("ignore = [\"IPF009\"]\n", &["--ignore", "IPF001"]), 0);
}

#[test]
fn rules_are_ignored_in_some_files() {
    let module = module();
    let config = "[per-file-ignores]\n\"sandbox/**\" = [\"IPF001\"]\n\"*.gen.tf\" = [\"IPF\"]\n\"/b\" = [\"IPF002\"]\n";
    let files = [
        ("ipfix.toml", config),
        ("sandbox/deep/main.tf", module.as_str()),
        ("a/x.gen.tf", LAUNCHER),
        ("a/roles.tf", ROLE),
        ("b/main.tf", module.as_str()),
    ];
    assert_eq!(findings(&files, &["."]), ["IPF001 b/main.tf"]);
    assert_eq!(findings(&files, &["a", "b/main.tf"]), ["IPF001 b/main.tf"]);
    // The file of the launcher counts. A path from another directory refers to the same file.
    let directory = scratch(&tree(&files));
    assert_eq!(ipfix(&directory.path().join("a"), &["../sandbox"]).status, 0);
}

#[test]
fn excluded_files_are_context_unless_they_are_named() {
    let files = [
        ("ipfix.toml", "exclude = [\"*.gen.tf\", \"/old/\"]\n"),
        ("app/roles.gen.tf", ROLE),
        ("app/web.tf", LAUNCHER),
        ("app/more.gen.tf", "resource \"aws_instance\" \"more\" {\n  iam_instance_profile = aws_iam_role.app.arn\n}\n"),
        ("old/roles.tf", ROLE),
        ("old/web.tf", LAUNCHER),
    ];
    assert_eq!(findings(&files, &["."]), ["IPF001 app/web.tf"]);
    assert!(
        stdout(&run(&files, &["."])).contains("+++ b/app/web.tf"),
        "the role's file is not changed, the launcher's is"
    );
    assert_eq!(findings(&files, &["app/more.gen.tf"]), ["IPF001 app/more.gen.tf"]);
    assert_eq!(findings(&files, &["old"]), [""; 0]);
    assert_eq!(findings(&files, &["old/web.tf"]), ["IPF001 old/web.tf"]);
    assert_eq!(findings(&files, &["--exclude", "web.tf", "."]), [""; 0]);
    let list = run(&[&files[..], &[("list", "old/web.tf\n")]].concat(), &["--files-from", "list"]);
    assert_eq!(list.status, 1, "{}", list.stderr);
}

#[test]
fn templates_have_configuration_too() {
    let template = "Resources:\n  AppRole:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref AppRole\n";
    let with = |config: &'static str, arguments: &[&str]| {
        findings(&[("ipfix.toml", config), ("stacks/app.yaml", template)], arguments)
    };
    assert_eq!(with("", &[]), ["IPF001 stacks/app.yaml"]);
    assert_eq!(with("exclude = [\"stacks\"]\n", &[]), [""; 0]);
    assert_eq!(with("exclude = [\"stacks\"]\n", &["stacks/app.yaml"]), ["IPF001 stacks/app.yaml"]);
    assert_eq!(with("[per-file-ignores]\n\"*.yaml\" = [\"IPF001\"]\n", &[]), [""; 0]);
    for naming in ["role-name", "prefix", "none"] {
        let config = format!("profile-name = \"{naming}\"\n");
        let output = run(&[("ipfix.toml", &config), ("stacks/app.yaml", template)], &[]);
        assert!(stdout(&output).contains("AppInstanceProfile"), "{}", output.stderr);
        assert!(!stdout(&output).contains("InstanceProfileName"), "a name would need CAPABILITY_NAMED_IAM");
    }
}

#[test]
fn unsafe_fixes_can_be_enabled_and_disabled() {
    let data = "data \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = data.aws_iam_role.app.name\n}\n";
    let with = |config: &'static str, arguments: &[&str]| {
        stdout(&run(&[("ipfix.toml", config), ("main.tf", data)], arguments)).is_empty()
    };
    assert!(with("", &[]));
    assert!(!with("", &["--unsafe-fixes"]));
    assert!(!with("unsafe-fixes = true\n", &[]));
    assert!(with("unsafe-fixes = true\n", &["--no-unsafe-fixes"]));
    assert!(!with("unsafe-fixes = false\n", &["--unsafe-fixes"]));
    assert!(!with("", &["--no-unsafe-fixes", "--unsafe-fixes"]), "the last option wins");
}

#[test]
fn the_naming_policy_decides_the_name() {
    let module = module();
    let with = |naming: &str, terraform: &str| {
        let config = format!("profile-name = \"{naming}\"\n");
        let files = [("ipfix.toml", config.as_str()), ("main.tf", terraform)];
        let directory = scratch(&tree(&files));
        let output = ipfix(directory.path(), &[]);
        assert_eq!(ipfix(directory.path(), &["--write"]).status, 0);
        assert_eq!(ipfix(directory.path(), &[]).status, 0, "a second run finds nothing");
        added(&output)
    };
    let block = |arguments: &[&'static str]| {
        let mut lines = vec!["resource \"aws_iam_instance_profile\" \"app\" {"];
        lines.extend_from_slice(arguments);
        lines.extend(["}", "", "  iam_instance_profile = aws_iam_instance_profile.app.name"]);
        lines
    };
    let role = "  role = aws_iam_role.app.name";
    assert_eq!(with("role-name", &module), block(&["  name = aws_iam_role.app.name", role]));
    assert_eq!(with("none", &module), block(&[role]));
    let prefix = ["  name_prefix = \"${aws_iam_role.app.name}-\"", "  role        = aws_iam_role.app.name"];
    assert_eq!(with("prefix", &module), block(&prefix));
    // If an argument requires a certain name, the profile gets it.
    let custom = format!(
        "{ROLE}\nresource \"aws_db_instance\" \"db\" {{\n  custom_iam_instance_profile = aws_iam_role.app.name\n}}\n"
    );
    let config = [("ipfix.toml", "profile-name = \"none\"\n"), ("main.tf", custom.as_str())];
    assert!(stdout(&run(&config, &["--unsafe-fixes"])).contains("+  name = \"AWSRDSCustom-${aws_iam_role.app.name}\""));
}

const SLOTS: &str = "[[module-input]]\nsource = \"*/modules/web*\"\ninput = \"profile\"\ntakes = \"name\"\n\n[[module-input]]\nsource = \"acme/fleet/aws\"\ninput = \"profile_arn\"\ntakes = \"arn\"\n";

#[test]
fn inputs_of_own_modules_are_slots() {
    let calls = "module \"web\" {\n  source  = \"../modules/web\"\n  profile = aws_iam_role.app.arn\n}\n\nmodule \"fleet\" {\n  source      = \"acme/fleet/aws\"\n  version     = \"1.0.0\"\n  profile_arn = aws_iam_role.app.name # the fleet's\n}\n\nmodule \"other\" {\n  source  = \"./lambda\"\n  profile = aws_iam_role.app.arn\n}\n";
    let main = format!("{ROLE}\n{calls}");
    let child = ("lambda/main.tf", "variable \"profile\" {\n}\n");
    let files = [("ipfix.toml", SLOTS), ("main.tf", main.as_str()), child];
    assert_eq!(findings(&files, &[]), ["IPF001 main.tf", "IPF001 main.tf"]);
    let directory = scratch(&tree(&files));
    assert_eq!(ipfix(directory.path(), &["--write"]).status, 0);
    let fixed = std::fs::read_to_string(directory.path().join("main.tf")).unwrap();
    let expected = main
        .replace(ROLE, &format!("{ROLE}\nresource \"aws_iam_instance_profile\" \"app\" {{\n  name = aws_iam_role.app.name\n  role = aws_iam_role.app.name\n}}\n"))
        .replace("../modules/web\"\n  profile = aws_iam_role.app.arn", "../modules/web\"\n  profile = aws_iam_instance_profile.app.name")
        .replace("profile_arn = aws_iam_role.app.name", "profile_arn = aws_iam_instance_profile.app.arn");
    assert_eq!(fixed, expected);
    assert_eq!(ipfix(directory.path(), &[]).status, 0, "a second run finds nothing");
    assert_eq!(findings(&files[1..], &[]), [""; 0], "without the configuration, the inputs are unknown");
}

#[test]
fn inputs_of_own_modules_follow_locals_counts_overrides_and_names() {
    let role = ROLE.replace("\"app\" {\n", "\"app\" {\n  count = 2\n");
    let main = format!(
        "{role}\nlocals {{\n  profile = aws_iam_role.app[0].name\n}}\n\nmodule \"web\" {{\n  source  = \"../modules/web\"\n  profile = local.profile\n}}\n\nmodule \"each\" {{\n  source  = \"../modules/web\"\n  count   = 2\n  profile = aws_iam_role.app[count.index].name\n}}\n\nmodule \"replaced\" {{\n  source  = \"../modules/web\"\n  profile = aws_iam_role.app[0].name\n}}\n\nmodule \"known\" {{\n  source  = \"../modules/web\"\n  profile = var.profile\n}}\n"
    );
    let replaced = "module \"replaced\" {\n  profile = \"given\"\n}\n";
    let files = [("ipfix.toml", SLOTS), ("main.tf", main.as_str()), ("override.tf", replaced)];
    let directory = scratch(&tree(&files));
    let output = ipfix(directory.path(), &[]);
    let lines = added(&output);
    for line in [
        "  count = length(aws_iam_role.app)",
        "  profile = aws_iam_instance_profile.app[0].name",
        "  profile = aws_iam_instance_profile.app[count.index].name",
    ] {
        assert_eq!(lines.iter().filter(|added| *added == line).count(), 1, "{line}: {lines:?}");
    }
    assert_eq!(ipfix(directory.path(), &["--write"]).status, 0, "{}", output.stderr);
    assert_eq!(ipfix(directory.path(), &[]).status, 0, "a second run finds nothing");
    let literal = format!("{ROLE}\nmodule \"web\" {{\n  source  = \"../modules/web\"\n  profile = \"app\"\n}}\n");
    assert_eq!(findings(&[("ipfix.toml", SLOTS), ("main.tf", &literal)], &[]), ["IPF002 main.tf"]);
}

#[test]
fn an_invalid_file_affects_its_directories_only() {
    let module = module();
    let files = [
        ("a/ipfix.toml", "ignore = [\"IPF009\"]\nselct = []\nunsafe-fixes = 1\n"),
        ("a/main.tf", module.as_str()),
        ("a/more/main.tf", module.as_str()),
        ("b/main.tf", module.as_str()),
    ];
    let directory = scratch(&tree(&files));
    let output = ipfix(directory.path(), &["--write", "."]);
    assert_eq!(output.status, 2);
    for place in ["a/ipfix.toml:2:1: error: ", "a/ipfix.toml:3:16: error: "] {
        assert_eq!(output.stderr.lines().filter(|line| line.starts_with(place)).count(), 1, "{}", output.stderr);
    }
    let mut after = Tree::read(directory.path());
    let fixed = after.0.insert("b/main.tf".to_owned(), module.clone().into_bytes());
    assert_ne!(fixed, Some(module.clone().into_bytes()));
    assert_eq!(after, tree(&files));
}

#[test]
fn an_unreadable_file_is_reported() {
    let module = module();
    let none = run(&[("main.tf", &module)], &["--config", "none.toml"]);
    assert_eq!(none.status, 2);
    assert!(none.stderr.starts_with("none.toml: error: "), "{}", none.stderr);
    let two = run(&[("ipfix.toml", ""), (".ipfix.toml", ""), ("main.tf", &module)], &[]);
    assert_eq!(two.status, 2);
    assert!(two.stderr.starts_with(".ipfix.toml: error: "), "{}", two.stderr);
    let mut latin = tree(&[("main.tf", &module)]);
    latin.0.insert("ipfix.toml".to_owned(), b"# caf\xe9\n".to_vec());
    let latin = ipfix(scratch(&latin).path(), &[]);
    assert_eq!(latin.status, 2);
    assert!(latin.stderr.starts_with("ipfix.toml:1:6: error: "), "{}", latin.stderr);
}

#[test]
fn unknown_rules_get_a_suggestion() {
    for arguments in [["--select", "IPF0l1"], ["--ignore", "IPF0l1"], ["--explain", "IPF0l1"]] {
        let output = run(&[("main.tf", "")], &arguments);
        assert_eq!(output.status, 2);
        assert!(output.stderr.contains("`IPF0l1`; did you mean `IPF0"), "{}", output.stderr);
    }
}

const DOCUMENT: &str = include_str!("../docs/config.md");

/// The fenced blocks of this language in the document.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = DOCUMENT.split(fence.as_str()).skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn documented_examples_work() {
    let [whole, slot] = blocks("toml").try_into().unwrap();
    let [call] = blocks("hcl").try_into().unwrap();
    let module = module().replace("app", "web");
    let sandbox = ROLE.replace("data.aws_iam_policy_document.ec2.json", "jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { Service = \"lambda.amazonaws.com\" } }] })");
    let sandbox = format!("{sandbox}\n{LAUNCHER}");
    let own =
        format!("{ROLE}\nmodule \"web\" {{\n  source  = \"../modules/web\"\n  profile = aws_iam_role.app.arn\n}}\n");
    let files = [
        ("ipfix.toml", whole.as_str()),
        ("app/main.tf", module.as_str()),
        ("legacy/main.tf", module.as_str()),
        ("made/x.generated.tf", module.as_str()),
        ("sandbox/main.tf", sandbox.as_str()),
        ("own/main.tf", own.as_str()),
    ];
    assert_eq!(findings(&files, &[]), ["IPF001 app/main.tf", "IPF001 own/main.tf", "IPF001 sandbox/main.tf"]);
    assert_eq!(findings(&files, &["--isolated", "sandbox"]), ["IPF001 sandbox/main.tf", "IPF010 sandbox/main.tf"]);
    let main = format!("{}\n{call}", ROLE.replace("app", "web"));
    let lines = added(&run(&[("ipfix.toml", &slot), ("main.tf", &main)], &[]));
    assert!(lines.contains(&"  profile_arn = aws_iam_instance_profile.web.arn".to_owned()), "{lines:?}");
}

#[test]
fn the_document_shows_each_naming_policy() {
    let module = module().replace("app", "web");
    let rows: Vec<Vec<&str>> = DOCUMENT
        .lines()
        .filter(|line| line.starts_with("| `\""))
        .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    for row in rows {
        let (policy, written) = (row[1], row[2]);
        let config = format!("profile-name = {policy}\n");
        let lines = added(&run(&[("ipfix.toml", &config), ("main.tf", &module)], &[]));
        let names: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| line.starts_with("name")).collect();
        assert_eq!(names, if written == "neither" { vec![] } else { vec![written] }, "{policy}");
    }
}

#[test]
fn the_document_lists_every_key() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../docs/schemas/config.schema.json")).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        let row = if key == "module-input" { "| `[[module-input]]` |".to_owned() } else { format!("| `{key}` |") };
        assert!(DOCUMENT.contains(&row), "{key}");
    }
}
