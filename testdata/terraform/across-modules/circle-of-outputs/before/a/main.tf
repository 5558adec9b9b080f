module "b" {
  source = "../b"
}

output "role_name" {
  value = module.b.role_name
}
