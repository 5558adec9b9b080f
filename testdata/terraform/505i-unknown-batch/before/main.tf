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

resource "aws_batch_compute_environment" "variable" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = var.profile
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "output" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = module.iam.profile
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "parameter" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = data.aws_ssm_parameter.profile.value
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}

resource "aws_batch_compute_environment" "literal" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = "arn:aws:iam::123456789012:instance-profile/made-elsewhere"
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}
