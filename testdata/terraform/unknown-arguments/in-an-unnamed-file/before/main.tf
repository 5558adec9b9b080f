locals {
  l0 = aws_iam_role.r.name
}

resource "aws_instance" "a" {
  iam_instance_profile = local.l0
}
