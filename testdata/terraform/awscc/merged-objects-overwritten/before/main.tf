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

variable "data" {
  type = any
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = merge(
    { iam_instance_profile = { name = awscc_iam_role.app.role_name } },
    { iam_instance_profile = { name = null } },
  )
}

resource "awscc_ec2_launch_template" "unknown" {
  launch_template_data = merge(
    { iam_instance_profile = { name = awscc_iam_role.app.role_name } },
    jsondecode(file("data.json")),
  )
}
