variable "role_name" {
  type = string
}

output "role_name" {
  value = var.role_name
}
