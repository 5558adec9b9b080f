variable "instance_profile" {
  type = string
}

resource "aws_eip" "this" {
  count = length(var.instance_profile) > 0 ? 1 : 0
}

resource "aws_sns_topic" "launches" {
  count = var.instance_profile != null ? 1 : 0
  name  = "launches"
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.instance_profile
}
