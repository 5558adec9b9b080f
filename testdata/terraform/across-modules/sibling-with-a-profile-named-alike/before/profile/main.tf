variable "name" {
  type = string
}

variable "roles" {
  type = list(string)
}

resource "aws_iam_instance_profile" "this" {
  for_each = toset(var.roles)
  name     = var.name
  role     = each.value
}
