variable "env" {
  type = string
}

resource "aws_iam_role" "app" {
  name = lower(var.env)

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
  name = "app"
  role = aws_iam_role.app.name
}

resource "aws_iam_instance_profile" "other" {
  name = "other"
  role = "${var.env}-role"
}
