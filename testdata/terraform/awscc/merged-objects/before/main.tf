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
  base = {
    image_id = "ami-0123456789abcdef0"
  }
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = merge(local.base, {
    iam_instance_profile = { name = awscc_iam_role.app.role_name }
  }, { instance_type = "t3.micro" })
}
