resource "aws_iam_instance_profile" "app" {
  role = aws_iam_role.app.name
}
