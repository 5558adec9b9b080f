//! Values for the argument of a template's launcher, and the launchers around it.

use crate::value::{Value, call, dotted, get_att, list, map, refer, resource, sub, text};

/// A wiring made from the logical ID of a role (or of whatever is called so).
pub(crate) type Wiring = fn(&str) -> Value;

/// What people write every day.
pub(crate) const USUAL: &[Wiring] = &[
    |role| refer(role),
    |role| get_att(role, "Arn"),
    |role| dotted(role, "Arn"),
    |role| sub(&format!("${{{role}}}")),
    |role| sub(&format!("${{{role}.Arn}}")),
];

/// What is a role as well, by some way around.
pub(crate) const ROUNDABOUT: &[Wiring] = &[
    |role| dotted(role, "RoleId"),
    |role| get_att(role, "RoleId"),
    |role| call("Sub", list([text(&format!("${{{role}}}"))])),
    |role| call("Sub", list([text(&format!("${{{role}}}")), map([])])),
    |role| call("Sub", list([text("${r}"), map([("r", refer(role))])])),
    |role| call("Sub", list([text("${ r }"), map([("r", get_att(role, "Arn")), ("unused", text("x"))])])),
    |role| call("Join", list([text(""), list([refer(role)])])),
    |role| call("Join", list([text("-"), list([dotted(role, "Arn")])])),
    |role| call("Select", list([Value::Word("1"), call("Split", list([text("/"), get_att(role, "Arn")]))])),
    |role| call("Select", list([text("1"), call("Split", list([text(":role/"), sub(&format!("${{{role}.Arn}}"))]))])),
    |role| call("Select", list([Value::Word("0"), list([refer(role), text("other")])])),
    |role| call("If", list([text("A"), refer(role), refer("AWS::NoValue")])),
    |role| text(role),
    |role| text(&format!("{role}.Arn")),
    |role| text(&format!("!Ref {role}")),
    |role| text(&format!("${{{role}}}")),
    |role| text(&format!("{{\"Ref\": \"{role}\"}}")),
    |_| text("app"),
    |_| text("app role"),
    |_| text("AWSRDSCustomApp"),
    |_| sub("${AWS::StackName}-app"),
    |_| call("Join", list([text("-"), list([refer("AWS::StackName"), text("app")])])),
    |_| text("arn:aws:iam::123456789012:role/app"),
    |_| text("arn:aws:iam::123456789012:role/web/app"),
    |_| sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app"),
    |role| sub(&format!("arn:aws:iam::${{AWS::AccountId}}:role/${{{role}}}")),
    |_| refer("Rights"),
    |_| refer("Managed"),
];

/// What looks like a role and must stay, or cannot be known.
pub(crate) const OTHERWISE: &[Wiring] = &[
    |role| sub(&format!("${{!{role}}}")),
    |role| sub(&format!("${{{role}}}-profile")),
    |role| call("Sub", list([text(&format!("${{{role}}}")), map([(role, text("mine"))])])),
    |role| call("Join", list([text("-"), list([refer(role), text("profile")])])),
    |role| call("Select", list([Value::Word("0"), call("Split", list([text("/"), get_att(role, "Arn")]))])),
    |role| call("ImportValue", text(role)),
    |role| call("ImportValue", sub(&format!("${{AWS::StackName}}-{role}"))),
    |role| call("FindInMap", list([text("M"), text("prod"), text(role)])),
    |role| text(&format!("{role}-")),
    |_| text("arn:aws:iam::123456789012:instance-profile/app"),
    |_| text("{{resolve:ssm:/app/role}}"),
    |_| text("AppRoles"),
    |_| text("null"),
    |_| text(""),
    |_| Value::Word("null"),
    |_| Value::List(Vec::new()),
    |_| refer("Given"),
    |_| refer("Nowhere"),
    |_| refer("AWS::NoValue"),
    |_| refer("AWS::StackName"),
    |_| dotted("Nested", "Outputs.AppRole"),
    |_| get_att("Nested", "Outputs.AppRole"),
    |_| refer("P"),
    |_| get_att("P", "Arn"),
    |_| dotted("P", "Arn"),
    |_| sub("${P}"),
    |_| refer("Q"),
    |_| get_att("Q", "Arn"),
    |_| text("P"),
    |_| refer("AppInstanceProfile"),
];

/// A role that a loop makes, named inside of the loop.
pub(crate) const LOOPED: &[Wiring] = &[
    |_| call("Ref", sub("Role${N}")),
    |_| call("GetAtt", list([sub("Role${N}"), text("Arn")])),
    |_| call("GetAtt", sub("Role${N}.Arn")),
    |_| refer("Role${N}"),
    |_| sub("${Role${N}}"),
    |_| sub("${Role${N}.Arn}"),
    |_| get_att("Role${N}", "Arn"),
    |_| call("If", list([text("B"), call("Ref", sub("Role${N}")), refer("AppRole")])),
    |_| sub("Role${N}"),
    |role| refer(role),
];

/// A resource around a wiring.
pub(crate) type Launcher = fn(Value) -> Value;

const LAUNCH_OPTIONS: &str = "aws:autoscaling:launchconfiguration";

fn option(namespace: &str, name: &str, value: Value) -> Value {
    map([("Namespace", text(namespace)), ("OptionName", text(name)), ("Value", value)])
}

/// Resources with a slot of the right shape. The last asks for a name of its profile that a person has to agree to.
pub(crate) const LAUNCHERS: &[Launcher] = &[
    |wiring| {
        resource("AWS::EC2::Instance", [("ImageId", text("ami-0123456789abcdef0")), ("IamInstanceProfile", wiring)])
    },
    |wiring| resource("AWS::EC2::Instance", [("IamInstanceProfile", wiring), ("KeyName", text("k"))]),
    |wiring| {
        let data = map([("ImageId", text("ami-1")), ("IamInstanceProfile", map([("Name", wiring)]))]);
        resource("AWS::EC2::LaunchTemplate", [("LaunchTemplateData", data)])
    },
    |wiring| {
        let data = map([("IamInstanceProfile", map([("Arn", wiring)])), ("KeyName", text("k"))]);
        resource("AWS::EC2::LaunchTemplate", [("LaunchTemplateData", data), ("LaunchTemplateName", text("web"))])
    },
    |wiring| resource("AWS::AutoScaling::LaunchConfiguration", [("IamInstanceProfile", wiring)]),
    |wiring| {
        let compute = map([("Type", text("EC2")), ("MaxvCpus", Value::Word("4")), ("InstanceRole", wiring)]);
        resource("AWS::Batch::ComputeEnvironment", [("Type", text("MANAGED")), ("ComputeResources", compute)])
    },
    |wiring| {
        let properties =
            [("Name", text("c")), ("ServiceRole", text("emr")), ("JobFlowRole", wiring), ("Instances", map([]))];
        resource("AWS::EMR::Cluster", properties)
    },
    |wiring| {
        let other = option("aws:elasticbeanstalk:environment", "ServiceRole", refer("AppRole"));
        let options = list([other, option(LAUNCH_OPTIONS, "IamInstanceProfile", wiring)]);
        resource("AWS::ElasticBeanstalk::Environment", [("ApplicationName", text("x")), ("OptionSettings", options)])
    },
    |wiring| {
        let options = list([option(LAUNCH_OPTIONS, "IamInstanceProfile", wiring)]);
        resource("AWS::ElasticBeanstalk::ConfigurationTemplate", [("OptionSettings", options)])
    },
    |wiring| {
        let launch = map([("ImageId", text("ami-1")), ("IamInstanceProfile", map([("Arn", wiring)]))]);
        let data = map([("IamFleetRole", get_att("AppRole", "Arn")), ("LaunchSpecifications", list([launch]))]);
        resource("AWS::EC2::SpotFleet", [("SpotFleetRequestConfigData", data)])
    },
    |wiring| {
        let overrides = list([map([("IamInstanceProfile", map([("Name", wiring)]))])]);
        resource("AWS::EC2::EC2Fleet", [("LaunchTemplateConfigs", list([map([("Overrides", overrides)])]))])
    },
    |wiring| resource("AWS::ImageBuilder::InfrastructureConfiguration", [("InstanceProfileName", wiring)]),
    |wiring| {
        let template = map([("Ec2InstanceProfileArn", wiring)]);
        let provider =
            map([("InfrastructureRoleArn", get_att("AppRole", "Arn")), ("InstanceLaunchTemplate", template)]);
        resource("AWS::ECS::CapacityProvider", [("ManagedInstancesProvider", provider)])
    },
    |wiring| resource("AWS::PCS::ComputeNodeGroup", [("IamInstanceProfileArn", wiring)]),
    |wiring| {
        let managed = map([("IamInstanceProfile", map([("Name", wiring)]))]);
        resource("AWS::WorkspacesInstances::WorkspaceInstance", [("ManagedInstance", managed)])
    },
    |wiring| {
        let properties = [("ServiceRoleArn", dotted("AppRole", "Arn")), ("DefaultInstanceProfileArn", wiring)];
        resource("AWS::OpsWorks::Stack", properties)
    },
    |wiring| resource("AWS::OpsWorks::Layer", [("CustomInstanceProfileArn", wiring)]),
    |wiring| {
        let fields = list([map([("Key", text("resourceRole")), ("StringValue", wiring)])]);
        let object = map([("Id", text("x")), ("Name", text("x")), ("Fields", fields)]);
        resource("AWS::DataPipeline::Pipeline", [("PipelineObjects", list([object]))])
    },
    |wiring| {
        resource("AWS::RDS::DBInstance", [("Engine", text("custom-oracle-ee")), ("CustomIAMInstanceProfile", wiring)])
    },
];

fn instance<const N: usize>(properties: [(&str, Value); N]) -> Value {
    resource("AWS::EC2::Instance", properties)
}

fn launch_template(profile: Value) -> Value {
    resource("AWS::EC2::LaunchTemplate", [("LaunchTemplateData", map([("IamInstanceProfile", profile)]))])
}

/// Launchers of the wrong shape, with unknown arguments, and resources that expect a role.
pub(crate) const ODD_LAUNCHERS: &[Launcher] = &[
    |wiring| instance([("Role", wiring)]),
    |wiring| instance([("ImageId", text("ami-1")), ("InstanceProfile", wiring), ("KeyName", text("k"))]),
    |wiring| instance([("IAMInstanceProfile", wiring)]),
    |wiring| instance([("IamInstanceProfile", wiring.clone()), ("Role", wiring)]),
    |wiring| instance([("IamRole", wiring), ("IamInstanceProfile", refer("P"))]),
    |wiring| instance([("IamRole", wiring.clone()), ("RoleArn", wiring)]),
    |wiring| instance([("IamInstanceProfile", map([("Name", wiring)]))]),
    |wiring| instance([("IamInstanceProfile", map([("Arn", wiring)])), ("KeyName", text("k"))]),
    |wiring| instance([("IamInstanceProfile", map([("Name", wiring.clone()), ("Arn", wiring)]))]),
    |wiring| instance([("IamInstanceProfile", list([wiring]))]),
    |wiring| {
        let arms = list([text("A"), map([("Name", wiring)]), refer("AWS::NoValue")]);
        instance([("IamInstanceProfile", call("If", arms))])
    },
    launch_template,
    |wiring| launch_template(list([wiring])),
    |wiring| launch_template(list([map([("Arn", wiring)])])),
    |wiring| launch_template(map([("name", wiring)])),
    |wiring| launch_template(map([("Name", wiring), ("Arn", get_att("AppRole", "Arn"))])),
    |wiring| launch_template(call("If", list([text("A"), map([("Name", wiring)]), refer("AWS::NoValue")]))),
    |wiring| {
        let launch = map([("IamInstanceProfile", map([("Name", wiring)]))]);
        let data = map([("LaunchSpecifications", list([launch]))]);
        resource("AWS::EC2::SpotFleet", [("SpotFleetRequestConfigData", data)])
    },
    |wiring| {
        resource("AWS::Lambda::Function", [("Role", wiring), ("Handler", text("x")), ("Runtime", text("python3.13"))])
    },
    |wiring| resource("AWS::ECS::TaskDefinition", [("TaskRoleArn", wiring)]),
    |wiring| resource("AWS::GameLift::Fleet", [("InstanceRoleARN", wiring)]),
    |wiring| {
        let options = list([option("aws:elasticbeanstalk:environment", "ServiceRole", wiring)]);
        resource("AWS::ElasticBeanstalk::Environment", [("OptionSettings", options)])
    },
    |wiring| map([("Type", text("AWS::EC2::Instance")), ("Metadata", map([("IamInstanceProfile", wiring)]))]),
];
