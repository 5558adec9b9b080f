variable "p" {}
resource "aws_instance" "x" {
  ami                  = "a"
  instance_type        = "t3.micro"
  iam_instance_profile = var.p
}
