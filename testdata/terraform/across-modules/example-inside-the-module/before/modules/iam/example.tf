module "example" {
  source = "../iam"
}

resource "aws_instance" "example" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.example.role_name
}
