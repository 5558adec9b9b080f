variable "profile" {
  type    = string
  default = "app-role"
}

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

resource "aws_iam_role" "other" {
  name = "other-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_opsworks_stack" "variable" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = var.profile
}

resource "aws_opsworks_stack" "output" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = module.iam.profile
}

resource "aws_opsworks_stack" "parameter" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = data.aws_ssm_parameter.profile.value
}

resource "aws_opsworks_stack" "literal" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = "arn:aws:iam::123456789012:instance-profile/made-elsewhere"
}
