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
  count              = 1
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

variable "fallback" {
  type    = object({ id = string, arn = string })
  default = { id = "existing", arn = "existing" }
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = try(aws_iam_role.app[0], var.fallback).arn
}
