output "b" {
  value = var.b
}

variable "b" {
  type    = bool
  default = true
}
