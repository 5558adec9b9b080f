variable "on" {
  type    = bool
  default = true
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

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

data "aws_iam_instance_profile" "there" {
  name = "app-profile"
}

locals {
  profile = aws_iam_instance_profile.app.arn
}

resource "aws_opsworks_stack" "reference" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = aws_iam_instance_profile.app.arn
}

resource "aws_opsworks_stack" "local" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = local.profile
}

resource "aws_opsworks_stack" "conditional" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = var.on ? aws_iam_instance_profile.app.arn : null
}

resource "aws_opsworks_stack" "data_source" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = data.aws_iam_instance_profile.there.arn
}

resource "aws_opsworks_stack" "none" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = null
}
