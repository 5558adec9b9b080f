module "inner" {
  source = "../iam"
}

output "role_name" {
  value = module.inner.role_name
}
