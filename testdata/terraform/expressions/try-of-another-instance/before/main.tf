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
  for_each           = toset(["a"])
  name               = "r-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "fb" {
  name               = "fb"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "p" {
  name = "p"
  role = aws_iam_role.app["a"].name
}

resource "aws_iam_instance_profile" "fb" {
  name = "pfb"
  role = aws_iam_role.fb.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = try(aws_iam_role.app["b"].name, aws_iam_role.fb.name)
}
