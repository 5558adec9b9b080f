resource "aws_iam_role" "é" {
  name = "e"
}

resource "aws_instance" "i" {
  iam_instance_profile = aws_iam_role.é.name
}
