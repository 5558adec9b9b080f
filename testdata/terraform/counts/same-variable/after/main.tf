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
  count              = length(var.names)
  name               = "app-${count.index}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "app" {
  count = length(var.names)
  name  = "p-${count.index}"
  role  = aws_iam_role.app[count.index].name
}

variable "names" {
  type    = list(string)
  default = ["x", "y"]
}

resource "aws_instance" "web" {
  count                = 2
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app[count.index].name
}
