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
  profile = aws_iam_instance_profile.app.name
}

resource "aws_imagebuilder_infrastructure_configuration" "reference" {
  name                  = "reference"
  instance_profile_name = aws_iam_instance_profile.app.name
}

resource "aws_imagebuilder_infrastructure_configuration" "local" {
  name                  = "local"
  instance_profile_name = local.profile
}

resource "aws_imagebuilder_infrastructure_configuration" "conditional" {
  name                  = "conditional"
  instance_profile_name = var.on ? aws_iam_instance_profile.app.name : null
}

resource "aws_imagebuilder_infrastructure_configuration" "data_source" {
  name                  = "data_source"
  instance_profile_name = data.aws_iam_instance_profile.there.name
}

resource "aws_imagebuilder_infrastructure_configuration" "literal" {
  name                  = "literal"
  instance_profile_name = "app-profile"
}

resource "aws_imagebuilder_infrastructure_configuration" "none" {
  name                  = "none"
  instance_profile_name = null
}
