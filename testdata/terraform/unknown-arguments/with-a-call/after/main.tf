resource "aws_iam_role" "app" {
  name = join("-", [var.env, "app"])
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_instance" "l0" {
  iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_iam_role" "x" {
  name = join("-", [var.env, "x"])
}

resource "aws_iam_instance_profile" "x" {
  name = aws_iam_role.x.name
  role = aws_iam_role.x.name
}

resource "aws_instance" "j1" {

  iam_instance_profile = aws_iam_instance_profile.x.name
}
