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

resource "awscc_ec2_ec2_fleet" "web" {
  launch_template_configs = [{
    launch_template_specification = {
      launch_template_id = "lt-0123456789abcdef0"
      version            = "1"
    }
    overrides = [{
      instance_type = "c5.large"
      iam_instance_profile = {
        name = awscc_iam_instance_profile.app.instance_profile_name
      }
    }]
  }]
  target_capacity_specification = {
    total_target_capacity = 2
  }
}
