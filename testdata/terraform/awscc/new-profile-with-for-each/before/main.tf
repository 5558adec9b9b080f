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

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = awscc_iam_role.app["web"].role_name
}

resource "awscc_ec2_launch_template" "web" {
  for_each = toset(["web", "db"])
  launch_template_data = {
    iam_instance_profile = {
      name = awscc_iam_role.app[each.key].role_name
    }
  }
}
