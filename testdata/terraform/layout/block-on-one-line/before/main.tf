resource "aws_iam_role" "app" {
  name = "app-role"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_instance" "argument" { iam_instance_profile = aws_iam_role.app.name }

resource "aws_launch_template" "due_a_block" { iam_instance_profile = aws_iam_role.app.name }

resource "aws_instance" "made_up" { iam_role = aws_iam_role.app.name }

resource "aws_launch_template" "nested" {
  iam_instance_profile { name = aws_iam_role.app.name }
}
