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
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "b" {
  name               = "other"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "one" {
  name = "p1"
  role = aws_iam_role.a.name
}

resource "aws_iam_instance_profile" "two" {
  name = "app"
  role = aws_iam_role.b.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.one.role
}
