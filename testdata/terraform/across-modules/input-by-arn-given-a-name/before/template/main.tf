variable "profile" {
  type = string
}

resource "aws_launch_template" "this" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile {
    arn = var.profile
  }
}
