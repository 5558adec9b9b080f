source "amazon-ebs" "web" {
  iam_instance_profile = aws_iam_role.app.name
}
