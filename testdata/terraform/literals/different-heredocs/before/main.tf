data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

variable "x" {
  type    = string
  default = "x"
}

resource "aws_iam_role" "app" {
  name               = <<-E
    a ${var.x}
      deeper
  E
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = <<-E
    c ${var.x}
      deeper
  E
}
