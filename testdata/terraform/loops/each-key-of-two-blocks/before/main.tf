data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "fn" {
  for_each           = toset(["fn-a"])
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

data "aws_iam_instance_profile" "x" {
  for_each = toset(["px"])
  name     = each.value
}

resource "aws_instance" "web" {
  for_each             = data.aws_iam_instance_profile.x
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = each.key
}
