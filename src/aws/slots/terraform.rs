//! Terraform: AWS provider resources. Checked against provider 6.69.1 (1,735 resources) and its documentation.

use super::{
    ARN, ARN_OR_NAME, BATCH_ERROR, IMAGE_BUILDER_ERROR, LAUNCH_CONFIGURATION_ERROR, LAUNCH_TEMPLATE_ERROR, NAME,
    NAME_OR_ARN, NAME_PREFERRED, RDS_CUSTOM_PREFIX, SlotSpec, Step, slot, step,
};
use crate::aws::family;
use crate::aws::slots::{Expected, Shape};

/// Arguments that people write in place of an option setting of Elastic Beanstalk; the schema has none of them.
pub(super) const UNKNOWN_SETTING_ARGUMENTS: &[&str] = &[
    "iam_instance_profile",
    "instance_profile_name",
    "role",
    "iam_role",
    "iam_role_name",
    "iam_role_arn",
    "role_arn",
    "role_name",
    "instance_role",
    "instance_profile",
    "iam_instance_profile_name",
    "iam_instance_profile_arn",
    "iam_profile",
    "aws_iam_instance_profile",
];

/// Arguments that people write on a launcher; the schema has none of them. The first two above belong to settings alone.
pub(super) const UNKNOWN_ARGUMENTS: &[&str] = UNKNOWN_SETTING_ARGUMENTS.split_at(2).1;

pub(super) const NAME_OR_ARN_KEY: Shape =
    Shape::Keys { keys: &[("name", Expected::Name), ("arn", Expected::Arn)], unknown_keys: &[] };

const SETTING: &[Step] =
    &[step("setting").when(&[("namespace", "aws:autoscaling:launchconfiguration"), ("name", "IamInstanceProfile")])];

/// All types of layers share one schema (the documentation was read for `custom_layer` only).
const fn opsworks_layer(resource: &'static str) -> SlotSpec {
    slot(resource)
        .at("custom_instance_profile_arn", ARN)
        .source("docs/r/opsworks_custom_layer (\"The ARN of an IAM profile\"); read for custom_layer only, the other layer types share that schema (not read one by one)")
}

/// Karpenter, which launches the nodes of a Kubernetes cluster, has the profile's name from a value of its chart. `settings.defaultInstanceProfile` is no
/// value of any version of the chart, which ignores it.
const fn karpenter(set: &'static [Step]) -> SlotSpec {
    slot("helm_release").within(set).at("value", NAME).in_place()
        .source("Karpenter's charts/karpenter (aws.defaultInstanceProfile until 0.18, settings.aws.defaultInstanceProfile until 0.32, dropped in 0.33); aws/karpenter-provider-aws issue 3051: role names and ARNs are refused with \"Invalid IAM Instance Profile name\"")
}

/// The arguments of the AWS provider that take an instance profile, and those of other providers that pass one on to AWS.
pub const TERRAFORM: &[SlotSpec] = &[
    slot("aws_instance").at("iam_instance_profile", NAME).unknown_arguments(UNKNOWN_ARGUMENTS).in_place()
        .source("docs/r/instance.html.markdown (\"Specified as the name of the Instance Profile\", via pulumi-aws 7.51.1 docs); code: ReplaceIamInstanceProfileAssociation{Name: d.Get(iam_instance_profile)}; in 6.62.0 bindings"),
    slot("aws_launch_template").at("iam_instance_profile", NAME_OR_ARN_KEY).in_place().aws_error(LAUNCH_TEMPLATE_ERROR)
        .source("6.62.0 bindings IamInstanceProfileProperty{arn,name}; internal/service/ec2/ec2_launch_template.go (MaxItems 1; arn ConflictsWith name); same; ValidateFunc ValidARN, ConflictsWith iam_instance_profile.0.name"),
    slot("aws_launch_configuration").at("iam_instance_profile", NAME_PREFERRED).unknown_arguments(UNKNOWN_ARGUMENTS).replaces().aws_error(LAUNCH_CONFIGURATION_ERROR)
        .source("docs/r/launch_configuration.html.markdown (\"The name attribute of the IAM instance profile\"); the API also takes an ARN (botocore autoscaling CreateLaunchConfigurationType), so .arn works but .name is documented"),
    slot("aws_spot_instance_request").at("iam_instance_profile", NAME).unknown_arguments(UNKNOWN_ARGUMENTS).replaces()
        .source("6.62.0 bindings; same builder as aws_instance (Name:)"),
    slot("aws_spot_fleet_request").within(&[step("launch_specification")]).at("iam_instance_profile", NAME).replaces()
        .source("6.62.0 bindings; code: IamInstanceProfileSpecification{Name: ...}; schema ForceNew"),
    slot("aws_spot_fleet_request").within(&[step("launch_specification")]).at("iam_instance_profile_arn", ARN).replaces()
        .source("6.62.0 bindings; code {Arn: ...}, ValidateFunc ValidARN; docs/r/spot_fleet_request (\"takes aws_iam_instance_profile attribute arn as input\")"),
    slot("aws_emr_cluster").within(&[step("ec2_attributes")]).at("instance_profile", ARN_OR_NAME).replaces()
        .source("docs/r/emr_cluster.html.markdown examples use .arn; code JobFlowRole = instanceProfile passed through unvalidated; API text names a default by NAME (EMR_EC2_DefaultRole)"),
    slot("aws_batch_compute_environment").within(&[step("compute_resources")]).at("instance_role", ARN).aws_error(BATCH_ERROR)
        .source("internal/service/batch/compute_environment.go: ValidateFunc verify.ValidARN (provider is stricter than the API, which takes name or ARN); docs example uses aws_iam_instance_profile.*.arn"),
    slot("aws_imagebuilder_infrastructure_configuration").at("instance_profile_name", NAME).aws_error(IMAGE_BUILDER_ERROR)
        .source("internal/service/imagebuilder/infrastructure_configuration.go; docs \"Name of IAM Instance Profile\""),
    slot("aws_elastic_beanstalk_environment").within(SETTING).at("value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_ARGUMENTS)
        .source("public usage has both .name and .arn; provider docs do not name the option (docs/r/elastic_beanstalk_environment.html.markdown: opaque option settings)"),
    slot("aws_elastic_beanstalk_configuration_template").within(SETTING).at("value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_ARGUMENTS)
        .source("same option settings as the environment"),
    slot("aws_db_instance").at("custom_iam_instance_profile", NAME).required_prefix(RDS_CUSTOM_PREFIX).replaces()
        .source("6.62.0 bindings; schema ForceNew + must match ^AWSRDSCustom.*$"),
    slot("aws_rds_cluster_instance").at("custom_iam_instance_profile", NAME).required_prefix(RDS_CUSTOM_PREFIX).replaces()
        .source("6.62.0 bindings; schema ForceNew + must match ^AWSRDSCustom.*$"),
    slot("aws_ecs_capacity_provider").within(&[step("managed_instances_provider"), step("instance_launch_template")]).at("ec2_instance_profile_arn", ARN)
        .source("internal/service/ecs/capacity_provider.go: Required, ValidARN; docs \"ARN of the instance profile that Amazon ECS applies to Managed Instances\""),
    slot("aws_opsworks_stack").at("default_instance_profile_arn", ARN)
        .source("docs/r/opsworks_stack (Required; example .arn); removed in provider 6.0.0 (docs/guides/version-6-upgrade)"),
    opsworks_layer("aws_opsworks_custom_layer"),
    opsworks_layer("aws_opsworks_ecs_cluster_layer"),
    opsworks_layer("aws_opsworks_ganglia_layer"),
    opsworks_layer("aws_opsworks_haproxy_layer"),
    opsworks_layer("aws_opsworks_java_app_layer"),
    opsworks_layer("aws_opsworks_memcached_layer"),
    opsworks_layer("aws_opsworks_mysql_layer"),
    opsworks_layer("aws_opsworks_nodejs_app_layer"),
    opsworks_layer("aws_opsworks_php_app_layer"),
    opsworks_layer("aws_opsworks_rails_app_layer"),
    opsworks_layer("aws_opsworks_static_web_layer"),
    slot("aws_datapipeline_pipeline_definition").within(&[step("pipeline_object"), step("field").when(&[("key", "resourceRole")])]).at("string_value", NAME)
        .source("AWS Data Pipeline docs: resourceRole is passed as the EC2 instance profile (\"resourceRole\":\"emrInstanceProfile\")"),
    karpenter(&[step("set").when(&[("name", "aws.defaultInstanceProfile")])]),
    karpenter(&[step("set").when(&[("name", "settings.aws.defaultInstanceProfile")])]),
];

/// The role of an instance profile itself.
pub const PROFILE_ROLE: SlotSpec = slot(family::AWS.profile)
    .at(family::AWS.role_argument, Shape::Value(Expected::RoleName))
    .aliases(&["roles"])
    .in_place()
    .source("docs/r/iam_instance_profile.html.markdown: role is a name; the roles list was removed in provider 3.0.0 (PR 14303)");
