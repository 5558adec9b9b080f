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

resource "aws_spot_fleet_request" "variable" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = var.profile
  }
}

resource "aws_spot_fleet_request" "output" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = module.iam.profile
  }
}

resource "aws_spot_fleet_request" "parameter" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = data.aws_ssm_parameter.profile.value
  }
}

resource "aws_spot_fleet_request" "literal" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = "arn:aws:iam::123456789012:instance-profile/made-elsewhere"
  }
}
