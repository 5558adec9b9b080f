module "app" {
  source = "./app"
}

resource "aws_iam_instance_profile" "app" {
  name = module.app.role_name
  role = module.app.role_name
}
