variable "prod" {
  type    = bool
  default = true
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.prod ? aws_iam_role.a.name : aws_iam_role.b.name
}
