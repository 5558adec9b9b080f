resource "aws_iam_role" "a" {
  name = "a"
}

resource "aws_iam_role" "web" {
  name = "web"
}

resource "aws_instance" "i0" {
  iam_instance_profile = aws_iam_role.web.name
}
