resource "aws_iam_role" "app" {
  name = "app-role"
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
  ami                  = "ami-1" # image
  iam_instance_profile = aws_iam_role.app.name     # profile
  instance_type        = "t3.micro" // size
}
