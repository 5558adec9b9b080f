variable "profile" {
  type    = string
  default = null
}

resource "aws_launch_template" "this" {
  count = var.profile != null ? 1 : 0

  iam_instance_profile {
    name = var.profile
  }
}
