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

# resource "aws_spot_fleet_request" "commented" {
#   iam_fleet_role  = aws_iam_role.other.arn
#   target_capacity = 1
# 
#   launch_specification {
#     ami                      = "ami-0123456789abcdef0"
#     instance_type            = "m5.large"
#     iam_instance_profile_arn = aws_iam_role.app.arn
#   }
# }

/*
resource "aws_spot_fleet_request" "commented" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = aws_iam_role.app.arn
  }
}
*/

resource "aws_spot_fleet_request" "web" {
  iam_fleet_role  = aws_iam_role.other.arn
  target_capacity = 1

  launch_specification {
    ami                      = "ami-0123456789abcdef0"
    instance_type            = "m5.large"
    iam_instance_profile_arn = aws_iam_instance_profile.app.arn /* aws_iam_role.app.arn */
  }
}
