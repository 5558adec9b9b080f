resource "aws_instance" "web" {
  role = aws_iam_role.other.name
}
