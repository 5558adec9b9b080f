resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role" "each" {
  for_each           = toset(["blue", "green"])
  name               = each.key
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

locals {
  profile = resource.aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = resource.aws_iam_role.app.name
}

resource "aws_instance" "blue" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = resource.aws_iam_role.each["blue"].id
}

resource "aws_instance" "local" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = local.profile
}

resource "aws_launch_template" "web" {
  name = "web"
  iam_instance_profile {
    arn = "${resource.aws_iam_role.app.arn}"
  }
}

resource "aws_instance" "all" {
  for_each             = resource.aws_iam_role.each
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = each.value.name
}
