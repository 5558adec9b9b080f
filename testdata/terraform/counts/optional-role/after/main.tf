variable "create" {
  type    = bool
  default = true
}

resource "aws_iam_role" "app" {
  count = var.create ? 1 : 0
  name  = "app-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  count = length(aws_iam_role.app)
  name  = aws_iam_role.app[count.index].name
  role  = aws_iam_role.app[count.index].name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.create ? aws_iam_instance_profile.app[0].name : null
}
