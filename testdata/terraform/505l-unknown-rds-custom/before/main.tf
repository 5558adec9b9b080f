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

resource "aws_db_instance" "variable" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = var.profile
}

resource "aws_db_instance" "output" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = module.iam.profile
}

resource "aws_db_instance" "parameter" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = data.aws_ssm_parameter.profile.value
}

resource "aws_db_instance" "literal" {
  instance_class              = "db.m5.large"
  monitoring_role_arn         = aws_iam_role.other.arn
  custom_iam_instance_profile = "made-elsewhere"
}
