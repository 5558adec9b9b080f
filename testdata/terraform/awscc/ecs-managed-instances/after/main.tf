resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "awscc_iam_instance_profile" "app" {
  instance_profile_name = awscc_iam_role.app.role_name
  roles                 = [awscc_iam_role.app.role_name]
}

resource "awscc_iam_role" "ecs" {
  role_name = "ecs-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs.amazonaws.com" }
    }]
  })
}

resource "awscc_ecs_capacity_provider" "web" {
  name = "web"
  managed_instances_provider = {
    infrastructure_role_arn = awscc_iam_role.ecs.arn
    instance_launch_template = {
      ec_2_instance_profile_arn = awscc_iam_instance_profile.app.arn
    }
  }
}
