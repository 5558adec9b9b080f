variable "iam_instance_profile" {
  type = string
}

resource "aws_iam_instance_profile" "this" {
  name = "web-profile"
  role = var.iam_instance_profile
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.this.name
}
