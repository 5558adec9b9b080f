resource "aws_iam_role" "app" {
  name               = "nm"
  assume_role_policy = file("${path.module}/ec2-trust.json")
}

resource "aws_instance" "by_arn" {
  instance_type = "t3.micro"
  role          = "arn:aws:iam::123456789012:role/nm"
}

resource "aws_instance" "by_name" {
  instance_type = "t3.micro"
  role          = "nm"
}
