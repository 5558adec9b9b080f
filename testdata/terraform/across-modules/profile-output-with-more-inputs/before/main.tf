module "iam" {
  source   = "./iam"
  template = aws_launch_template.web.id
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = module.iam.profile_name
  }
}
