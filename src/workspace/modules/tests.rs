use super::*;
use crate::workspace::config::Finder;
use crate::workspace::discover::containing_module;
use crate::workspace::{ConfigSource, Overrides};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = tree.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    tree
}

/// The modules that a module with these calls, and a role, is read with.
fn children(tree: &tempfile::TempDir, calls: &[&str]) -> BTreeMap<String, Child> {
    let calls: String = calls.iter().map(|source| format!("module \"m\" {{\n  source = \"{source}\"\n}}\n")).collect();
    let path = tree.path().join("root.tf");
    std::fs::write(&path, format!("resource \"aws_iam_role\" \"app\" {{}}\n{calls}")).expect("written");
    let files = containing_module(&path).expect("a module");
    let settings = Finder::new(&Overrides::default(), &ConfigSource::None).for_unit(tree.path()).expect("settings");
    let files = UnitFiles::Module(files);
    let units = [(files.clone(), settings)];
    Modules::of(&units, &Buffers::new()).around(&files).children
}

#[test]
fn children_are_looked_at_with_their_children() {
    let tree = tree(&[
        ("plain/main.tf", "resource \"aws_sns_topic\" \"t\" {}\n"),
        ("profile/main.tf", "resource \"aws_iam_instance_profile\" \"p\" {\n  name = \"app\"\n}\n"),
        ("cloud/main.tf", "resource \"awscc_iam_instance_profile\" \"p\" {\n}\n"),
        ("deep/main.tf", "module \"p\" {\n  source = \"../profile\"\n}\n"),
        ("far/main.tf", "module \"p\" {\n  source = \"terraform-aws-modules/iam/aws\"\n}\n"),
        ("around/main.tf", "module \"p\" {\n  source = \"../around\"\n}\n"),
    ]);
    let calls = ["./plain", "./profile", "./cloud", "./deep", "./far", "./around", "./nowhere"];
    let children = children(&tree, &calls);
    let makes = |source: &str| children.get(source).map(|child| child.makes_profiles);
    let expected = [Some(false), Some(true), Some(true), Some(true), Some(true), Some(false), None];
    assert_eq!(calls.map(makes), expected);
    assert!(children["./deep"].texts.contains("app"));
}

#[test]
fn each_directory_is_looked_at_once() {
    let calls_all: String =
        (0..40).map(|number| format!("module \"m\" {{\n  source = \"../m{number}\"\n}}\n")).collect();
    let names: Vec<String> = (0..40).map(|number| format!("m{number}/main.tf")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), calls_all.as_str())).collect();
    assert!(!children(&tree(&files), &["./m0"])["./m0"].makes_profiles);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_may_make_a_profile() {
    let tree = tree(&[("gone/main.tf", "")]);
    std::os::unix::fs::symlink("nowhere", tree.path().join("gone/x.tf")).expect("a link");
    assert!(children(&tree, &["./gone"])["./gone"].makes_profiles);
}

#[test]
fn paths_of_children_are_written_as_the_user_would() {
    for (directory, source, path) in [
        ("app", "./web", "app/web"),
        ("..", "../web", "../../web"),
        (".", "./web", "web"),
        (".", "../web", "../web"),
        ("app", "../modules/web/", "modules/web"),
        ("app", "..\\modules\\web", "modules/web"),
        ("app", "../..", ".."),
        ("../app", "../web", "../web"),
        ("/app", "./a/./b//", "/app/a/b"),
    ] {
        assert_eq!(joined(Path::new(directory), source), Path::new(path), "{directory} {source}");
    }
}

#[test]
fn calls_in_a_circle_are_left_out() {
    let directory = |name: &str| RealPath::from(PathBuf::from(name));
    let graph = |edges: &[(&str, &[&str])]| -> BTreeMap<RealPath, BTreeSet<RealPath>> {
        edges.iter().map(|(of, to)| (directory(of), to.iter().map(|to| directory(to)).collect())).collect()
    };
    let mut calls = graph(&[("a", &["b", "d"]), ("b", &["c"]), ("c", &["b", "d"]), ("d", &[]), ("e", &["e", "a"])]);
    let circles = without_circles(&mut calls);
    assert_eq!(circles[&directory("b")], BTreeSet::from([directory("c")]));
    assert_eq!(calls, graph(&[("a", &["b", "d"]), ("b", &[]), ("c", &["d"]), ("d", &[]), ("e", &["a"])]));
}

#[test]
fn nested_templates_are_followed_inside_of_the_work_tree() {
    let role = "Outputs: {RoleName: {Value: !Ref AppRole}}\nResources: {AppRole: {Type: AWS::IAM::Role}}\n";
    let paths = ["iam.yaml", "./nested/iam.yaml", "nested/../iam.yaml", "../iam.yaml", "nested", "gone.yaml"];
    let stacks: String = paths
        .iter()
        .enumerate()
        .map(|(number, path)| {
            format!("  S{number}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {path}}}}}\n")
        })
        .collect();
    let web = "  Web: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !GetAtt S0.Outputs.RoleName}}\n";
    let main = format!("Resources:\n{stacks}{web}");
    let tree = tree(&[
        ("iam.yaml", role),
        ("repository/.git/HEAD", ""),
        ("repository/main.yaml", &main),
        ("repository/iam.yaml", role),
        ("repository/nested/iam.yaml", role),
    ]);
    let path = tree.path().join("repository/main.yaml");
    let files = UnitFiles::Template(TemplateFile { path, is_explicit: false });
    let settings = Finder::new(&Overrides::default(), &ConfigSource::None).for_unit(tree.path()).expect("settings");
    let units = [(files.clone(), settings)];
    let modules = Modules::of(&units, &Buffers::new());
    let children = modules.around(&files).children;
    let is_known = |path: &str| children.get(path).is_some_and(|child| child.interface.is_some());
    assert_eq!(paths.map(is_known), [true, true, true, false, false, false]);
}
