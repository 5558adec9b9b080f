//! CloudFormation resource types. Checked against the schemas of cfn-lint 1.58.0 (1,898 types) and AWS's API documentation.

use super::{
    ARN, ARN_OR_NAME, BATCH_ERROR, IMAGE_BUILDER_ERROR, LAUNCH_CONFIGURATION_ERROR, LAUNCH_TEMPLATE_ERROR, NAME,
    NAME_OR_ARN, RDS_CUSTOM_PREFIX, SlotSpec, Step, slot, step,
};
use crate::aws::slots::{Expected, Shape};

/// Properties that people write in place of an option setting of Elastic Beanstalk; the schema has none of them.
const UNKNOWN_SETTING_PROPERTIES: &[&str] = &[
    "IamInstanceProfile",
    "Role",
    "RoleArn",
    "RoleName",
    "IamRole",
    "IAMRole",
    "InstanceRole",
    "InstanceProfile",
    "IAMInstanceProfile",
    "InstanceProfileName",
    "IamInstanceProfileArn",
    "IamInstanceProfileName",
];

/// Properties that people write on a launcher; the schema has none of them. The first one above is the property of a launcher itself.
const UNKNOWN_PROPERTIES: &[&str] = UNKNOWN_SETTING_PROPERTIES.split_at(1).1;

const NAME_OR_ARN_KEY: Shape =
    Shape::Keys { keys: &[("Name", Expected::Name), ("Arn", Expected::Arn)], unknown_keys: &[] };

const ARN_KEY: Shape = Shape::Keys { keys: &[("Arn", Expected::Arn)], unknown_keys: &["Name"] };

const SETTING: &[Step] = &[step("OptionSettings")
    .when(&[("Namespace", "aws:autoscaling:launchconfiguration"), ("OptionName", "IamInstanceProfile")])];

/// The properties that take an instance profile.
pub const CLOUDFORMATION: &[SlotSpec] = &[
    slot("AWS::EC2::Instance").at("IamInstanceProfile", NAME).unknown_arguments(UNKNOWN_PROPERTIES).in_place()
        .source("cfn-lint 1.51.0 schema: string; cfn-lint issue #786 (\"requires name. Not ARN\")"),
    slot("AWS::EC2::LaunchTemplate").within(&[step("LaunchTemplateData")]).at("IamInstanceProfile", NAME_OR_ARN_KEY).in_place().aws_error(LAUNCH_TEMPLATE_ERROR)
        .source("cfn-lint 1.51.0 schema: object {Arn,Name}; docs: name or ARN but not both; cfn-lint 1.51.0 schema"),
    slot("AWS::AutoScaling::LaunchConfiguration").at("IamInstanceProfile", NAME_OR_ARN).unknown_arguments(UNKNOWN_PROPERTIES).replaces().aws_error(LAUNCH_CONFIGURATION_ERROR)
        .source("cfn-lint 1.51.0 schema: string; API \"name or ARN\" (botocore); cfn-lint PR #951"),
    slot("AWS::EC2::SpotFleet").within(&[step("SpotFleetRequestConfigData"), step("LaunchSpecifications")]).at("IamInstanceProfile", ARN_KEY).replaces()
        .source("cfn-lint 1.51.0 schema: object with ONLY Arn; Name gives E3002"),
    slot("AWS::EC2::EC2Fleet").within(&[step("LaunchTemplateConfigs"), step("Overrides")]).at("IamInstanceProfile", NAME_OR_ARN_KEY).replaces()
        .source("cfn-lint 1.51.0 schema (newest regional variant only): {Arn,Name}; cfn-lint 1.51.0 schema (newest regional variant only)"),
    slot("AWS::EMR::Cluster").at("JobFlowRole", NAME_OR_ARN).replaces()
        .source("cfn-lint 1.51.0 schema: required string; API \"Also called instance profile and Amazon EC2 role\""),
    slot("AWS::Batch::ComputeEnvironment").within(&[step("ComputeResources")]).at("InstanceRole", ARN_OR_NAME).depends().aws_error(BATCH_ERROR)
        .source("cfn-lint 1.51.0 schema: string; API: \"short name or full ARN of an instance profile\" (botocore)"),
    slot("AWS::Batch::ComputeEnvironment").within(&[step("ComputeResources"), step("ManagedInstancesProvider"), step("InstanceLaunchTemplate")]).at("Ec2InstanceProfileArn", ARN).in_place()
        .source("cfn-lint 1.58.0 schema: required string, not create-only"),
    slot("AWS::BedrockAgentCore::CapacityProvider").within(&[step("ComputeConfiguration"), step("Ec2Configuration"), step("LaunchTemplateSource"), step("LaunchParameters")]).at("InstanceProfileArn", ARN).replaces()
        .source("cfn-lint 1.58.0 schema: pattern ...:instance-profile/..., ComputeConfiguration is create-only"),
    slot("AWS::ImageBuilder::InfrastructureConfiguration").at("InstanceProfileName", NAME).in_place().aws_error(IMAGE_BUILDER_ERROR)
        .source("cfn-lint 1.51.0 schema: required, pattern ^[\\w+=,.@-]+$ (no colon or slash, so never an ARN)"),
    slot("AWS::ElasticBeanstalk::Environment").within(SETTING).at("Value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_PROPERTIES).in_place()
        .source("cfn-lint 1.51.0 schema: opaque option settings; public templates use !Ref"),
    slot("AWS::ElasticBeanstalk::ConfigurationTemplate").within(SETTING).at("Value", NAME_OR_ARN).unknown_arguments(UNKNOWN_SETTING_PROPERTIES).in_place()
        .source("cfn-lint 1.51.0 schema: opaque option settings; public templates use !Ref"),
    slot("AWS::RDS::DBInstance").at("CustomIAMInstanceProfile", NAME).required_prefix(RDS_CUSTOM_PREFIX).replaces()
        .source("cfn-lint 1.51.0 schema; API: name must start with AWSRDSCustom -> InstanceProfileName must be set -> CAPABILITY_NAMED_IAM"),
    slot("AWS::ECS::CapacityProvider").within(&[step("ManagedInstancesProvider"), step("InstanceLaunchTemplate")]).at("Ec2InstanceProfileArn", ARN)
        .source("cfn-lint 1.51.0 schema"),
    slot("AWS::PCS::ComputeNodeGroup").at("IamInstanceProfileArn", ARN)
        .source("cfn-lint 1.51.0 schema: required, pattern ...:instance-profile/.{1,128}; API: role name must start with AWSPCS or path /aws-pcs/"),
    slot("AWS::WorkspacesInstances::WorkspaceInstance").within(&[step("ManagedInstance")]).at("IamInstanceProfile", NAME_OR_ARN_KEY).replaces()
        .source("cfn-lint 1.51.0 schema: {Arn (^arn:.*), Name (max 64)}; cfn-lint 1.51.0 schema"),
    slot("AWS::OpsWorks::Stack").at("DefaultInstanceProfileArn", ARN)
        .source("cfn-lint 1.51.0 schema: required; service is end-of-life"),
    slot("AWS::OpsWorks::Layer").at("CustomInstanceProfileArn", ARN)
        .source("cfn-lint 1.51.0 schema; service is end-of-life"),
    slot("AWS::OpsWorksCM::Server").at("InstanceProfileArn", ARN).replaces()
        .source("cfn-lint 0.87.11 specification: required string, immutable; service has ended, so newer releases lack the type"),
    slot("AWS::DataPipeline::Pipeline").within(&[step("PipelineObjects"), step("Fields").when(&[("Key", "resourceRole")])]).at("StringValue", NAME)
        .source("AWS Data Pipeline docs"),
];

/// The role of an instance profile itself.
pub const PROFILE_ROLE: SlotSpec = slot("AWS::IAM::InstanceProfile")
    .at("Roles", Shape::List(Expected::RoleName))
    .aliases(&["Role"])
    .in_place()
    .source("cfn-lint 1.51.0 schema: Roles required, exactly one role name");
