module "web" {
  source           = "./ec2"
  instance_profile = aws_iam_role.app.name
}
