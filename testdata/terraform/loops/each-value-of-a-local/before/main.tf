resource "aws_iam_role" "app" {
  name = "app-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

locals {
  servers = {
    one = { role = aws_iam_role.app.name, size = 10 }
    two = { role = aws_iam_role.app.name, size = 20 }
  }
}

resource "aws_instance" "web" {
  for_each             = local.servers
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = each.value.role
}
