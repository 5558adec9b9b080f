module "iam" {
  source = "./iam"
}

module "web" {
  source           = "./ec2"
  instance_profile = module.iam.role_name
}
