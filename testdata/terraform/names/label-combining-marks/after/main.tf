resource "aws_iam_role" "é" {
  name = "e"
}

resource "aws_iam_instance_profile" "é" {
  name = aws_iam_role.é.name
  role = aws_iam_role.é.name
}

resource "aws_instance" "i" {
  iam_instance_profile = aws_iam_instance_profile.é.name
}
