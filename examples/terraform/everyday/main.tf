# The everyday fault: the instance is given the role. Terraform validates and plans it, and AWS refuses to launch it:
#
#   Value (web-server) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "web" {
  name               = "web-server"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_role.web.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0" # Debian 13
  iam_instance_profile = aws_iam_role.web.name   # what it may do
  instance_type        = "t3.micro"
}
