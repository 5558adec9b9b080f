module "iam" {
  source   = "./iam"
  count    = 1
  template = aws_launch_template.web.id
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = module.iam[0].role_name
  }
}
