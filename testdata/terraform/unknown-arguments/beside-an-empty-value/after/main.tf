resource "aws_iam_role" "x" {
  name = "x"
}

resource "aws_iam_instance_profile" "x" {
  name = aws_iam_role.x.name
  role = aws_iam_role.x.name
}

resource "aws_instance" "i0" {
  iam_instance_profile = aws_iam_instance_profile.x.name
}

resource "aws_instance" "i1" {
  iam_role             = aws_iam_role.x.name
  iam_instance_profile = []
}

resource "aws_instance" "i2" {
  iam_role             = aws_iam_role.x.name
  iam_instance_profile = { name = aws_iam_role.x.name, arn = aws_iam_role.x.arn }
}

resource "aws_instance" "i3" {
  iam_role = aws_iam_role.x.name
  iam_instance_profile {}
}

resource "aws_instance" "i4" {
  iam_instance_profile = { name = aws_iam_role.x.name, arn = aws_iam_role.x.arn }
}
