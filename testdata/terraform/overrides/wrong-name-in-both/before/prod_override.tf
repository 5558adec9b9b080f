resource "aws_iam_instance_profile" "app" {
  roles = [aws_iam_role.app.name]
}

resource "aws_instance" "web" {
  role = aws_iam_role.app.name
}
