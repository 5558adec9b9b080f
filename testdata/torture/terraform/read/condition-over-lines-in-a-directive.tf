resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{}"
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app.name
}

locals {
  x = "%{ if var.a
    && var.b }y%{ endif }"
}
