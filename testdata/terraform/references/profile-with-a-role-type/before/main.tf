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

resource "aws_iam_instance_profile" "app_profile" {
  name = "p"
  role = aws_iam_role.app.name
}

resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  iam_instance_profile {
    arn = aws_iam_role.app_profile.arn
  }
}
