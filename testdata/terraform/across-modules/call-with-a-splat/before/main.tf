variable "create" {
  type    = bool
  default = true
}

module "iam" {
  count  = var.create ? 1 : 0
  source = "./iam"
  name   = "web"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = one(module.iam[*].role_name)
}
