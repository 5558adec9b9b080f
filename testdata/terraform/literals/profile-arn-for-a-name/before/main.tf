resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "arn:aws:iam::123456789012:instance-profile/app/web-profile"
}
