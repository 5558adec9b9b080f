variable "profiles" {
  type = map(string)
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.profiles["web"]
}

resource "aws_ssm_parameter" "role" {
  name  = "role"
  type  = "String"
  value = var.profiles["log"]
}
