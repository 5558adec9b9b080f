resource "aws_iam_role" "a" {
  name = "a"
}

resource "aws_iam_role" "web" {
  name = "web"
}

resource "aws_iam_instance_profile" "web" {
  name = aws_iam_role.web.name
  role = aws_iam_role.web.name
}

resource "aws_instance" "i0" {
  iam_instance_profile = aws_iam_instance_profile.web.name
}
