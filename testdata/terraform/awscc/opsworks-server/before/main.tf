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

resource "awscc_iam_role" "service" {
  role_name = "service-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "opsworks-cm.amazonaws.com" }
    }]
  })
}

resource "awscc_opsworkscm_server" "puppet" {
  instance_type        = "m5.large"
  instance_profile_arn = awscc_iam_role.app.arn
  service_role_arn     = awscc_iam_role.service.arn
}
