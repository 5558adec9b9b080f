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

output "role_name" {
  value = aws_iam_role.app.name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = aws_iam_role.app.name
  }
}
