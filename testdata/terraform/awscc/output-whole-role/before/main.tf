module "iam" {
  source = "./iam"
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = module.iam.role.role_name
}
