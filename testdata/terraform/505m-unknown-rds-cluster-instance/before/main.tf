variable "profile" {
  type    = string
  default = "app-role"
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

resource "aws_rds_cluster_instance" "variable" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = var.profile
}

resource "aws_rds_cluster_instance" "output" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = module.iam.profile
}

resource "aws_rds_cluster_instance" "parameter" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = data.aws_ssm_parameter.profile.value
}

resource "aws_rds_cluster_instance" "literal" {
  cluster_identifier          = "main"
  engine                      = "aurora-mysql"
  instance_class              = "db.r5.large"
  custom_iam_instance_profile = "made-elsewhere"
}
