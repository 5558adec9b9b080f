module "iam_role" {
  source = "./modules/iam"
}

resource "aws_iam_instance_profile" "iam_role" {
  name = module.iam_role.role_name
  role = module.iam_role.role_name
}

module "ec2_instance" {
  source        = "./modules/ec2"
  iam_role_name = aws_iam_instance_profile.iam_role.name
}
