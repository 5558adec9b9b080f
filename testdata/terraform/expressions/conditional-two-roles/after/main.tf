variable "prod" {
  type    = bool
  default = true
}

resource "aws_iam_role" "a" {
  name = "a-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "a" {
  name = aws_iam_role.a.name
  role = aws_iam_role.a.name
}

resource "aws_iam_role" "b" {
  name = "b-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "b" {
  name = aws_iam_role.b.name
  role = aws_iam_role.b.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.prod ? aws_iam_instance_profile.a.name : aws_iam_instance_profile.b.name
}
