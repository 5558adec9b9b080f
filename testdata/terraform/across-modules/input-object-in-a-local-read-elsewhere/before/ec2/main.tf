variable "settings" {
  type = object({
    profile = string
    size    = string
  })
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = var.settings.size
  iam_instance_profile = var.settings.profile
}
