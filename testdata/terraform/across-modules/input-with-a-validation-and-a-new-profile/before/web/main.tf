variable "profile" {
  type    = string
  default = null

  validation {
    condition     = var.profile == null || endswith(var.profile, "-role")
    error_message = "The name must end with -role."
  }
}

resource "aws_launch_template" "this" {
  iam_instance_profile {
    name = var.profile
  }
}
