resource "aws_iam_role" "app" {
  name = join("-", [var.env, "app"])
}

resource "aws_instance" "l0" {
  role     = join("-", [var.env, "app"])
  iam_role = aws_iam_role.app.arn
}

resource "aws_iam_role" "x" {
  name = join("-", [var.env, "x"])
}

resource "aws_instance" "j1" {
  iam_role = aws_iam_role.x.name

  iam_instance_profile {
    name = join("-", [var.env, "x"])
  }
}
