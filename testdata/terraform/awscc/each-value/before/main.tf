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

locals {
  launchers = {
    web = { role = awscc_iam_role.app.role_name }
  }
}

resource "awscc_ec2_launch_template" "this" {
  for_each = local.launchers
  launch_template_data = {
    iam_instance_profile = {
      name = each.value.role
    }
  }
}
