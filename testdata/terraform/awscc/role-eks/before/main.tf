resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "eks.amazonaws.com" }
    }]
  })
}

resource "awscc_eks_cluster" "c" {
  role_arn = awscc_iam_role.app.arn
}

resource "awscc_eks_nodegroup" "n" {
  node_role = awscc_iam_role.app.arn
}
