module "a" {
  source = "../a"
}

output "role_name" {
  value = module.a.role_name
}
