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

# resource "aws_rds_cluster_instance" "commented" {
#   cluster_identifier          = "main"
#   engine                      = "aurora-mysql"
#   instance_class              = "db.r5.large"
#   custom_iam_instance_profile = aws_iam_role.app.name
# }

/*
resource "aws_rds_cluster_instance" "commented" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = aws_iam_role.app.name
}
*/

resource "aws_rds_cluster_instance" "web" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = aws_iam_instance_profile.app.name /* aws_iam_role.app.name */
}
