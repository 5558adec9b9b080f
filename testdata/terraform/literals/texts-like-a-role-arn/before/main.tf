resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "role/web"
}

resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  iam_instance_profile {
    arn = "arn:aws:iam::123456789012:instance-profile/role/web"
  }
}

resource "aws_launch_template" "b" {
  image_id = "ami-0123456789abcdef0"

  iam_instance_profile {
    name = "arn-aws-role"
  }
}
