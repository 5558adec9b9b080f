resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

variable "settings" {
  type = list(map(string))
}

variable "on" {
  type = bool
}

resource "awscc_elasticbeanstalk_environment" "web" {
  option_settings = concat(
    [
      {
        namespace   = "aws:elasticbeanstalk:environment"
        option_name = "ServiceRole"
        value       = awscc_iam_role.app.role_name
      },
    ],
    var.on ? [{
      namespace   = "aws:autoscaling:launchconfiguration"
      option_name = "IamInstanceProfile"
      value       = awscc_iam_role.app.role_name
    }] : [],
    var.settings,
  )
}
