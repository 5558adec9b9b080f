resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = local.a0 ? aws_iam_instance_profile.app.name : null
}

locals {
  a0 = local.a1 || local.a1 || local.a1 || local.a1 || local.a1 || local.a1
  a1 = local.a2 || local.a2 || local.a2 || local.a2 || local.a2 || local.a2
  a2 = local.a3 || local.a3 || local.a3 || local.a3 || local.a3 || local.a3
  a3 = local.a4 || local.a4 || local.a4 || local.a4 || local.a4 || local.a4
  a4 = local.a5 || local.a5 || local.a5 || local.a5 || local.a5 || local.a5
  a5 = local.a6 || local.a6 || local.a6 || local.a6 || local.a6 || local.a6
  a6 = local.a7 || local.a7 || local.a7 || local.a7 || local.a7 || local.a7
  a7 = local.a8 || local.a8 || local.a8 || local.a8 || local.a8 || local.a8
  a8 = local.a9 || local.a9 || local.a9 || local.a9 || local.a9 || local.a9
  a9 = true
}
