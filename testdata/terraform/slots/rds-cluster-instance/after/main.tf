resource "aws_iam_role" "app" {
  name = "AWSRDSCustomApp"
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
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_rds_cluster_instance" "main" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = aws_iam_instance_profile.app.name
}
