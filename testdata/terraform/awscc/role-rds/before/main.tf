resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "rds.amazonaws.com" }
    }]
  })
}

resource "awscc_rds_db_cluster" "db" {
  monitoring_role_arn = awscc_iam_role.app.arn
  associated_roles = [{
    feature_name = "s3Import"
    role_arn     = awscc_iam_role.app.arn
  }]
}

resource "awscc_rds_db_instance" "db" {
  monitoring_role_arn = awscc_iam_role.app.arn
}
