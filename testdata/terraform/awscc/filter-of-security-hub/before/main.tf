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

resource "awscc_securityhub_insight" "roles" {
  filters = {
    resource_aws_ec_2_instance_iam_instance_profile_arn = [{
      comparison = "EQUALS"
      value      = awscc_iam_role.app.arn
    }]
  }
}
