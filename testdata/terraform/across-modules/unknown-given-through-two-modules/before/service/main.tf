variable "profile" {
  type = string
}

module "ec2" {
  source           = "../ec2"
  instance_profile = var.profile
}
