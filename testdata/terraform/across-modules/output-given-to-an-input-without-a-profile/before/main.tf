module "iam_role" {
  source = "./modules/iam"
}

module "ec2_instance" {
  source        = "./modules/ec2"
  iam_role_name = module.iam_role.role_name
}
