module "iam" {
  source = "./iam"
}

resource "awscc_iam_instance_profile" "iam" {
  instance_profile_name = module.iam.role.role_name
  roles                 = [module.iam.role.role_name]
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = awscc_iam_instance_profile.iam.instance_profile_name
}
