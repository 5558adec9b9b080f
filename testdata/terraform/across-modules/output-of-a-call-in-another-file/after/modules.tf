module "iam" {
  source = "./iam"
}

resource "aws_iam_instance_profile" "iam" {
  name = module.iam.role_name
  role = module.iam.role_name
}
