resource "aws_iam_role" "x" {
  name = "${terraform.workspace}-x"
}

resource "aws_iam_instance_profile" "x" {
  name = aws_iam_role.x.name
  role = aws_iam_role.x.name
}

resource "aws_instance" "l0" {
  iam_instance_profile = aws_iam_instance_profile.x.name
}

resource "aws_instance" "l1" {
  iam_instance_profile = var.c ? aws_iam_role.x.id : "${terraform.workspace}-x"
}

resource "aws_iam_role" "db" {
  name = "${var.env}-db"
}

resource "aws_iam_instance_profile" "db" {
  name = aws_iam_role.db.name
  role = aws_iam_role.db.name
}

resource "aws_instance" "k2" {
  iam_role = "${var.env}-db"
}

resource "aws_instance" "l3" {
  iam_instance_profile = aws_iam_instance_profile.db.name
}
