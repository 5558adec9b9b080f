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

resource "aws_emr_cluster" "reference" {
  name          = "reference"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.app.arn
  }
}

resource "aws_emr_cluster" "local" {
  name          = "local"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = local.profile
  }
}

resource "aws_emr_cluster" "conditional" {
  name          = "conditional"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = var.on ? aws_iam_instance_profile.app.arn : null
  }
}

resource "aws_emr_cluster" "data_source" {
  name          = "data_source"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = data.aws_iam_instance_profile.there.arn
  }
}

resource "aws_emr_cluster" "none" {
  name          = "none"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = null
  }
}
