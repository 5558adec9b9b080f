module "iam" {
  count  = 2
  source = "./iam"
  name   = "web-${count.index}"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.iam[0].role_name
}
