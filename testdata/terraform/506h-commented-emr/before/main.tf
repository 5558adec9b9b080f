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

# resource "aws_emr_cluster" "commented" {
#   name          = "commented"
#   release_label = "emr-7.1.0"
#   service_role  = aws_iam_role.other.arn
# 
#   ec2_attributes {
#     instance_profile = aws_iam_role.app.arn
#   }
# }

/*
resource "aws_emr_cluster" "commented" {
  name          = "commented"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = aws_iam_role.app.arn
  }
}
*/

resource "aws_emr_cluster" "web" {
  name          = "web"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.app.arn /* aws_iam_role.app.arn */
  }
}
