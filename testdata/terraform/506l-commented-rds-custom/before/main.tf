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
  name = "AWSRDSCustomApp"
  role = aws_iam_role.app.name
}

# resource "aws_db_instance" "commented" {
#   instance_class              = "db.m5.large"
#   monitoring_role_arn         = aws_iam_role.other.arn
#   custom_iam_instance_profile = aws_iam_role.app.name
# }

/*
resource "aws_db_instance" "commented" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = aws_iam_role.app.name
}
*/

resource "aws_db_instance" "web" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = aws_iam_instance_profile.app.name /* aws_iam_role.app.name */
}
