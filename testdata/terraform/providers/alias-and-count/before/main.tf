provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "iam"
  region = "us-east-1"
}

resource "aws_iam_role" "app" {
  count    = 2
  provider = aws.iam
  name     = "app-${count.index}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_instance" "web" {
  provider             = aws.iam
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.app[0].name
}
