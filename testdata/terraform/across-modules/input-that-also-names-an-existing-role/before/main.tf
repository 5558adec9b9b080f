variable "instance_profile" {
  type = string
}

data "aws_iam_role" "given" {
  name = var.instance_profile
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = data.aws_iam_role.given.name
  policy = "{}"
}

module "web" {
  source           = "./ec2"
  instance_profile = var.instance_profile
}
