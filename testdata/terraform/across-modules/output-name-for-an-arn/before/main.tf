module "iam" {
  source = "./iam"
}

resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile {
    arn = module.iam.role_name
  }
}
