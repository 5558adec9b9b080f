resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_instance_profile" "app" {
  name  = "app"
  roles = [aws_iam_role.app.name]
}

resource "aws_instance" "web" {
  ami  = "ami-0123456789abcdef0"
  role = aws_iam_instance_profile.app.name
}
