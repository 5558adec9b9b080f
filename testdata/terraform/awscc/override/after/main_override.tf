resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    iam_instance_profile = {
      arn = awscc_iam_instance_profile.app.arn
    }
  }
}
