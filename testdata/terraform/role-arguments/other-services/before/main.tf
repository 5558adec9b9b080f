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

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_glue_job" "etl" {
  name     = "etl"
  role_arn = aws_iam_role.app.arn
}

resource "aws_backup_selection" "all" {
  name         = "all"
  iam_role_arn = aws_iam_role.app.arn
}

resource "aws_dlm_lifecycle_policy" "daily" {
  description        = "daily"
  execution_role_arn = aws_iam_role.app.arn
}

resource "aws_codedeploy_deployment_group" "web" {
  app_name              = "web"
  deployment_group_name = "web"
  service_role_arn      = aws_iam_role.app.arn
}
