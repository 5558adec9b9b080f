resource "aws_iam_role" "x" {
  name = "x"
}

resource "aws_iam_role" "y" {
  name = "y"
  tags = { i = aws_instance.i0.id }
}

resource "aws_instance" "i0" {
  iam_role             = aws_iam_role.x.name
  iam_instance_profile = aws_iam_role.y.name
}

resource "aws_instance" "i1" {
  iam_role = aws_iam_role.x.name
  # ipfix:ignore
  iam_instance_profile = aws_iam_role.y.name
}
