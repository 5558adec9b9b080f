resource "awscc_iam_role" "app" {
  assume_role_policy_document = jsonencode({})
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = awscc_iam_role.app.id
}
