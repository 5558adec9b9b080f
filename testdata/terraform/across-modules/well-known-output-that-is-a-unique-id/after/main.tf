module "role" {
  source  = "cloudposse/iam-role/aws"
  version = "1.0.0"

  name                     = "web"
  instance_profile_enabled = true
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.role.instance_profile
}
