resource "awscc_iam_role" "this" {
  role_name = "web-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

output "role_name" {
  value = awscc_iam_role.this.role_name
}
