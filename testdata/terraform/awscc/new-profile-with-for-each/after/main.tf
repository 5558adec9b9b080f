resource "awscc_iam_role" "app" {
  for_each  = toset(["web", "db"])
  role_name = "app-${each.key}"
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
  for_each              = awscc_iam_role.app
  instance_profile_name = each.value.role_name
  roles                 = [each.value.role_name]
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = awscc_iam_instance_profile.app["web"].instance_profile_name
}

resource "awscc_ec2_launch_template" "web" {
  for_each = toset(["web", "db"])
  launch_template_data = {
    iam_instance_profile = {
      name = awscc_iam_instance_profile.app[each.key].instance_profile_name
    }
  }
}
