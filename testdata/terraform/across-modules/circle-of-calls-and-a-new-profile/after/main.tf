module "iam" {
  source = "./iam"
  topic  = module.web.topic_name
}

resource "aws_iam_instance_profile" "iam" {
  name = module.iam.role_name
  role = module.iam.role_name
}

module "web" {
  source           = "./web"
  instance_profile = aws_iam_instance_profile.iam.name
}
