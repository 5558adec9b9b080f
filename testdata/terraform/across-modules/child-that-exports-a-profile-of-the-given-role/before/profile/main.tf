variable "role" {
  type = string
}

resource "aws_iam_instance_profile" "this" {
  name = "app-profile"
  role = var.role
}

output "profile_name" {
  value = aws_iam_instance_profile.this.name
}
