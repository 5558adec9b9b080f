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
  name               = "${var.env}-a"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "a" {
  name = aws_iam_role.a.name
  role = aws_iam_role.a.name
}

resource "aws_instance" "x" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile = aws_iam_instance_profile.a.name
}

resource "aws_launch_template" "y" {
  iam_instance_profile {
    arn = "${var.env}-a"
  }
}

variable "env" {
  default = "test"
}
