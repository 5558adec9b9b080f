resource "aws_iam_instance_profile" "app" {
  roles = [var.role]
}
