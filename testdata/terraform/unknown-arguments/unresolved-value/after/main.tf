variable "profile" {
  type = string
}

resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = file("${path.module}/ec2-trust.json")
}

resource "aws_instance" "made_up" {
  instance_type = "t3.micro"
  role          = var.profile
}

resource "aws_launch_template" "shape" {
  iam_instance_profile {
    name = var.profile
  }
}
