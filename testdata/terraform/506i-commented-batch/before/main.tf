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

# resource "aws_batch_compute_environment" "commented" {
#   service_role = aws_iam_role.other.arn
#   type         = "MANAGED"
# 
#   compute_resources {
#     instance_role       = aws_iam_role.app.arn
#     spot_iam_fleet_role = aws_iam_role.other.arn
#     type                = "SPOT"
#   }
# }

/*
resource "aws_batch_compute_environment" "commented" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = aws_iam_role.app.arn
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}
*/

resource "aws_batch_compute_environment" "web" {
  service_role = aws_iam_role.other.arn
  type         = "MANAGED"

  compute_resources {
    instance_role       = aws_iam_instance_profile.app.arn /* aws_iam_role.app.arn */
    spot_iam_fleet_role = aws_iam_role.other.arn
    type                = "SPOT"
  }
}
