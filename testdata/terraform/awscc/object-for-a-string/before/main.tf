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

resource "awscc_ec2_instance" "object" {
  iam_instance_profile = { name = awscc_iam_role.app.role_name }
}

resource "awscc_ec2_instance" "block" {
  iam_instance_profile {
    name = awscc_iam_role.app.role_name
  }
}

resource "awscc_ec2_instance" "list" {
  iam_instance_profile = [awscc_iam_role.app.role_name]
}

resource "awscc_batch_compute_environment" "jobs" {
  compute_resources = {
    type          = "EC2"
    instance_role = { arn = awscc_iam_role.app.arn }
  }
}
