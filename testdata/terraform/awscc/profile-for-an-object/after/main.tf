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
  instance_profile_name = "app-profile"
  roles                 = [awscc_iam_role.app.role_name]
}

resource "awscc_ec2_ec2_fleet" "web" {
  launch_template_configs = [{
    overrides = [{
      iam_instance_profile = { arn = awscc_iam_instance_profile.app.arn }
    }]
  }]
}
