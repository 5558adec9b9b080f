resource "aws_instance" "i0" {
  role = aws_iam_role.a.arn
}
