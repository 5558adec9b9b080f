data "aws_iam_role" "app" {
  name = "app-role"
}

resource "aws_iam_instance_profile" "app" {
  name_prefix = "${data.aws_iam_role.app.name}-"
  role        = data.aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app.name
}
