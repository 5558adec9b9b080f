variable "instances" {
  type = map(object({
    size    = string
    profile = string
  }))
}

resource "aws_instance" "this" {
  for_each             = var.instances
  ami                  = "ami-0123456789abcdef0"
  instance_type        = each.value.size
  iam_instance_profile = each.value.profile
}
