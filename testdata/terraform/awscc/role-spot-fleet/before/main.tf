resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "spotfleet.amazonaws.com" }
    }]
  })
}

resource "awscc_ec2_spot_fleet" "web" {
  spot_fleet_request_config_data = {
    iam_fleet_role  = awscc_iam_role.app.arn
    target_capacity = 2
  }
}
