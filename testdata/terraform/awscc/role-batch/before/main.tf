resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "batch.amazonaws.com" }
    }]
  })
}

resource "awscc_batch_compute_environment" "jobs" {
  type         = "MANAGED"
  service_role = awscc_iam_role.app.arn
  compute_resources = {
    spot_iam_fleet_role = awscc_iam_role.app.arn
    type                = "SPOT"
  }
}
