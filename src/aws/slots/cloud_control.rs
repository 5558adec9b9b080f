//! Terraform: resources of the AWS Cloud Control provider. Checked against version 1.96.0, whose schemas are those of CloudFormation in snake case.
//!
//! Nested values are objects and lists of objects in arguments, not blocks. There are no types for clusters of EMR and for OpsWorks Stacks.

use super::terraform::{NAME_OR_ARN_KEY, UNKNOWN_ARGUMENTS, UNKNOWN_SETTING_ARGUMENTS};
use super::{
    ARN, ARN_OR_NAME, BATCH_ERROR, IMAGE_BUILDER_ERROR, LAUNCH_CONFIGURATION_ERROR, LAUNCH_TEMPLATE_ERROR, NAME,
    NAME_OR_ARN, RDS_CUSTOM_PREFIX, SlotSpec, Step, slot, step,
};
use crate::aws::family;
use crate::aws::slots::{Expected, Shape};

const ARN_KEY: Shape = Shape::Keys { keys: &[("arn", Expected::Arn)], unknown_keys: &["name"] };

const SETTING: &[Step] = &[step("option_settings")
    .list()
    .when(&[("namespace", "aws:autoscaling:launchconfiguration"), ("option_name", "IamInstanceProfile")])];

/// The arguments of the AWS Cloud Control provider that take an instance profile.
pub const CLOUD_CONTROL: &[SlotSpec] = &[
    slot("awscc_ec2_instance").objects().at("iam_instance_profile", NAME).unknown_arguments(UNKNOWN_ARGUMENTS).in_place()
        .source("schema of AWS::EC2::Instance: IamInstanceProfile is a string and not create-only; since v0.68.0"),
    slot("awscc_ec2_launch_template").objects().within(&[step("launch_template_data")]).at("iam_instance_profile", NAME_OR_ARN_KEY).in_place().aws_error(LAUNCH_TEMPLATE_ERROR)
        .source("schema of AWS::EC2::LaunchTemplate: LaunchTemplateData.IamInstanceProfile {Arn,Name}; since v0.55.0"),
    slot("awscc_autoscaling_launch_configuration").objects().at("iam_instance_profile", NAME_OR_ARN).unknown_arguments(UNKNOWN_ARGUMENTS).replaces().aws_error(LAUNCH_CONFIGURATION_ERROR)
        .source("schema of AWS::AutoScaling::LaunchConfiguration: create-only; docs: \"name or the ARN of the instance profile\"; since v0.2.0"),
    slot("awscc_ec2_spot_fleet").objects().within(&[step("spot_fleet_request_config_data"), step("launch_specifications").list()]).at("iam_instance_profile", ARN_KEY).replaces()
        .source("schema of AWS::EC2::SpotFleet: the object has only Arn; create-only; since v0.0.8"),
    slot("awscc_ec2_ec2_fleet").objects().within(&[step("launch_template_configs").list(), step("overrides").list()]).at("iam_instance_profile", NAME_OR_ARN_KEY).replaces()
        .source("schema of AWS::EC2::EC2Fleet: IamInstanceProfileSpecification {Arn,Name}; LaunchTemplateConfigs is create-only; since v1.82.0"),
    slot("awscc_batch_compute_environment").objects().within(&[step("compute_resources")]).at("instance_role", ARN_OR_NAME).depends().aws_error(BATCH_ERROR)
        .source("schema of AWS::Batch::ComputeEnvironment: ComputeResources.InstanceRole, a string without a pattern; since v0.12.0"),
    slot("awscc_imagebuilder_infrastructure_configuration").objects().at("instance_profile_name", NAME).in_place().aws_error(IMAGE_BUILDER_ERROR)
        .source("schema of AWS::ImageBuilder::InfrastructureConfiguration: InstanceProfileName is required; since v0.0.8"),
    slot("awscc_rds_db_instance").objects().at("custom_iam_instance_profile", NAME).required_prefix(RDS_CUSTOM_PREFIX).replaces()
        .source("schema of AWS::RDS::DBInstance: CustomIAMInstanceProfile is create-only; since v0.40.0"),
    slot("awscc_ecs_capacity_provider").objects().within(&[step("managed_instances_provider"), step("instance_launch_template")]).at("ec_2_instance_profile_arn", ARN)
        .source("schema of AWS::ECS::CapacityProvider: Ec2InstanceProfileArn, in snake case ec_2_...; required in InstanceLaunchTemplate; since v1.58.0"),
    slot("awscc_pcs_compute_node_group").objects().at("iam_instance_profile_arn", ARN)
        .source("schema of AWS::PCS::ComputeNodeGroup: required, with the pattern :instance-profile/; since v1.34.0"),
    slot("awscc_workspacesinstances_workspace_instance").objects().within(&[step("managed_instance")]).at("iam_instance_profile", NAME_OR_ARN_KEY).replaces()
        .source("schema of AWS::WorkspacesInstances::WorkspaceInstance: ManagedInstance.IamInstanceProfile {Arn,Name}; since v1.47.0"),
    slot("awscc_elasticbeanstalk_environment").objects().within(SETTING).at("value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_ARGUMENTS).in_place()
        .source("schema of AWS::ElasticBeanstalk::Environment: opaque option settings; since v0.44.0"),
    slot("awscc_elasticbeanstalk_configuration_template").objects().within(SETTING).at("value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_ARGUMENTS).in_place()
        .source("schema of AWS::ElasticBeanstalk::ConfigurationTemplate: opaque option settings; since v0.44.0"),
    slot("awscc_opsworkscm_server").objects().at("instance_profile_arn", ARN).replaces()
        .source("schema of AWS::OpsWorksCM::Server: required and create-only; since v0.73.0; the service has ended"),
    slot("awscc_datapipeline_pipeline").objects().within(&[step("pipeline_objects").list(), step("fields").list().when(&[("key", "resourceRole")])]).at("string_value", NAME)
        .source("AWS Data Pipeline docs, as for CloudFormation; since v0.40.0"),
];

/// The role of an instance profile itself.
pub const PROFILE_ROLE: SlotSpec = slot(family::CLOUD_CONTROL.profile)
    .objects()
    .at(family::CLOUD_CONTROL.role_argument, Shape::List(Expected::RoleName))
    .aliases(&["role"])
    .in_place()
    .source("schema of AWS::IAM::InstanceProfile: Roles is a required set of exactly one role name; since v0.74.0");
