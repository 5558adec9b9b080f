resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app["web"].name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    arn = aws_iam_role.app.arn
  }
}
