resource "aws_instance" "i" {
  iam_instance_profile = "r"
}

resource "aws_iam_role" "r" {
  name        = "r"
  description = "%{for x in [aws_instance.i.id]}${x}%{endfor}"
}

resource "aws_instance" "j" {
  iam_instance_profile = "s"
}

resource "aws_iam_role" "s" {
  name        = "s"
  description = resource.aws_instance.j.id
}

resource "aws_instance" "k" {
  iam_instance_profile = "t"
}

resource "aws_iam_role" "t" {
  name        = "t"
  description = (aws_instance["k"]).id
}
