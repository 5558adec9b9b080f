module "inner" {
  source = "../inner"
}

output "instance_profile_name" {
  value = module.inner.instance_profile_name
}
