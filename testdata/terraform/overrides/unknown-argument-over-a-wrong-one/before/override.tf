resource "aws_instance" "i0" {
  iam_role = aws_iam_role.a.name
}
