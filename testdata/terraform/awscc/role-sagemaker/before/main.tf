resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
    }]
  })
}

resource "awscc_sagemaker_model" "m" {
  execution_role_arn = awscc_iam_role.app.arn
}

resource "awscc_sagemaker_notebook_instance" "n" {
  role_arn = awscc_iam_role.app.arn
}
