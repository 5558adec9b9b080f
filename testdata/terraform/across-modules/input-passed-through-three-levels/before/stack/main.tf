variable "profile" {
  type = string
}

module "service" {
  source      = "../service"
  iam_profile = var.profile
}
