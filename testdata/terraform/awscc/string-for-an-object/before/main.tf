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

resource "awscc_ec2_launch_template" "name" {
  launch_template_data = {
    image_id             = "ami-0123456789abcdef0"
    iam_instance_profile = awscc_iam_role.app.role_name
  }
}

resource "awscc_ec2_launch_template" "arn" {
  launch_template_data = {
    iam_instance_profile = awscc_iam_role.app.arn
    image_id             = "ami-0123456789abcdef0"
  }
}
