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
  for_each           = toset(["a", "b"])
  name               = "app-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_instance" "web" {
  for_each             = { for k, r in aws_iam_role.app : k => r.name }
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = each.value
  tags                 = { role = each.value }
}
