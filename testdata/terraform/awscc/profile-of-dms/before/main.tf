resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "dms.amazonaws.com" }
    }]
  })
}

resource "awscc_dms_instance_profile" "dms" {
  instance_profile_name = awscc_iam_role.app.role_name
}

resource "awscc_dms_migration_project" "dms" {
  instance_profile_name       = awscc_iam_role.app.role_name
  instance_profile_identifier = awscc_iam_role.app.arn
  instance_profile_arn        = awscc_iam_role.app.arn
}
