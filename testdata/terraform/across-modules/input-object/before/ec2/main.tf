variable "settings" {
  type = object({
    size    = string
    profile = string
  })
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = var.settings.size
  iam_instance_profile = var.settings.profile
}
