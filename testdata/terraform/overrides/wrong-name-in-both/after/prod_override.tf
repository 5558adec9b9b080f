resource "aws_iam_instance_profile" "app" {
  role = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_instance_profile.app.name
}
