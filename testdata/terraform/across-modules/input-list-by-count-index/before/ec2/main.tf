variable "profiles" {
  type = list(string)
}

resource "aws_instance" "this" {
  count                = length(var.profiles)
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.profiles[count.index]
}
