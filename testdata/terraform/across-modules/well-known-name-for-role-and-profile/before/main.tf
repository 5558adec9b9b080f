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

module "runner" {
  source  = "cattle-ops/gitlab-runner/aws"
  version = "9.5.2"

  runner_role = {
    role_profile_name = aws_iam_role.app.name
  }
}
