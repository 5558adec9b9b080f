module "iam" {
  source = "./iam"
}

resource "aws_iam_instance_profile" "iam" {
  name = module.iam.app_role_name
  role = module.iam.app_role_name
}

resource "aws_iam_instance_profile" "iam_profile" {
  name = module.iam.db_role_name
  role = module.iam.db_role_name
}

resource "aws_instance" "app" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.iam.name
}

resource "aws_instance" "db" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.iam_profile.name
}
