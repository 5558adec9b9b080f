resource "aws_iam_role" "a" {
  name       = "a"
  depends_on = [aws_instance.one]
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role" "b" {
  name       = "b"
  depends_on = [aws_instance.two]
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "b" {
  name = aws_iam_role.b.name
  role = aws_iam_role.b.name
}

resource "aws_instance" "one" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = aws_iam_instance_profile.b.name
}

resource "aws_instance" "two" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = "a"
}
