resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{}"
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app.name
}

locals {
  x = { _ = 1, z = 2, _ = 3, z = 4, y = 5, "_" = 6, y = 7 }
}
