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

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    image_id  = "ami-0123456789abcdef0"
    user_data = base64encode(awscc_iam_role.app.role_name)
    tag_specifications = [{
      resource_type = "instance"
      tags          = [{ key = "iam_instance_profile", value = awscc_iam_role.app.role_name }]
    }]
  }
}
