//! The modules of `terraform-aws-modules`. Rows are sorted by source and version.

use crate::aws::registry::row::InputStep::{Any, Key};
use crate::aws::registry::row::{
    ARN_OR_NAME, Gives, KnownModule, KnownOutput, PROFILE, PROFILE_ARN, PROFILE_NAME, PROFILE_WITH_ROLE, ROLE_ARN,
    ROLE_NAME, input, module, output,
};
use crate::aws::registry::version::v;
use crate::aws::slots::{Expected, RDS_CUSTOM_PREFIX};

/// Batch: role 0 is the instances', 1 the service's, 2 the Spot fleet's.
const BATCH_OUTPUTS: &[KnownOutput] = &[
    output(&["instance_iam_instance_profile_arn"], PROFILE_ARN),
    output(&["instance_iam_instance_profile_id"], PROFILE_NAME),
    output(&["instance_iam_role_name"], ROLE_NAME),
    output(&["instance_iam_role_arn"], ROLE_ARN),
    output(&["service_iam_role_name"], ROLE_NAME).role(1),
    output(&["service_iam_role_arn"], ROLE_ARN).role(1),
    output(&["spot_fleet_iam_role_name"], ROLE_NAME).role(2),
    output(&["spot_fleet_iam_role_arn"], ROLE_ARN).role(2),
];

/// Karpenter: role 0 is the nodes', 1 the controller's.
const KARPENTER_PROFILE: [KnownOutput; 3] = [
    output(&["instance_profile_name"], PROFILE_NAME),
    output(&["instance_profile_id"], PROFILE_NAME),
    output(&["instance_profile_arn"], PROFILE_ARN),
];

/// The modules that were read at all their tags.
pub(super) const MODULES: &[KnownModule] = &[
    module(&["terraform-aws-modules/autoscaling/aws"], v(2, 0, 0).below(v(4, 0, 0)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::NamePreferred)])
        .evidence("main.tf @ v3.9.0: aws_launch_configuration.iam_instance_profile; public users pass .id and .name"),
    module(&["terraform-aws-modules/autoscaling/aws"], v(4, 0, 0).through(v(9, 2, 1)))
        .inputs(&[
            // Since 6.5.0 this is the name of the module's own profile, if it makes one.
            input(&[Key("iam_instance_profile_name")], Expected::Name).own_profile_wins(),
            input(&[Key("iam_instance_profile_arn")], Expected::Arn).own_profile_wins(),
        ])
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME).since(6, 5, 0),
            output(&["iam_instance_profile_arn"], PROFILE_ARN).since(6, 5, 0),
            output(&["iam_role_name"], ROLE_NAME).since(6, 5, 0),
            output(&["iam_role_arn"], ROLE_ARN).since(6, 5, 0),
        ])
        .profile(PROFILE_WITH_ROLE.if_true("create_iam_instance_profile", false))
        .evidence("main.tf:667-668, 1399-1438 @ v9.2.1; 89 tags walked; the ARN wins over the name; role and profile have the condition create && create_iam_instance_profile since v6.5.0"),
    module(&["terraform-aws-modules/autoscaling/aws//modules/launch_configuration"], v(1, 0, 0).below(v(2, 0, 0)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::NamePreferred)])
        .evidence("modules/launch_configuration @ v1.0.0 to the last 1.x: aws_launch_configuration.iam_instance_profile = var.iam_instance_profile; removed in v2.0.0"),
    module(&["terraform-aws-modules/batch/aws"], v(1, 0, 0).below(v(3, 0, 0)))
        .inputs(&[input(&[Key("compute_environments"), Any, Key("compute_resources"), Key("instance_role")], Expected::Arn)])
        .outputs(BATCH_OUTPUTS)
        .profile(PROFILE_WITH_ROLE.if_true("create_instance_iam_role", true))
        .evidence("main.tf:29 @ v1.0.0: try(compute_resources.value.instance_role, own profile); the given one wins"),
    module(&["terraform-aws-modules/batch/aws"], v(3, 0, 0).through(v(3, 1, 0)))
        .inputs(&[input(&[Key("compute_environments"), Any, Key("compute_resources"), Key("instance_role")], Expected::Arn).own_profile_wins()])
        .outputs(BATCH_OUTPUTS)
        .profile(PROFILE_WITH_ROLE.if_true("create_instance_iam_role", true))
        .evidence("main.tf:40 @ v3.1.0: try(own profile, compute_resources.value.instance_role); 21 tags walked"),
    module(&["terraform-aws-modules/ec2-instance/aws"], v(1, 0, 0).through(v(6, 4, 0)))
        .inputs(&[input(&[Key("iam_instance_profile")], Expected::Name).always().own_profile_wins()])
        // There is no output iam_instance_profile_name.
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME).since(4, 2, 0),
            output(&["iam_instance_profile_arn"], PROFILE_ARN).since(4, 2, 0),
            output(&["iam_role_name"], ROLE_NAME).since(4, 2, 0),
            output(&["iam_role_arn"], ROLE_ARN).since(4, 2, 0),
        ])
        .profile(PROFILE_WITH_ROLE.if_true("create_iam_instance_profile", false))
        .evidence("main.tf:110, outputs.tf:185-192 @ v6.4.0; 98 tags walked; role and profile have the condition create && create_iam_instance_profile since v4.2.0"),
    // Role 0 is the nodes', 1 the infrastructure's, 2 that of task execution.
    module(&["terraform-aws-modules/ecs/aws", "terraform-aws-modules/ecs/aws//modules/cluster"], v(7, 0, 0).through(v(7, 5, 0)))
        .inputs(&[input(
            &[Key("capacity_providers"), Any, Key("managed_instances_provider"), Key("instance_launch_template"), Key("ec2_instance_profile_arn")],
            Expected::Arn,
        )
        .own_profile_wins()])
        .outputs(&[
            output(&["node_iam_instance_profile_id"], PROFILE_NAME),
            output(&["node_iam_instance_profile_arn"], PROFILE_ARN),
            output(&["node_iam_role_name"], ROLE_NAME),
            output(&["node_iam_role_arn"], ROLE_ARN),
            output(&["infrastructure_iam_role_name"], ROLE_NAME).role(1),
            output(&["infrastructure_iam_role_arn"], ROLE_ARN).role(1),
            output(&["task_exec_iam_role_name"], ROLE_NAME).role(2),
            output(&["task_exec_iam_role_arn"], ROLE_ARN).role(2),
        ])
        .profile(PROFILE_WITH_ROLE.if_true("create_node_iam_instance_profile", true))
        .evidence("modules/cluster/main.tf:200, variables.tf:160 @ v7.5.0; the root passes everything through"),
    module(&["terraform-aws-modules/ecs/aws//modules/ecs-instance-profile"], v(1, 0, 0).below(v(3, 0, 0)))
        .outputs(&[
            output(&["this_iam_instance_profile_id"], PROFILE_NAME),
            output(&["this_iam_instance_profile_arn"], PROFILE_ARN).since(2, 9, 0),
            output(&["this_iam_role_id"], ROLE_NAME).since(2, 4, 0),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/ecs-instance-profile/outputs.tf @ v1.0.0 to v2.9.0; neither resource has a count"),
    module(&["terraform-aws-modules/ecs/aws//modules/ecs-instance-profile"], v(3, 0, 0).below(v(4, 0, 0)))
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_role_id"], ROLE_NAME),
        ])
        .profile(PROFILE_WITH_ROLE)
        .evidence("modules/ecs-instance-profile/outputs.tf @ v3.5.0; neither resource has a count; removed in v4.0.0"),
    // Role 0 is the workers', 1 the cluster's, 2 that of the nodes of EKS Auto Mode.
    module(&["terraform-aws-modules/eks/aws"], v(1, 7, 0).below(v(4, 0, 0)))
        .role_inputs(&[
            &[Key("worker_groups"), Any, Key("iam_role_id")],
            &[Key("worker_groups_launch_template"), Any, Key("iam_role_id")],
        ])
        .outputs(&[
            output(&["worker_iam_instance_profile_names"], PROFILE_NAME).list().since(3, 0, 0),
            output(&["worker_iam_instance_profile_arns"], PROFILE_ARN).list().since(3, 0, 0),
            output(&["worker_iam_role_name"], ROLE_NAME),
            output(&["worker_iam_role_arn"], ROLE_ARN),
            output(&["cluster_iam_role_name"], ROLE_NAME).role(1).since(2, 3, 0),
            output(&["cluster_iam_role_arn"], ROLE_ARN).role(1).since(2, 3, 0),
        ])
        .profile(PROFILE)
        .evidence("outputs.tf, workers.tf:138 @ v3.0.0; a profile for each worker group, no input takes one yet"),
    module(&["terraform-aws-modules/eks/aws"], v(4, 0, 0).below(v(18, 0, 0)))
        .inputs(&[
            input(&[Key("worker_groups"), Any, Key("iam_instance_profile_name")], Expected::Name).own_profile_wins(),
            input(&[Key("worker_groups_launch_template"), Any, Key("iam_instance_profile_name")], Expected::Name).own_profile_wins(),
            input(&[Key("workers_group_defaults"), Key("iam_instance_profile_name")], Expected::Name).own_profile_wins(),
        ])
        .role_inputs(&[
            &[Key("worker_groups"), Any, Key("iam_role_id")],
            &[Key("worker_groups_launch_template"), Any, Key("iam_role_id")],
            &[Key("workers_group_defaults"), Key("iam_role_id")],
        ])
        .outputs(&[
            output(&["worker_iam_instance_profile_names"], PROFILE_NAME).list(),
            output(&["worker_iam_instance_profile_arns"], PROFILE_ARN).list(),
            output(&["worker_iam_role_name"], ROLE_NAME),
            output(&["worker_iam_role_arn"], ROLE_ARN),
            output(&["cluster_iam_role_name"], ROLE_NAME).role(1),
            output(&["cluster_iam_role_arn"], ROLE_ARN).role(1),
        ])
        // With given profiles the outputs still give their role, but the lists of profiles are empty.
        .profile(PROFILE.if_true("manage_worker_iam_resources", true))
        .evidence("data.tf:77-88, locals.tf:71-72, outputs.tf:155 @ v17.24.0; data.tf:126-131 @ v4.0.0"),
    module(&["terraform-aws-modules/eks/aws"], v(18, 0, 0).below(v(21, 0, 0)))
        .inputs(&[
            input(&[Key("self_managed_node_groups"), Any, Key("iam_instance_profile_arn")], Expected::Arn),
            input(&[Key("self_managed_node_group_defaults"), Key("iam_instance_profile_arn")], Expected::Arn),
        ])
        .outputs(&[
            output(&["cluster_iam_role_name"], ROLE_NAME).role(1),
            output(&["cluster_iam_role_arn"], ROLE_ARN).role(1),
            output(&["node_iam_role_name"], ROLE_NAME).role(2).since(20, 31, 0),
            output(&["node_iam_role_arn"], ROLE_ARN).role(2).since(20, 31, 0),
        ])
        .evidence("node_groups.tf:376 @ v18.0.0, :541 @ v20.37.2: passed on to modules/self-managed-node-group"),
    module(&["terraform-aws-modules/eks/aws"], v(21, 0, 0).through(v(21, 19, 0)))
        .inputs(&[input(&[Key("self_managed_node_groups"), Any, Key("iam_instance_profile_arn")], Expected::Arn)])
        .outputs(&[
            output(&["cluster_iam_role_name"], ROLE_NAME).role(1),
            output(&["cluster_iam_role_arn"], ROLE_ARN).role(1),
            output(&["node_iam_role_name"], ROLE_NAME).role(2),
            output(&["node_iam_role_arn"], ROLE_ARN).role(2),
        ])
        .evidence("node_groups.tf:514, variables.tf:1154 @ v21.19.0: passed on to modules/self-managed-node-group; 311 tags walked"),
    module(&["terraform-aws-modules/eks/aws//modules/karpenter"], v(18, 31, 0).below(v(20, 0, 0)))
        .outputs(&[
            KARPENTER_PROFILE[0],
            KARPENTER_PROFILE[1],
            KARPENTER_PROFILE[2],
            output(&["role_name"], ROLE_NAME),
            output(&["role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE.if_true("create_instance_profile", true))
        .evidence("modules/karpenter/outputs.tf, main.tf @ v19.21.0"),
    // Karpenter takes the name of the *role* (EC2NodeClass.spec.role), hence the default.
    module(&["terraform-aws-modules/eks/aws//modules/karpenter"], v(20, 0, 0).through(v(21, 19, 0)))
        .outputs(&[
            KARPENTER_PROFILE[0],
            KARPENTER_PROFILE[1],
            KARPENTER_PROFILE[2],
            output(&["node_iam_role_name"], ROLE_NAME),
            output(&["node_iam_role_arn"], ROLE_ARN),
            output(&["iam_role_name"], ROLE_NAME).role(1),
            output(&["iam_role_arn"], ROLE_ARN).role(1),
        ])
        .profile(PROFILE.if_true("create_instance_profile", false))
        .evidence("modules/karpenter/outputs.tf, main.tf @ v21.19.0; variables.tf @ v20.0.0 (the default became false)"),
    module(&["terraform-aws-modules/eks/aws//modules/self-managed-node-group"], v(18, 0, 0).through(v(21, 19, 0)))
        .inputs(&[input(&[Key("iam_instance_profile_arn")], Expected::Arn).own_profile_wins()])
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_role_name"], ROLE_NAME),
            output(&["iam_role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE_WITH_ROLE.if_true("create_iam_instance_profile", true))
        .evidence("modules/self-managed-node-group/main.tf:222, outputs.tf:107 @ v21.19.0; main.tf:148 @ v18.0.0; role and profile have one condition"),
    // Role 0 is the instances', 1 the service's, 2 that of autoscaling. The outputs that begin with iam_instance_profile_iam_role are roles.
    module(&["terraform-aws-modules/emr/aws"], v(1, 0, 0).through(v(3, 2, 0)))
        .inputs(&[input(&[Key("ec2_attributes"), Key("instance_profile")], ARN_OR_NAME).own_profile_wins()])
        .role_inputs(&[&[Key("iam_instance_profile_role_arn")]])
        .outputs(&[
            output(&["iam_instance_profile_id"], PROFILE_NAME),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_instance_profile_iam_role_name"], ROLE_NAME),
            output(&["iam_instance_profile_iam_role_arn"], ROLE_ARN),
            output(&["service_iam_role_name"], ROLE_NAME).role(1),
            output(&["service_iam_role_arn"], ROLE_ARN).role(1),
            output(&["autoscaling_iam_role_name"], ROLE_NAME).role(2),
            output(&["autoscaling_iam_role_arn"], ROLE_ARN).role(2),
        ])
        .profile(PROFILE_WITH_ROLE.if_true("create_iam_instance_profile", true))
        .evidence("main.tf:184, outputs.tf:86-96 @ v3.2.0; 20 tags walked; iam_instance_profile_role_arn (since v2.3.0) goes to iam:PassRole"),
    module(&["terraform-aws-modules/iam/aws//modules/iam-assumable-role"], v(2, 7, 0).below(v(4, 0, 0)))
        .outputs(&[
            output(&["this_iam_instance_profile_name"], PROFILE_NAME),
            output(&["this_iam_instance_profile_arn"], PROFILE_ARN),
            output(&["this_iam_role_name"], ROLE_NAME),
            output(&["this_iam_role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE.if_true("create_instance_profile", false))
        .evidence("modules/iam-assumable-role/outputs.tf @ v3.16.0, v2.7.0"),
    module(&["terraform-aws-modules/iam/aws//modules/iam-assumable-role"], v(4, 0, 0).below(v(6, 0, 0)))
        .outputs(&[
            output(&["iam_instance_profile_name"], PROFILE_NAME),
            output(&["iam_instance_profile_id"], PROFILE_NAME).since(4, 5, 0),
            output(&["iam_instance_profile_arn"], PROFILE_ARN),
            output(&["iam_role_name"], ROLE_NAME),
            output(&["iam_role_arn"], ROLE_ARN),
        ])
        .profile(PROFILE.if_true("create_instance_profile", false))
        .evidence("modules/iam-assumable-role/outputs.tf, main.tf @ v5.60.0; empty unless the profile is made"),
    module(&["terraform-aws-modules/iam/aws//modules/iam-role"], v(6, 0, 0).through(v(6, 5, 0)))
        .outputs(&[
            output(&["instance_profile_name"], PROFILE_NAME),
            output(&["instance_profile_id"], PROFILE_NAME),
            output(&["instance_profile_arn"], PROFILE_ARN),
            output(&["name"], ROLE_NAME),
            output(&["arn"], ROLE_ARN),
            output(&["unique_id"], Gives::Other),
        ])
        .profile(PROFILE.if_true("create_instance_profile", false))
        .evidence("modules/iam-role/outputs.tf, main.tf @ v6.5.0; null unless the profile is made"),
    module(&["terraform-aws-modules/rds-aurora/aws"], v(10, 0, 0).through(v(10, 2, 0)))
        .inputs(&[input(&[Key("instances"), Any, Key("custom_iam_instance_profile")], Expected::Name).required_prefix(RDS_CUSTOM_PREFIX)])
        .outputs(&[
            output(&["enhanced_monitoring_iam_role_name"], ROLE_NAME),
            output(&["enhanced_monitoring_iam_role_arn"], ROLE_ARN),
        ])
        .evidence("main.tf:196, variables.tf:443 @ v10.0.0; main.tf:196 @ v10.2.0: aws_rds_cluster_instance.custom_iam_instance_profile"),
    module(&["terraform-aws-modules/rds/aws", "terraform-aws-modules/rds/aws//modules/db_instance"], v(5, 4, 0).through(v(7, 2, 0)))
        .inputs(&[input(&[Key("custom_iam_instance_profile")], Expected::Name).required_prefix(RDS_CUSTOM_PREFIX)])
        .outputs(&[
            output(&["enhanced_monitoring_iam_role_name"], ROLE_NAME),
            output(&["enhanced_monitoring_iam_role_arn"], ROLE_ARN),
        ])
        .evidence("main.tf:93, modules/db_instance/main.tf:58 @ v7.2.0; input since v5.4.0, 148 tags walked"),
];
