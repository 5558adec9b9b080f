resource "aws_iam_role" "a" {
  name = "a"
}

resource "aws_instance" "i0" {
  iam_role             = aws_iam_role.a.name
  iam_instance_profile = var.profile
}
