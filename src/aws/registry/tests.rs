use super::*;
use crate::aws::registry::row::*;
use crate::aws::registry::version::v;
use crate::aws::slots::Expected;

/// A version constraint that is not set.
const ANY: Option<&str> = None;

fn input_of(source: &str, version: Option<&str>, path: &[InputStep]) -> Option<KnownInput> {
    known(source, version)?.inputs.into_iter().find(|input| input.path == path)
}

fn takes(source: &str, version: Option<&str>, input: &'static str) -> Option<Expected> {
    input_of(source, version, &[InputStep::Key(input)]).map(|input| input.takes)
}

fn gives(source: &str, version: Option<&str>, path: &[&str]) -> Option<Gives> {
    known(source, version)?.output(path).map(|output| output.gives)
}

#[test]
fn inputs_by_version() {
    for (source, version, input, expected) in [
        ("terraform-aws-modules/ec2-instance/aws", ANY, "iam_instance_profile", Some(Expected::Name)),
        ("terraform-aws-modules/ec2-instance/aws", Some("~> 6.0"), "iam_instance_profile", Some(Expected::Name)),
        ("terraform-aws-modules/ec2-instance/aws", Some("6.5.0"), "iam_instance_profile", None),
        ("terraform-aws-modules/ec2-instance/aws", Some("9.0.0"), "iam_instance_profile", None),
        ("terraform-aws-modules/ec2-instance/aws", Some(">= 9.0"), "iam_instance_profile", None),
        ("terraform-aws-modules/ec2-instance/aws", Some("latest"), "iam_instance_profile", None),
        ("terraform-aws-modules/ec2-instance/aws", ANY, "iam_role_name", None),
        (
            "terraform-aws-modules/autoscaling/aws",
            Some("~> 3.0"),
            "iam_instance_profile",
            Some(Expected::NamePreferred),
        ),
        ("terraform-aws-modules/autoscaling/aws", Some(">= 3.0"), "iam_instance_profile", None),
        ("terraform-aws-modules/autoscaling/aws", Some("1.5.0"), "iam_instance_profile", None),
        ("terraform-aws-modules/autoscaling/aws", Some("~> 6.5"), "iam_instance_profile_arn", Some(Expected::Arn)),
        ("terraform-aws-modules/autoscaling/aws", ANY, "iam_instance_profile_name", None),
        ("cloudposse/ec2-autoscale-group/aws", ANY, "iam_instance_profile_name", Some(Expected::Name)),
        ("cloudposse/ec2-autoscale-group/google", ANY, "iam_instance_profile_name", None),
        ("acme/ec2-instance/aws", ANY, "iam_instance_profile", None),
        // It takes a role since 0.12.3.
        ("clouddrove/ec2/aws", Some("0.12.2"), "iam_instance_profile", Some(Expected::Name)),
        ("clouddrove/ec2/aws", Some("< 0.12.3"), "iam_instance_profile", Some(Expected::Name)),
        ("clouddrove/ec2/aws", Some("0.12.3"), "iam_instance_profile", None),
        ("clouddrove/ec2/aws", Some("~> 0.12.0"), "iam_instance_profile", None),
        ("clouddrove/ec2/aws", Some("2.1.1"), "iam_instance_profile", None),
        ("clouddrove/ec2/aws", ANY, "iam_instance_profile", None),
        // It takes a profile in spite of its name.
        ("PaloAltoNetworks/swfw-modules/aws//modules/panorama", ANY, "panorama_iam_role", Some(Expected::Name)),
        ("PaloAltoNetworks/vmseries-modules/aws//modules/vmseries", ANY, "iam_instance_profile", Some(Expected::Name)),
        ("PaloAltoNetworks/vmseries-modules/aws//modules/asg", ANY, "iam_instance_profile", None),
        ("terraform-aws-modules/emr/aws", ANY, "iam_instance_profile_role_arn", None),
        ("cattle-ops/gitlab-runner/aws", ANY, "runner_role", None),
    ] {
        assert_eq!(takes(source, version, input), expected, "{source} {version:?} {input}");
    }
}

#[test]
fn nested_inputs() {
    use InputStep::{Any, Key};
    let workers = "terraform-aws-modules/eks/aws";
    let profile: &[InputStep] = &[Key("worker_groups"), Any, Key("iam_instance_profile_name")];
    assert!(input_of(workers, Some("17.24.0"), profile).is_some_and(|input| input.own_profile_wins));
    assert_eq!(input_of(workers, Some("~> 3.0"), profile), None);
    assert_eq!(input_of(workers, Some("~> 18.0"), profile), None);
    assert_eq!(input_of(workers, ANY, profile), None);
    assert_eq!(input_of(workers, Some("17.24.0"), &[Key("worker_groups"), Any, Key("iam_role_id")]), None);

    let defaults: &[InputStep] = &[Key("self_managed_node_group_defaults"), Key("iam_instance_profile_arn")];
    assert!(input_of(workers, Some("~> 20.0"), defaults).is_some());
    assert_eq!(input_of(workers, Some("~> 21.0"), defaults), None);
    assert_eq!(input_of(workers, Some(">= 20.0"), defaults), None);

    let aurora = known("terraform-aws-modules/rds-aurora/aws", Some("~> 10.0")).expect("a row");
    assert_eq!(aurora.inputs[0].required_prefix, Some("AWSRDSCustom"));
    let batch: &[InputStep] = &[Key("compute_environments"), Any, Key("compute_resources"), Key("instance_role")];
    let wins =
        |version| input_of("terraform-aws-modules/batch/aws", version, batch).map(|input| input.own_profile_wins);
    assert_eq!(wins(Some("~> 2.0")), Some(false));
    assert_eq!(wins(Some("~> 3.0")), Some(true));
    assert_eq!(wins(ANY), Some(true), "in doubt the cautious answer");
}

#[test]
fn outputs_by_version() {
    let nothing = None::<Gives>;
    for (source, version, path, expected) in [
        ("terraform-aws-modules/ec2-instance/aws", Some("~> 4.2"), &["iam_role_name"][..], Some(ROLE_NAME)),
        ("terraform-aws-modules/ec2-instance/aws", Some("~> 5.0"), &["iam_instance_profile_id"], Some(PROFILE_NAME)),
        ("terraform-aws-modules/ec2-instance/aws", Some("~> 5.0"), &["iam_instance_profile_name"], nothing),
        ("terraform-aws-modules/ec2-instance/aws", Some("~> 4.0"), &["iam_role_name"], nothing),
        ("terraform-aws-modules/ec2-instance/aws", Some("> 4.1.0, < 5"), &["iam_role_name"], nothing),
        ("terraform-aws-modules/ec2-instance/aws", Some("4.2.0-rc1"), &["iam_role_name"], nothing),
        ("terraform-aws-modules/ec2-instance/aws", ANY, &["iam_role_name"], nothing),
        (
            "terraform-aws-modules/iam/aws//modules/iam-assumable-role",
            Some("~> 5.0"),
            &["iam_role_arn"],
            Some(ROLE_ARN),
        ),
        (
            "terraform-aws-modules/iam/aws//modules/iam-assumable-role",
            Some("3.16.0"),
            &["this_iam_role_name"],
            Some(ROLE_NAME),
        ),
        ("terraform-aws-modules/iam/aws//modules/iam-assumable-role", Some(">= 3.0"), &["iam_role_name"], nothing),
        ("terraform-aws-modules/iam/aws//modules/iam-assumable-role", Some("~> 6.0"), &["iam_role_name"], nothing),
        ("terraform-aws-modules/iam/aws//modules/iam-role", ANY, &["unique_id"], Some(Gives::Other)),
        // Roles in spite of their names.
        ("terraform-aws-modules/emr/aws", ANY, &["iam_instance_profile_iam_role_name"], Some(ROLE_NAME)),
        ("terraform-aws-modules/emr/aws", ANY, &["iam_instance_profile_iam_role_arn"], Some(ROLE_ARN)),
        ("cloudposse/elastic-beanstalk-environment/aws", ANY, &["ec2_instance_profile_role_name"], Some(ROLE_NAME)),
        // Unique IDs in spite of their names.
        ("cloudposse/iam-role/aws", ANY, &["id"], Some(Gives::Other)),
        ("infrablocks/ecs-cluster/aws", ANY, &["instance_role_id"], Some(Gives::Other)),
        ("cloudposse/iam-role/aws", ANY, &["instance_profile"], Some(PROFILE_NAME)),
        ("cloudposse/iam-role/aws", Some("0.10.0"), &["name"], nothing),
        ("aws-ia/eks-blueprints-addons/aws", Some("~> 1.11"), &["karpenter", "node_iam_role_name"], Some(ROLE_NAME)),
        ("aws-ia/eks-blueprints-addons/aws", Some("~> 1.0"), &["karpenter", "node_iam_role_name"], nothing),
        ("aws-ia/eks-blueprints-addons/aws", ANY, &["karpenter", "node_instance_profile_name"], Some(PROFILE_NAME)),
        ("aws-ia/eks-blueprints-addons/aws", ANY, &["karpenter"], nothing),
        ("hashicorp/vault/aws//modules/vault-cluster", ANY, &["iam_instance_profile_name"], Some(PROFILE_NAME)),
        ("hashicorp/nomad/aws//modules/nomad-cluster", ANY, &["iam_role_name"], nothing),
        ("hashicorp/nomad/aws", ANY, &["iam_role_id"], nothing),
        ("PaloAltoNetworks/swfw-modules/aws//modules/bootstrap", ANY, &["instance_profile_name"], Some(PROFILE_NAME)),
        ("github.com/rancherfederal/rke2-aws-tf?ref=v2.5.1", ANY, &["iam_instance_profile"], Some(PROFILE_NAME)),
        ("github.com/rancherfederal/rke2-aws-tf?ref=v2.5.1", ANY, &["iam_role"], nothing),
    ] {
        assert_eq!(gives(source, version, path), expected, "{source} {version:?} {path:?}");
    }
}

#[test]
fn versions_of_git_sources() {
    let role_name = |reference: &str| {
        let source = format!("git::https://github.com/terraform-aws-modules/terraform-aws-ec2-instance.git{reference}");
        gives(&source, None, &["iam_role_name"])
    };
    assert_eq!(role_name("?ref=v5.0.0"), Some(ROLE_NAME));
    assert_eq!(role_name("?ref=v4.1.0"), None);
    assert_eq!(role_name("?ref=v9.0.0"), None);
    assert_eq!(role_name("?ref=master"), None);
    assert_eq!(role_name(""), None);
    let by_branch = "github.com/terraform-aws-modules/terraform-aws-ec2-instance?ref=master";
    assert_eq!(takes(by_branch, None, "iam_instance_profile"), Some(Expected::Name));
}

#[test]
fn profiles_of_modules() {
    let profile = |source, version| known(source, version).and_then(|known| known.profile);
    let karpenter = "terraform-aws-modules/eks/aws//modules/karpenter";
    let is_off =
        |version, set| profile(karpenter, version).and_then(|profile| profile.switch).expect("a switch").is_off(set);
    assert!(is_off(Some("~> 20.0"), None) && is_off(Some("20.0.0"), Some(false)));
    assert!(!is_off(Some("~> 20.0"), Some(true)));
    assert!(!is_off(Some("~> 19.0"), None));
    assert!(!is_off(ANY, None), "the default differs");
    assert!(is_off(ANY, Some(false)));
    assert!(!profile(karpenter, ANY).is_some_and(|profile| profile.exists_with_role));

    let workers = profile("cloudposse/eks-workers/aws", ANY).and_then(|profile| profile.switch).expect("a switch");
    assert!(workers.is_off(Some(true)) && !workers.is_off(None));
    let assumable = profile("terraform-aws-modules/iam/aws//modules/iam-assumable-role", ANY).expect("a profile");
    assert!(assumable.switch.is_some_and(|switch| switch.is_off(None)) && !assumable.exists_with_role);
    assert!(profile("hashicorp/vault/aws//modules/vault-cluster", ANY).is_some_and(|profile| profile.exists_with_role));
    assert!(profile("cloudposse/ecs-cluster/aws", ANY).is_some_and(|profile| profile.named_after_role));
    assert_eq!(profile("terraform-aws-modules/eks/aws", ANY), None);
}

#[test]
fn a_profile_belongs_to_one_role() {
    let karpenter = known("terraform-aws-modules/eks/aws//modules/karpenter", Some("~> 20.0")).expect("a row");
    let role_of = |output: &str| karpenter.output(&[output]).map(|output| output.role);
    let profile_of = |output: &str, attribute| karpenter.profile_output(role_of(output)?, attribute);
    let name = profile_of("node_iam_role_name", Attribute::Name).expect("an output");
    assert_eq!(name.path, ["instance_profile_name"]);
    assert!(profile_of("node_iam_role_arn", Attribute::Arn).is_some());
    assert_eq!(profile_of("iam_role_name", Attribute::Name), None, "the controller's role");

    let batch = known("terraform-aws-modules/batch/aws", ANY).expect("rows that agree");
    assert_eq!(batch.evidence.len(), 2);
    assert!(batch.profile_output(0, Attribute::Arn).is_some());
    assert_eq!(batch.profile_output(1, Attribute::Arn), None, "the service's role");
    let fck_nat = known("RaJiska/fck-nat/aws", ANY).expect("a row");
    assert_eq!(fck_nat.profile_output(0, Attribute::Name), None, "only the ARN is exported");
    let workers = known("terraform-aws-modules/eks/aws", Some("17.24.0")).expect("a row");
    assert!(workers.output(&["worker_iam_instance_profile_names"]).is_some_and(|output| output.is_list));
}

#[test]
fn only_two_inputs_never_changed_their_meaning() {
    let always = modules().filter(|row| row.inputs.iter().any(|input| input.always));
    let sources: Vec<&str> = always.flat_map(|row| row.sources).copied().collect();
    assert_eq!(sources, ["terraform-aws-modules/ec2-instance/aws", "cloudposse/ec2-autoscale-group/aws"]);
}

#[test]
fn every_row_is_sound() {
    for row in modules() {
        let name = row.sources[0];
        assert!(row.evidence.len() > 20, "{name}");
        assert!(row.sources.iter().all(|source| Address::parse(source).is_some()), "{name}");
        assert!(row.versions.from < row.versions.below, "{name}");
        assert!(!row.inputs.is_empty() || !row.outputs.is_empty() || !row.role_inputs.is_empty(), "{name}");
        assert!(row.bounds().all(|bound| bound == row.versions.below || row.versions.contains(bound)), "{name}");
        for (at, input) in row.inputs.iter().enumerate() {
            assert!(matches!(input.path, [InputStep::Key(_), ..]), "{name}");
            assert!(!row.role_inputs.contains(&input.path), "{name}");
            assert!(row.inputs[at + 1..].iter().all(|other| other.path != input.path), "{name}");
            assert!(!input.own_profile_wins || row.profile.is_some_and(|profile| profile.switch.is_some()), "{name}");
        }
        for (at, output) in row.outputs.iter().enumerate() {
            assert!(!output.path.is_empty(), "{name}");
            assert!(row.outputs[at + 1..].iter().all(|other| other.path != output.path), "{name}");
            let holds = row.profile.map(|profile| profile.role);
            assert!(!matches!(output.gives, Gives::Profile(_)) || holds == Some(output.role), "{name}");
        }
    }
}

#[test]
fn rows_are_sorted_and_do_not_overlap() {
    for table in [terraform_aws_modules::MODULES, others::MODULES] {
        let name = |row: &KnownModule| row.sources[0].trim_start_matches("github.com/").to_ascii_lowercase();
        let keys: Vec<(String, Version)> = table.iter().map(|row| (name(row), row.versions.from)).collect();
        assert!(keys.is_sorted(), "{keys:#?}");
    }
    let rows: Vec<&KnownModule> = modules().collect();
    for (at, row) in rows.iter().enumerate() {
        for other in &rows[at + 1..] {
            let shared = other.sources.iter().any(|source| row.is_at(&Address::parse(source).expect("an address")));
            assert!(!shared || row.versions.below <= other.versions.from, "{}", row.sources[0]);
        }
    }
}

/// [`known`] looks at few versions; here it must agree with a look at all of them.
#[test]
fn sampled_versions_stand_for_all_others() {
    let constraints =
        ["~> 4.0", "~> 4.1.3", "> 4.1.3, != 4.2.0", ">= 0.12.2, <= 0.12.3", "< 20.31", ">= 17.24.0", "4.2.1"];
    for source in ["terraform-aws-modules/ec2-instance/aws", "terraform-aws-modules/eks/aws", "clouddrove/ec2/aws"] {
        let address = Address::parse(source).expect("an address");
        let rows: Vec<&KnownModule> = modules().filter(|row| row.is_at(&address)).collect();
        for text in constraints {
            let constraint = Constraint::parse(text).expect("a constraint");
            let all = (0..22)
                .flat_map(|major| (0..34).flat_map(move |minor| (0..6).map(move |patch| v(major, minor, patch))));
            let of_all = all
                .filter(|&version| constraint.allows(version))
                .filter_map(|version| Some(rows.iter().find(|row| row.versions.contains(version))?.at(version)))
                .reduce(Known::in_common);
            assert_eq!(known(source, Some(text)), of_all, "{source} {text}");
        }
    }
}
