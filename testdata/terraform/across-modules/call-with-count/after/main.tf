module "iam" {
  count  = 2
  source = "./iam"
  name   = "web-${count.index}"
}

resource "aws_iam_instance_profile" "iam" {
  count = length(module.iam)
  name  = module.iam[count.index].role_name
  role  = module.iam[count.index].role_name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.iam[0].name
}
