data "aws_iam_instance_profile" "p" {
  name = "web-profile"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "web-profile"
}
