resource "aws_iam_instance_profile" "app" {
  name_prefix = "${aws_iam_role.app.name}-"
  role        = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app["web"].name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    arn = aws_iam_instance_profile.app.arn
  }
}
