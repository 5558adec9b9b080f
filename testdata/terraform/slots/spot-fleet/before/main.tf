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

resource "aws_iam_role" "fleet" {
  name = "fleet-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "spotfleet.amazonaws.com" }
    }]
  })
}

resource "aws_spot_fleet_request" "batch" {
  iam_fleet_role  = aws_iam_role.fleet.arn
  target_capacity = 2

  launch_specification {
    ami                  = "ami-0123456789abcdef0"
    instance_type        = "m5.large"
    iam_instance_profile = aws_iam_role.app.name
  }

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "c5.large"
    iam_instance_profile_arn = aws_iam_role.app.arn
  }
}
