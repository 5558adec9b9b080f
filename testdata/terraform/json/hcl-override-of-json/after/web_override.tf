resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_instance_profile.app.name
}
