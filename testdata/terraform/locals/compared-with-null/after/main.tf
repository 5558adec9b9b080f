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
  name               = "app-role"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

locals {
  r = aws_iam_instance_profile.app.name
}

resource "aws_launch_template" "x" {
  image_id = "ami-0123456789abcdef0"

  dynamic "iam_instance_profile" {
    for_each = local.r != null ? [1] : []
    content {
      name = local.r
    }
  }
}
