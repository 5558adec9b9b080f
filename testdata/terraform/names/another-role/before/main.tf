data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

variable "a" {
  type    = string
  default = "a"
}

variable "b" {
  type    = string
  default = "b"
}

resource "aws_iam_role" "app" {
  name               = var.a
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "other" {
  name               = var.b
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "x" {
  name = var.b
  role = aws_iam_role.other.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.app.name
}
