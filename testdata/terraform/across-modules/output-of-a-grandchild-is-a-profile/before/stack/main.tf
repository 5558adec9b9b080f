module "inner" {
  source = "../iam"
}

output "role_name" {
  value = module.inner.role_name
}

output "profile_name" {
  value = module.inner.profile_name
}
