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

resource "aws_db_instance" "reference" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_db_instance" "local" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = local.profile
}

resource "aws_db_instance" "conditional" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = var.on ? aws_iam_instance_profile.app.name : null
}

resource "aws_db_instance" "data_source" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = data.aws_iam_instance_profile.there.name
}

resource "aws_db_instance" "literal" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_db_instance" "none" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = null
}
