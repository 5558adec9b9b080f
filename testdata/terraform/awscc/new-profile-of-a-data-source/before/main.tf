data "awscc_iam_role" "app" {
  id = "app-role"
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = data.awscc_iam_role.app.role_name
}
