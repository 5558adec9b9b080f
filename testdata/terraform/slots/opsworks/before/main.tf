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

resource "aws_iam_role" "ops" {
  name = "ops-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "opsworks.amazonaws.com" }
    }]
  })
}

resource "aws_opsworks_stack" "main" {
  name                         = "main"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.ops.arn
  default_instance_profile_arn = aws_iam_role.app.arn
}

resource "aws_opsworks_custom_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_ecs_cluster_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_ganglia_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_haproxy_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_java_app_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_memcached_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_mysql_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_nodejs_app_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_php_app_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_rails_app_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}

resource "aws_opsworks_static_web_layer" "main" {
  stack_id                    = "4321"
  custom_instance_profile_arn = aws_iam_role.app.name
}
