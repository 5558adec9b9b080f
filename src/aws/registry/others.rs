//! Modules of other publishers. Rows are sorted by source, ignoring case, and version.
//!
//! Left out, so that they stay unknown:
//!
//! * `cattle-ops/gitlab-runner/aws` and `npalm/gitlab-runner/aws`: their inputs name role and profile at once, by one text.
//! * `karpenter_node.instance_profile_name` of `aws-ia/eks-blueprints-addons/aws`: names the profile to be made, unless another key says otherwise.
//! * The outputs `iam_role` and `iam_role_arn` of `rancherfederal/rke2-aws-tf`: with a given profile they give *its* name.
//! * Gruntwork's modules: their repositories are private.

use crate::aws::registry::row::InputStep::{Any, Key};
use crate::aws::registry::row::{
    ARN_OR_NAME, Gives, KnownModule, PROFILE, PROFILE_ARN, PROFILE_NAME, PROFILE_WITH_ROLE, ROLE_ARN, ROLE_NAME, input,
    module, output,
};
use crate::aws::registry::version::v;
use crate::aws::slots::Expected;

/// The modules that were read at all their tags.
pub(super) const MODULES: &[KnownModule] = &[
    module(&["aws-ia/eks-blueprints-addons/aws"], v(0, 1, 0).through(v(1, 24, 3)))
        .outputs(&[
            output(&["karpenter", "node_instance_profile_name"], PROFILE_NAME),
            output(&["karpenter", "node_iam_role_name"], ROLE_NAME).since(1, 10, 1),
            output(&["karpenter", "node_iam_role_arn"], ROLE_ARN),
        ])
        // Made if karpenter_node.create_instance_profile is not false; 1.10.x has one more condition.
        .profile(PROFILE)
        .evidence("outputs.tf:117, main.tf:3019-3021, 3269-3272 @ v1.24.3; outputs.tf:104 @ v0.1.0; empty unless the profile is made"),
    module(&["clouddrove/ec2/aws"], v(0, 12, 0).below(v(0, 12, 3)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::Name)])
        .evidence("main.tf @ 0.12.0: aws_instance.iam_instance_profile = var.iam_instance_profile"),
    // Since 0.12.3 an input of the same name takes a role.
    module(&["clouddrove/ec2/aws"], v(0, 12, 3).through(v(2, 1, 1)))
        .role_inputs(&[&[Key("iam_instance_profile")]])
        .evidence("main.tf:129-133 @ 0.12.3, main.tf:344-347 @ v2.1.1: aws_iam_instance_profile.role; examples/complete passes module.iam-role.name"),
    module(&["cloudposse/ec2-autoscale-group/aws"], v(0, 1, 0).through(v(0, 43, 1)))
        .inputs(&[input(&[Key("iam_instance_profile_name")], Expected::Name).always()])
        .evidence("main.tf:91-94 @ v0.43.1, main.tf:35 @ 0.1.0: aws_launch_template.iam_instance_profile.name; 68 tags walked"),
    module(&["cloudposse/ec2-bastion-server/aws"], v(0, 24, 0).through(v(0, 31, 1)))
        .inputs(&[input(&[Key("instance_profile")], Expected::Name)])
        .outputs(&[output(&["role"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE.named_after_role())
        .evidence("main.tf:2-62 @ v0.31.1; role and own profile have one condition and one name, the profile is not exported"),
    module(&["cloudposse/ec2-instance-group/aws"], v(0, 1, 0).through(v(1, 0, 0)))
        .outputs(&[output(&["role_names"], ROLE_NAME).list()])
        .profile(PROFILE_WITH_ROLE.named_after_role())
        .evidence("outputs.tf, main.tf @ 1.0.0; role and own profile have one condition and one name, the profile is not exported"),
    // With a given profile, `role` is the role of that profile.
    module(&["cloudposse/ec2-instance/aws"], v(0, 20, 0).through(v(2, 0, 0)))
        .inputs(&[input(&[Key("instance_profile")], Expected::Name)])
        .outputs(&[
            output(&["instance_profile"], PROFILE_NAME),
            output(&["role"], ROLE_NAME),
            output(&["role_arn"], ROLE_ARN).since(0, 39, 0),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("main.tf:6-7, 90-126, outputs.tf:84 @ v2.0.0; 99 tags walked; a role's name fails at plan time (data.aws_iam_instance_profile.given)"),
    module(&["cloudposse/ecs-cluster/aws"], v(0, 2, 0).through(v(2, 0, 0)))
        .outputs(&[output(&["role_name"], ROLE_NAME)])
        .profile(PROFILE.named_after_role())
        .evidence("iam.tf:9-30, outputs.tf:16 @ v2.0.0: both are named module.this.id, the profile is not exported; examples/complete/main.tf:91 passes role_name as a profile's name"),
    module(&["cloudposse/eks-workers/aws"], v(0, 8, 0).through(v(1, 3, 0)))
        .inputs(&[input(&[Key("aws_iam_instance_profile_name")], Expected::Name).own_profile_wins()])
        .outputs(&[output(&["workers_role_name"], ROLE_NAME), output(&["workers_role_arn"], ROLE_ARN)])
        .profile(PROFILE.if_false("use_existing_aws_iam_instance_profile", false))
        .evidence("main.tf:161-174 @ 1.3.0, main.tf:9-10, 164-181 @ 0.8.0; with a given profile the outputs give its role"),
    // The output that is called a profile's is the role's.
    module(&["cloudposse/elastic-beanstalk-environment/aws"], v(0, 2, 9).through(v(0, 53, 0)))
        .outputs(&[output(&["ec2_instance_profile_role_name"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE.named_after_role())
        .evidence("outputs.tf:36, main.tf:353, 655 @ v0.53.0; role and own profile have one condition and one name, the profile is not exported"),
    module(&["cloudposse/emr-cluster/aws"], v(0, 21, 0).through(v(1, 2, 0)))
        .inputs(&[input(&[Key("existing_ec2_instance_profile_arn")], ARN_OR_NAME).own_profile_wins()])
        .outputs(&[output(&["ec2_role"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE.named_after_role().if_true("ec2_role_enabled", true))
        .evidence("main.tf:407, 451, variables.tf:157 @ 1.2.0: aws_emr_cluster.ec2_attributes.instance_profile, documented as an ARN; the own profile is not exported"),
    module(&["cloudposse/iam-role/aws"], v(0, 11, 0).through(v(1, 0, 0)))
        .outputs(&[
            output(&["instance_profile"], PROFILE_NAME),
            output(&["name"], ROLE_NAME),
            output(&["arn"], ROLE_ARN),
            // The role's unique ID, not its name as with the resource.
            output(&["id"], Gives::Other),
        ])
        .profile(PROFILE.if_true("instance_profile_enabled", false))
        .evidence("outputs.tf:21, main.tf:87 @ v1.0.0; 34 tags walked; empty unless the profile is made"),
    module(&["Datatamer/tamr-vm/aws//modules/aws-iam-role"], v(0, 1, 0).through(v(5, 1, 1)))
        .outputs(&[output(&["tamr_instance_profile_id"], PROFILE_NAME), output(&["tamr_instance_role_name"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/aws-iam-role/outputs.tf @ v5.1.1; neither resource has a count; before v0.1.0 the first output was a role (15f5bf5), fixed in d2ebe4c"),
    module(&["F5Networks/bigip-module/aws"], v(1, 0, 0).through(v(1, 2, 6)))
        .inputs(&[input(&[Key("aws_iam_instance_profile")], Expected::Name)])
        .evidence("main.tf:238 @ v1.2.6: aws_instance.iam_instance_profile; 24 tags walked"),
    module(&["hashicorp/consul/aws//modules/consul-cluster"], v(0, 4, 5).through(v(0, 11, 0)))
        .inputs(&[input(&[Key("iam_instance_profile_name")], Expected::NamePreferred).own_profile_wins()])
        .outputs(&[output(&["iam_role_id"], ROLE_NAME), output(&["iam_role_arn"], ROLE_ARN)])
        .profile(PROFILE_WITH_ROLE.if_true("enable_iam_setup", true))
        .evidence("modules/consul-cluster/main.tf:93-96 @ v0.11.0: aws_launch_configuration.iam_instance_profile; the own profile is not exported"),
    module(&["hashicorp/nomad/aws//modules/nomad-cluster"], v(0, 6, 7).through(v(0, 10, 0)))
        .outputs(&[
            output(&["iam_instance_profile_name"], PROFILE_NAME),
            output(&["iam_instance_profile_id"], PROFILE_NAME),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_role_id"], ROLE_NAME),
            output(&["iam_role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/nomad-cluster/outputs.tf @ v0.10.0; neither resource has a count; 34 tags walked"),
    module(&["hashicorp/vault/aws//modules/vault-cluster"], v(0, 13, 10).through(v(0, 17, 0)))
        .outputs(&[
            output(&["iam_instance_profile_name"], PROFILE_NAME),
            output(&["iam_instance_profile_id"], PROFILE_NAME),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_role_name"], ROLE_NAME),
            output(&["iam_role_id"], ROLE_NAME),
            output(&["iam_role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/vault-cluster/outputs.tf:21-30 @ v0.17.0; neither resource has a count; 63 tags walked"),
    // The role of the instances, its unique ID, and the role of the service.
    module(&["infrablocks/ecs-cluster/aws"], v(0, 2, 2).through(v(6, 1, 0)))
        .outputs(&[
            output(&["instance_role_arn"], ROLE_ARN),
            output(&["instance_role_id"], Gives::Other),
            output(&["service_role_arn"], ROLE_ARN).role(1),
            output(&["service_role_id"], Gives::Other).role(1),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("outputs.tf @ 6.1.0; 42 tags walked; the own profile is not exported"),
    module(&["int128/nat-instance/aws"], v(0, 2, 0).through(v(2, 1, 0)))
        .outputs(&[output(&["iam_role_name"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE)
        .evidence("outputs.tf, main.tf @ v2.1.0; 17 tags walked; the own profile is not exported"),
    module(&["PaloAltoNetworks/swfw-modules/aws//modules/asg", "PaloAltoNetworks/vmseries-modules/aws//modules/asg"], v(0, 4, 2).through(v(2, 2, 7)))
        .inputs(&[input(&[Key("vmseries_iam_instance_profile")], Expected::Name)])
        .evidence("modules/asg/main.tf:73-76 @ v2.2.7, main.tf:39-41 @ v0.4.2: aws_launch_template.iam_instance_profile.name"),
    module(&["PaloAltoNetworks/swfw-modules/aws//modules/bootstrap", "PaloAltoNetworks/vmseries-modules/aws//modules/bootstrap"], v(0, 1, 0).through(v(2, 2, 7)))
        .outputs(&[
            output(&["instance_profile_name"], PROFILE_NAME),
            output(&["iam_role_name"], ROLE_NAME).since(0, 3, 0),
            output(&["iam_role_arn"], ROLE_ARN).since(0, 3, 0),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/bootstrap/outputs.tf:22, main.tf:149 @ v2.2.7; the profile has no count"),
    // Described as the role to attach, but a role's name does not work.
    module(&["PaloAltoNetworks/swfw-modules/aws//modules/panorama", "PaloAltoNetworks/vmseries-modules/aws//modules/panorama"], v(0, 2, 2).through(v(2, 2, 7)))
        .inputs(&[input(&[Key("panorama_iam_role")], Expected::Name)])
        .evidence("modules/panorama/main.tf:40, variables.tf:158 @ v2.2.7: aws_instance.iam_instance_profile = var.panorama_iam_role"),
    module(&["PaloAltoNetworks/swfw-modules/aws//modules/vmseries", "PaloAltoNetworks/vmseries-modules/aws//modules/vmseries"], v(0, 2, 0).through(v(2, 2, 7)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::Name)])
        .evidence("modules/vmseries/main.tf:82 @ v2.2.7: aws_instance.iam_instance_profile; 55 tags walked"),
    module(&["RaJiska/fck-nat/aws"], v(1, 0, 0).through(v(1, 4, 0)))
        .outputs(&[
            output(&["instance_profile_arn"], PROFILE_ARN),
            output(&["role_name"], ROLE_NAME).since(1, 4, 0),
            output(&["role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE_WITH_ROLE.named_after_role())
        .evidence("output.tf:71 @ v1.4.0; role and profile are named var.name and have no count"),
    module(&["github.com/rancherfederal/rke2-aws-tf", "github.com/rancherfederal/rke2-aws-tf//modules/agent-nodepool"], v(1, 0, 0).through(v(2, 5, 1)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::Name)])
        .outputs(&[output(&["iam_instance_profile"], PROFILE_NAME)])
        .profile(PROFILE)
        .evidence("main.tf, outputs.tf, modules/agent-nodepool @ v1.0.0, v2.5.1; 25 tags walked"),
    module(&["github.com/rancherfederal/rke2-aws-tf//modules/nodepool"], v(1, 0, 0).through(v(2, 5, 1)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::Name)])
        .evidence("modules/nodepool/main.tf:32 @ v1.0.0: aws_launch_template.iam_instance_profile.name; 25 tags walked"),
    module(&["telia-oss/asg/aws"], v(0, 0, 1).through(v(4, 0, 0)))
        .outputs(&[output(&["role_name"], ROLE_NAME), output(&["role_arn"], ROLE_ARN)])
        .profile(PROFILE_WITH_ROLE)
        .evidence("outputs.tf, main.tf @ v4.0.0; 19 tags walked; the own profile is not exported"),
    module(&["trussworks/ecs-cluster/aws"], v(1, 0, 0).through(v(3, 0, 2)))
        .outputs(&[output(&["ecs_instance_role"], ROLE_NAME)])
        .profile(PROFILE_WITH_ROLE)
        .evidence("outputs.tf, main.tf @ v3.0.2; 9 tags walked; the own profile is not exported"),
    module(&["zscaler/cloud-connector-modules/aws//modules/terraform-zscc-asg-aws"], v(1, 0, 0).through(v(1, 4, 3)))
        .inputs(&[input(&[Key("iam_instance_profile"), Any], Expected::Name)])
        .evidence("modules/terraform-zscc-asg-aws/main.tf:44-45 @ v1.4.3, v1.0.0: name = element(var.iam_instance_profile, count.index)"),
    module(&["zscaler/cloud-connector-modules/aws//modules/terraform-zscc-ccvm-aws"], v(0, 1, 0).through(v(1, 4, 3)))
        .inputs(&[input(&[Key("iam_instance_profile"), Any], Expected::Name)])
        .evidence("modules/terraform-zscc-ccvm-aws/main.tf:37 @ v1.4.3: element(var.iam_instance_profile, count.index); 15 tags walked"),
    // The outputs give the module's own profiles, or the given ones with `byo_iam`. The roles are not exported.
    module(&["zscaler/cloud-connector-modules/aws//modules/terraform-zscc-iam-aws"], v(0, 1, 0).through(v(1, 4, 3)))
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME).list(),
            output(&["iam_instance_profile_arn"], PROFILE_ARN).list(),
        ])
        .profile(PROFILE)
        .evidence("modules/terraform-zscc-iam-aws/outputs.tf @ v1.4.3: splats of aws_iam_instance_profile; 15 tags walked"),
];
