module "iam" {
  source = "./iam"
}

resource "awscc_iam_instance_profile" "iam" {
  instance_profile_name = module.iam.role_name
  roles                 = [module.iam.role_name]
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = awscc_iam_instance_profile.iam.instance_profile_name
}
