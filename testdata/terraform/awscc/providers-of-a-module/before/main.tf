module "iam" {
  source    = "./iam"
  providers = { awscc = awscc.west }
}

resource "awscc_ec2_instance" "web" {
  provider             = awscc.west
  iam_instance_profile = module.iam.role_name
}
