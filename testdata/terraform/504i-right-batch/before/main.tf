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

resource "aws_batch_compute_environment" "reference" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = aws_iam_instance_profile.app.arn
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "local" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = local.profile
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "conditional" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = var.on ? aws_iam_instance_profile.app.arn : null
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "data_source" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = data.aws_iam_instance_profile.there.arn
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "none" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = null
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}
