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

# resource "aws_opsworks_stack" "commented" {
#   name                         = "main"
#   region                       = "eu-west-1"
#   service_role_arn             = aws_iam_role.other.arn
#   default_instance_profile_arn = aws_iam_role.app.arn
# }

/*
resource "aws_opsworks_stack" "commented" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = aws_iam_role.app.arn
}
*/

resource "aws_opsworks_stack" "web" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.other.arn
  default_instance_profile_arn = aws_iam_instance_profile.app.arn /* aws_iam_role.app.arn */
}
