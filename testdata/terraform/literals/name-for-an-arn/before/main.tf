resource "aws_launch_template" "web" {
  image_id = "ami-0123456789abcdef0"

  iam_instance_profile {
    arn = "web-profile"
  }
}
