variable "profile" {
  type = string
}

module "service" {
  source  = "./service"
  profile = var.profile
}
