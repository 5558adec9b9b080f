data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_instance" "x" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_role      = "a"
  iam_role_name = aws_iam_role.a.name
}
