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
  data = {
    image_id = "ami-0123456789abcdef0"
    tags     = awscc_iam_role.app.role_name
  }
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = local.data
}

resource "awscc_ec2_launch_template" "given" {
  launch_template_data = merge(local.data, { instance_type = "t3.micro" })
}
