output "p" {
  value = var.on ?
  local.p : null
}
