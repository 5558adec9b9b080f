data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

variable "c" {
  type    = bool
  default = false
}

resource "aws_iam_role" "app" {
  count              = var.c ? 1 : 0
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "p" {
  name = "p"
  role = one(aws_iam_role.app[*].name)
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = try(aws_iam_role.app[0].name, null)
}
