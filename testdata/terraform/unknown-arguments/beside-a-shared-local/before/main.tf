data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

locals {
  p = aws_iam_role.b.name
}

resource "aws_instance" "x" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  role         = aws_iam_role.a.name
  iam_role_arn = local.p
}

resource "aws_instance" "y" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile = local.p
}
