inputs = {
  iam_instance_profile = aws_iam_role.app.name
}
