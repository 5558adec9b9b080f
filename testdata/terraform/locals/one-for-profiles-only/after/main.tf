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

resource "aws_iam_instance_profile" "app" {
  count = length(aws_iam_role.app)
  name  = aws_iam_role.app[count.index].name
  role  = aws_iam_role.app[count.index].name
}

locals {
  n = one(aws_iam_instance_profile.app[*].name)
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = local.n
}
