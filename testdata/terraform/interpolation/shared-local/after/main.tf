resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "${file("trust.json")}"
}

resource "aws_iam_instance_profile" "app" {
  name = "${aws_iam_role.app.name}"
  role = "${aws_iam_role.app.name}"
}

locals {
  role = "${aws_iam_role.app.name}"
}

output "role" {
  value = "${local.role}"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_instance_profile.app.name}"
}
