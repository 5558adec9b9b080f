locals {
  profile = aws_iam_instance_profile.app.name
}
