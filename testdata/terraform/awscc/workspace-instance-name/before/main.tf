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

resource "awscc_workspacesinstances_workspace_instance" "desk" {
  managed_instance = {
    image_id = "ami-0123456789abcdef0"
    iam_instance_profile = {
      name = awscc_iam_role.app.role_name
    }
  }
}
