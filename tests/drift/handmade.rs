//! The comparison itself, with small schemas made by hand.

use std::collections::BTreeSet;

use ipfix_iac::aws::slots::{CLOUDFORMATION, TERRAFORM};
use libtest_mimic::Trial;

use crate::compare::{Comparison, Row};
use crate::look_alikes::{Entry, Exceptions};
use crate::schemas::Schema;

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name, check: fn()| {
        Trial::test(name, move || {
            check();
            Ok(())
        })
    };
    vec![
        trial("handmade_output_of_terraform_is_read", output_of_terraform_is_read),
        trial("handmade_problems_are_found", problems_are_found),
        trial("handmade_exceptions_must_have_a_use", exceptions_must_have_a_use),
        trial("handmade_properties_are_read", properties_are_read),
        trial("handmade_awscc_names_are_those_of_cloudformation", awscc_names_are_those_of_cloudformation),
        trial("the_exceptions_can_be_read", || drop(Exceptions::read().unwrap())),
    ]
}

/// As `terraform providers schema -json` prints it, with what matters here.
const PROVIDER: &str = r#"{"format_version": "1.0", "provider_schemas": {"example.com/hashicorp/aws": {
  "provider": {},
  "resource_schemas": {
    "aws_instance": {"version": 2, "block": {"attributes": {
      "id": {"type": "string", "computed": true},
      "iam_instance_profile": {"type": "string", "optional": true, "computed": true},
      "used_instance_profile": {"type": "string", "computed": true},
      "role": {"type": "string", "optional": true}}}},
    "aws_launch_template": {"version": 0, "block": {"block_types": {"iam_instance_profile": {"nesting_mode": "list", "max_items": 1,
      "block": {"attributes": {"arn": {"type": "string", "optional": true}, "id": {"type": "string", "optional": true}}}}}}},
    "aws_new_fleet": {"version": 0, "block": {"attributes": {
      "nodes": {"optional": true, "nested_type": {"nesting_mode": "list", "attributes": {
        "runs_as": {"type": "string", "required": true, "description": "ARN of an Instance Profile", "description_kind": "plain"}}}},
      "old": {"optional": true, "type": ["list", ["object", {"instance_role": "string"}]]}}}}}}}}"#;

fn rows(resource: &str) -> Vec<Row> {
    let table = if resource.starts_with("AWS::") { CLOUDFORMATION } else { TERRAFORM };
    table.iter().filter(|spec| spec.resource == resource).map(Row::of).collect()
}

fn entry(place: &str, since: Option<&str>) -> Entry {
    Entry { place: place.to_owned(), reason: "A test.".to_owned(), since: since.map(str::to_owned) }
}

fn comparison(rows: Vec<Row>, look_alikes: Vec<Entry>, absent: Vec<Entry>) -> Comparison {
    let schemas = vec![Schema::of_provider(PROVIDER.as_bytes()).unwrap()];
    Comparison { rows, schemas, look_alikes, absent, is_newer: false, is_complete: true }
}

/// The places at the beginning of the problems.
fn places(comparison: &Comparison) -> Vec<String> {
    let place = |problem: &String| problem.split([':', ' ']).next().unwrap_or_default().to_owned();
    comparison.problems().iter().map(place).collect()
}

fn output_of_terraform_is_read() {
    let schema = Schema::of_provider(PROVIDER.as_bytes()).unwrap();
    let suspicious: Vec<&str> =
        schema.places.iter().filter(|(_, it)| it.is_suspicious).map(|(place, _)| place.as_str()).collect();
    let expected = [
        "aws_instance.iam_instance_profile",
        "aws_launch_template.iam_instance_profile",
        "aws_new_fleet.nodes.runs_as",
        "aws_new_fleet.old.instance_role",
    ];
    assert_eq!(suspicious, expected);
    assert_eq!(schema.below("aws_launch_template.iam_instance_profile"), BTreeSet::from(["arn", "id"]));
    assert!(schema.has_provider("aws") && !schema.has_provider("awscc"));
    assert!(Schema::of_provider(b"{}").is_err());
}

fn problems_are_found() {
    let known = ["aws_instance", "aws_launch_template", "aws_spot_instance_request"].map(rows).concat();
    let found = places(&comparison(known, Vec::new(), Vec::new()));
    let expected = [
        "aws_instance.role",                              // the table calls it unknown
        "aws_launch_template.iam_instance_profile",       // has other keys
        "aws_new_fleet.nodes.runs_as",                    // no row
        "aws_new_fleet.old.instance_role",                // no row
        "aws_spot_instance_request.iam_instance_profile", // no such argument
    ];
    assert_eq!(found, expected);
}

fn exceptions_must_have_a_use() {
    let look_alikes =
        [("aws_new_fleet.*", None), ("aws_launch_template.iam_instance_profile", None), ("aws_gone.a", None)];
    let later = ("aws_later.instance_role", Some("aws 7.0.0"));
    let look_alikes = look_alikes.into_iter().chain([later]).map(|(place, since)| entry(place, since)).collect();
    let absent = ["aws_spot_*", "aws_other.role"].map(|place| entry(place, None)).to_vec();
    let mut compared = comparison(rows("aws_spot_instance_request"), look_alikes, absent);
    let expected = ["aws_gone.a", "aws_instance.iam_instance_profile", "aws_other.role"];
    assert_eq!(places(&compared), expected);
    // A newer release must have what it is said to introduce.
    compared.is_newer = true;
    assert!(places(&compared).contains(&later.0.to_owned()));
}

/// A resource schema that refers to itself.
const PROPERTIES: &str = r##"{"typeName": "AWS::EC2::SpotFleet", "readOnlyProperties": ["/properties/InstanceProfileId"],
  "properties": {
    "InstanceProfileId": {"type": "string"},
    "RunsAs": {"$ref": "#/definitions/Arn"},
    "SpotFleetRequestConfigData": {"$ref": "#/definitions/Data"}},
  "definitions": {
    "Arn": {"type": "string", "pattern": "^arn:aws:iam::[0-9]{12}:instance-profile/.+$"},
    "Data": {"type": "object", "properties": {
      "LaunchSpecifications": {"type": "array", "items": {"$ref": "#/definitions/Specification"}}}},
    "Specification": {"type": "object", "properties": {
      "Inner": {"$ref": "#/definitions/Data"},
      "IamInstanceProfile": {"type": "object", "properties": {"Arn": {"type": "string"}}}}}}}"##;

fn directory() -> Schema {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("one.json"), PROPERTIES).unwrap();
    std::fs::write(
        directory.path().join("other.json"),
        r#"{"typeName": "AWS::S3::Bucket", "properties": {"Acl": {}}}"#,
    )
    .unwrap();
    Schema::of_directory(directory.path(), &BTreeSet::new()).unwrap()
}

fn properties_are_read() {
    let schema = directory();
    assert!(schema.places.keys().all(|place| place.starts_with("AWS::EC2::SpotFleet.")));
    let compared =
        |rows, look_alikes| Comparison { schemas: vec![directory()], ..comparison(rows, look_alikes, Vec::new()) };
    let own = rows("AWS::EC2::SpotFleet");
    assert_eq!(compared(own.clone(), Vec::new()).problems().len(), 1, "only RunsAs");
    assert_eq!(compared(own, vec![entry("AWS::EC2::SpotFleet.RunsAs", None)]).problems(), BTreeSet::new());
}

fn awscc_names_are_those_of_cloudformation() {
    let schema = directory().as_awscc();
    assert!(schema.places.contains_key(&crate::schemas::awscc("awscc_ec2_spot_fleet.runs_as")));
    assert_eq!(
        crate::schemas::awscc("awscc_ecs_capacity_provider.ec_2_instance_profile_arn"),
        crate::schemas::awscc("AWS::ECS::CapacityProvider.Ec2InstanceProfileArn")
    );
    let row: Vec<Row> = rows("AWS::EC2::SpotFleet").iter().map(Row::as_awscc).collect();
    let compared = Comparison { schemas: vec![schema], ..comparison(row, Vec::new(), Vec::new()) };
    assert_eq!(places(&compared), ["awsccec2spotfleet.runsas"]);
}
