variable "on" {
  type    = bool
  default = true
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

resource "aws_iam_instance_profile" "app" {
  name = "AWSRDSCustomApp"
  role = aws_iam_role.app.name
}

data "aws_iam_instance_profile" "there" {
  name = "app-profile"
}

locals {
  profile = aws_iam_instance_profile.app.name
}

resource "aws_rds_cluster_instance" "reference" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_rds_cluster_instance" "local" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = local.profile
}

resource "aws_rds_cluster_instance" "conditional" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = var.on ? aws_iam_instance_profile.app.name : null
}

resource "aws_rds_cluster_instance" "data_source" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = data.aws_iam_instance_profile.there.name
}

resource "aws_rds_cluster_instance" "literal" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_rds_cluster_instance" "none" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = null
}
