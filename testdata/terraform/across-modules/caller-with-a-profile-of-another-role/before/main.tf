module "app" {
  source = "./app"
}

resource "aws_iam_instance_profile" "app" {
  name = "other"
  role = "other-role"
}
