data "aws_iam_instance_profile" "app" {
  name = "app-profile"
}

resource "aws_launch_template" "web" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile {
    arn = data.aws_iam_instance_profile.app.role_arn
  }
}
