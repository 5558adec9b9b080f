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

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = aws_iam_role.app.name
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    iam_instance_profile = {
      arn = aws_iam_role.app.arn
    }
  }
}
