locals {
  l0 = aws_iam_role.r.name
}

resource "aws_iam_instance_profile" "r" {
  name = aws_iam_role.r.name
  role = aws_iam_role.r.name
}

resource "aws_instance" "a" {
  iam_instance_profile = aws_iam_instance_profile.r.name
}
