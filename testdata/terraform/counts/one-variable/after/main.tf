data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "app" {
  count              = var.a ? 1 : 0
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "app" {
  count = var.a ? 1 : 0
  name  = "p"
  role  = join("", aws_iam_role.app[*].name)
}

variable "a" {
  type    = bool
  default = true
}

variable "b" {
  type    = bool
  default = true
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app[0].name
}
