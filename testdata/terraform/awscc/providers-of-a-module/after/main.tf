module "iam" {
  source    = "./iam"
  providers = { awscc = awscc.west }
}

resource "awscc_iam_instance_profile" "iam" {
  provider              = awscc.west
  instance_profile_name = module.iam.role_name
  roles                 = [module.iam.role_name]
}

resource "awscc_ec2_instance" "web" {
  provider             = awscc.west
  iam_instance_profile = awscc_iam_instance_profile.iam.instance_profile_name
}
