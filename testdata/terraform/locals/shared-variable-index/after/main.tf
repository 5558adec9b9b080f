data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

variable "i" {
  type    = number
  default = 1
}

resource "aws_iam_role" "app" {
  count              = 2
  name               = "app-${count.index}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "app" {
  count = length(aws_iam_role.app)
  name  = aws_iam_role.app[count.index].name
  role  = aws_iam_role.app[count.index].name
}

locals {
  n = aws_iam_role.app[var.i].name
}

output "role" {
  value = local.n
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app[var.i].name
}
