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

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

module "emr" {
  source  = "terraform-aws-modules/emr/aws"
  version = "2.4.0"

  create_iam_instance_profile   = false
  iam_instance_profile_role_arn = aws_iam_role.app.arn

  ec2_attributes = {
    instance_profile = aws_iam_instance_profile.app.arn
  }
}
