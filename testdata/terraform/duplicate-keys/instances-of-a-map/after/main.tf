resource "aws_iam_role" "app" {
  for_each = { a = 1, b = 2, a = 3 }
  name     = "app-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "app" {
  for_each = aws_iam_role.app
  name     = each.value.name
  role     = each.value.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app["a"].name
}
