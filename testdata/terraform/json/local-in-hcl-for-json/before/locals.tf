locals {
  profile = aws_iam_role.app.name
}
