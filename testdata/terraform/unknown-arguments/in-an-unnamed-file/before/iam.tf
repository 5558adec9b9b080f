resource "aws_iam_role" "r" {
}

resource "aws_instance" "b" {
  instance_role = local.l0
}
