module "role" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  version = ">= 3.0.0, < 6.0.0"

  create_role             = true
  create_instance_profile = true
  role_name               = "web"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.role.iam_role_name
}
