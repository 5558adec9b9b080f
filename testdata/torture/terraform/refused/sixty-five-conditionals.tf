resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{}"
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.app.name
}

locals {
  x = var.n == 0 ? 0 : var.n == 1 ? 1 : var.n == 2 ? 2 : var.n == 3 ? 3 : var.n == 4 ? 4 : var.n == 5 ? 5 : var.n == 6 ? 6 : var.n == 7 ? 7 : var.n == 8 ? 8 : var.n == 9 ? 9 : var.n == 10 ? 10 : var.n == 11 ? 11 : var.n == 12 ? 12 : var.n == 13 ? 13 : var.n == 14 ? 14 : var.n == 15 ? 15 : var.n == 16 ? 16 : var.n == 17 ? 17 : var.n == 18 ? 18 : var.n == 19 ? 19 : var.n == 20 ? 20 : var.n == 21 ? 21 : var.n == 22 ? 22 : var.n == 23 ? 23 : var.n == 24 ? 24 : var.n == 25 ? 25 : var.n == 26 ? 26 : var.n == 27 ? 27 : var.n == 28 ? 28 : var.n == 29 ? 29 : var.n == 30 ? 30 : var.n == 31 ? 31 : var.n == 32 ? 32 : var.n == 33 ? 33 : var.n == 34 ? 34 : var.n == 35 ? 35 : var.n == 36 ? 36 : var.n == 37 ? 37 : var.n == 38 ? 38 : var.n == 39 ? 39 : var.n == 40 ? 40 : var.n == 41 ? 41 : var.n == 42 ? 42 : var.n == 43 ? 43 : var.n == 44 ? 44 : var.n == 45 ? 45 : var.n == 46 ? 46 : var.n == 47 ? 47 : var.n == 48 ? 48 : var.n == 49 ? 49 : var.n == 50 ? 50 : var.n == 51 ? 51 : var.n == 52 ? 52 : var.n == 53 ? 53 : var.n == 54 ? 54 : var.n == 55 ? 55 : var.n == 56 ? 56 : var.n == 57 ? 57 : var.n == 58 ? 58 : var.n == 59 ? 59 : var.n == 60 ? 60 : var.n == 61 ? 61 : var.n == 62 ? 62 : var.n == 63 ? 63 : var.n == 64 ? 64 : 0
}
