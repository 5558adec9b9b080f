module "iam" {
  for_each = toset(["blue", "green"])
  source   = "./iam"
  name     = "web-${each.key}"
}

resource "aws_iam_instance_profile" "iam" {
  for_each = module.iam
  name     = each.value.role_name
  role     = each.value.role_name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.iam["blue"].name
}
