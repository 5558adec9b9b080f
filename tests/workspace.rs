//! The library's own door to files: `workspace::load`, with the configuration of the project and with texts that an editor has open.

use std::fs;
use std::path::{Path, PathBuf};

use ipfix_iac::check::{Diagnostic, UnitReport, check};
use ipfix_iac::workspace::{ConfigSource, LoadOptions, load};

const WRONG: &str = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n\nresource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.name\n}\n";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("written");
    }
    directory
}

fn reports(path: &Path, options: &LoadOptions) -> Vec<UnitReport> {
    let workspace = load(&[path.to_owned()], options).expect("a valid search");
    assert!(workspace.problems.is_empty(), "{:?}", workspace.problems);
    let units = workspace.units.into_iter().filter_map(|unit| Some((unit.input?, unit.options)));
    units.map(|(input, options)| check(input, &options)).collect()
}

fn codes(reports: &[UnitReport]) -> Vec<&str> {
    reports.iter().flat_map(|report| &report.findings).filter_map(Diagnostic::code).collect()
}

#[test]
fn a_directory_gives_the_units_that_have_something_to_check() {
    let directory = tree(&[
        ("a/main.tf", WRONG),
        ("b/main.tf", "resource \"aws_sns_topic\" \"t\" {\n}\n"),
        (
            "t.yaml",
            "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n  W:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref R\n",
        ),
    ]);
    let reports = reports(directory.path(), &LoadOptions::default());
    assert_eq!(codes(&reports), ["IPF001", "IPF001"]);
    assert!(reports.iter().all(|report| report.changes.len() == 1));
}

#[test]
fn the_configuration_of_the_project_counts_unless_it_is_not_wanted() {
    let directory = tree(&[("ipfix.toml", "ignore = [\"IPF001\"]\n"), ("main.tf", WRONG)]);
    let mut options = LoadOptions::default();
    assert!(codes(&reports(directory.path(), &options)).is_empty());
    options.overrides.select = vec!["IPF001".to_owned()];
    assert_eq!(codes(&reports(directory.path(), &options)), ["IPF001"], "overrides take precedence");
    options.overrides.select.clear();
    options.config = ConfigSource::None;
    assert_eq!(codes(&reports(directory.path(), &options)), ["IPF001"]);
}

#[test]
fn an_open_buffer_takes_the_place_of_its_file() {
    let directory = tree(&[("main.tf", "# nothing yet\n")]);
    let file: PathBuf = directory.path().join("main.tf");
    let mut options = LoadOptions::default();
    options.buffers.insert(file.clone(), WRONG.into());
    let reports = reports(&file, &options);
    assert_eq!(codes(&reports), ["IPF001"]);
    assert!(reports[0].changes[0].after.contains("aws_iam_instance_profile"));
    assert_eq!(fs::read_to_string(file).expect("the file"), "# nothing yet\n", "nothing is written");
}

#[test]
fn an_invalid_configuration_is_a_problem_with_its_place() {
    let directory = tree(&[("ipfix.toml", "selct = []\n"), ("main.tf", WRONG)]);
    let workspace = load(&[directory.path().to_owned()], &LoadOptions::default()).expect("a valid search");
    assert!(workspace.units.is_empty());
    let position = workspace.problems[0].position.expect("a place");
    assert_eq!((workspace.problems.len(), position.line, position.column), (1, 1, 1));
}
