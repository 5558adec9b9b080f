resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "elasticbeanstalk.amazonaws.com" }
    }]
  })
}

resource "awscc_elasticbeanstalk_environment" "web" {
  option_settings = [
    {
      namespace   = "aws:elasticbeanstalk:environment"
      option_name = "ServiceRole"
      value       = awscc_iam_role.app.role_name
    },
    {
      namespace   = "aws:elasticbeanstalk:application:environment"
      option_name = "IamInstanceProfile"
      value       = awscc_iam_role.app.role_name
    },
  ]
}
