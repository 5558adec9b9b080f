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

resource "awscc_iam_role" "batch" {
  role_name = "batch-role"
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
  service_role = awscc_iam_role.batch.arn
  compute_resources = {
    instance_role       = awscc_iam_role.app.arn
    maxv_cpus           = 16
    spot_iam_fleet_role = awscc_iam_role.batch.arn
    subnets             = ["subnet-0123456789abcdef0"]
    type                = "SPOT"
  }
}
