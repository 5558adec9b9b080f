variable "profile_arn" {
  type    = string
  default = null
}

variable "create" {
  type    = bool
  default = true
}

resource "aws_iam_role" "app" {
  name = "app-role"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

locals {
  arn  = var.create ? aws_iam_instance_profile.app.arn : null
  name = var.create ? null : "of-the-account"
}

resource "aws_launch_template" "dynamic" {
  dynamic "iam_instance_profile" {
    for_each = local.name != null || local.arn != null ? [1] : []

    content {
      name = local.name
      arn  = local.arn
    }
  }
}

resource "aws_launch_template" "variable" {
  iam_instance_profile {
    arn  = var.profile_arn
    name = var.profile_arn == null ? aws_iam_instance_profile.app.name : null
  }
}
