module "iam" {
  source = "./iam"
  topic  = module.web.topic_name
}

module "web" {
  source           = "./web"
  instance_profile = module.iam.role_name
}
