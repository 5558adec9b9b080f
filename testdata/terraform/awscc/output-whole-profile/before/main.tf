module "iam" {
  source = "./iam"
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = module.iam.role_name
}

resource "awscc_pcs_compute_node_group" "nodes" {
  iam_instance_profile_arn = module.iam.role_name
}
