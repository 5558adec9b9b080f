resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

module "web" {
  source           = "./ec2"
  instance_profile = aws_iam_instance_profile.app.name
}
