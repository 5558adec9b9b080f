resource "awscc_iam_role" "app" {
  role_name = "AWSPCS-app"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "awscc_pcs_compute_node_group" "nodes" {
  cluster_id               = "pcs_0123456789"
  iam_instance_profile_arn = awscc_iam_role.app.arn
  subnet_ids               = ["subnet-0123456789abcdef0"]
}
