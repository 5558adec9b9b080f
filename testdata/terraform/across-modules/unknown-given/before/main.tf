variable "profile" {
  type = string
}

module "web" {
  source           = "./ec2"
  instance_profile = var.profile
}
