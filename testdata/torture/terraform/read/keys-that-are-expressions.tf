resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{}"
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app.name
}

locals {
  x = { (var.a) = 1, (var.a) = 2, "${var.b}" = 3, "${var.b}" = 4, 1 = 5, 1 = 6 }
}
