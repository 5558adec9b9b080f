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

locals {
  role_name = one(aws_iam_role.app[*].name)
}
