provider "aws" {
  alias  = "b"
  region = "us-east-1"
}

resource "aws_iam_instance_profile" "web" {
  provider = aws.b
  name     = "web"
  role     = "r"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "web"
}
