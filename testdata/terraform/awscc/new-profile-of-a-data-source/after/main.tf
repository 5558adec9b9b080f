data "awscc_iam_role" "app" {
  id = "app-role"
}

resource "awscc_iam_instance_profile" "app" {
  roles = [data.awscc_iam_role.app.role_name]
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = awscc_iam_instance_profile.app.instance_profile_name
}
