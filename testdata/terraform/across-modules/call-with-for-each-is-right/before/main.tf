module "iam" {
  for_each = toset(["blue", "green"])
  source   = "./iam"
  name     = "web-${each.key}"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.iam["green"].profile_name
}
