# A common mistake: the instance references the role. Validation and plan succeed, but AWS does not launch the instance:
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
  iam_instance_profile = aws_iam_role.web.name   # permissions
  instance_type        = "t3.micro"
}
