module "plain" {
  source = "./ec2"
}
