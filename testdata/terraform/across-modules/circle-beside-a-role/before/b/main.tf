module "a" {
  source = "../a"
}

resource "aws_sns_topic" "this" {
  name = module.a.role_name
}
