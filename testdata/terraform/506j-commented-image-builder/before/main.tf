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

# resource "aws_imagebuilder_infrastructure_configuration" "commented" {
#   name                  = "commented"
#   instance_profile_name = aws_iam_role.app.name
# }

/*
resource "aws_imagebuilder_infrastructure_configuration" "commented" {
  name                  = "commented"
  instance_profile_name = aws_iam_role.app.name
}
*/

resource "aws_imagebuilder_infrastructure_configuration" "web" {
  name                  = "web"
  instance_profile_name = aws_iam_instance_profile.app.name /* aws_iam_role.app.name */
}
