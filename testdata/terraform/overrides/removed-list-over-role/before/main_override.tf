resource "aws_iam_instance_profile" "app" {
  roles = [aws_iam_role.app.name]
}
